import { clientTokenRoutes } from './client-token-routes.ts'
import { deprecatedTokenRoutes } from './deprecated-token-routes.ts'
import { entityPrivilegeRoutes } from './entity-privilege-routes.ts'
import { entityRoutes } from './entity-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { joinRoutes } from './join-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { providerRoutes } from './provider-routes.ts'
import type { Route } from './route.ts'
import { spaceRoutes } from './space-routes.ts'
import { subjectTokenRoutes } from './subject-token-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import { userEntityRoutes } from './user-entity-routes.ts'
import { userRoutes } from './user-routes.ts'
import { verifyRoutes } from './verify-routes.ts'
import { zoneRoutes } from './zone-routes.ts'

/** Every operation of the Onezone API that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = [
  ...verifyRoutes,
  ...tokenRoutes,
  ...subjectTokenRoutes,
  ...userRoutes,
  ...userEntityRoutes,
  ...entityRoutes,
  ...entityPrivilegeRoutes,
  ...memberRoutes,
  ...groupRoutes,
  ...spaceRoutes,
  ...clientTokenRoutes,
  ...deprecatedTokenRoutes,
  ...joinRoutes,
  ...providerRoutes,
  ...zoneRoutes,
]
