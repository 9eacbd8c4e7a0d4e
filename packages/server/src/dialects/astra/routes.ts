import { accountRoutes } from './account-routes.ts'
import { credentialRoutes } from './credential-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { roleBindingRoutes } from './role-binding-routes.ts'
import type { Route } from './route.ts'
import { stubRoutes } from './stub-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import { userRoutes } from './user-routes.ts'

/** Every operation of the Astra Control API that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...roleBindingRoutes,
  ...credentialRoutes,
  ...tokenRoutes,
  ...stubRoutes,
]
