import type { Route } from './route.ts'
import { subjectTokenRoutes } from './subject-token-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import { userRoutes } from './user-routes.ts'
import { verifyRoutes } from './verify-routes.ts'
import { zoneRoutes } from './zone-routes.ts'

/** Every operation of the Onezone API that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = [
  ...verifyRoutes,
  ...tokenRoutes,
  ...subjectTokenRoutes,
  ...userRoutes,
  ...zoneRoutes,
]
