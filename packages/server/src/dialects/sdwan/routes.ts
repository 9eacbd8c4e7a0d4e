import { accessRoutes } from './access-routes.ts'
import { baseRoutes } from './base-routes.ts'
import { customPermissionRoutes } from './custom-permission-routes.ts'
import { customRoleRoutes } from './custom-role-routes.ts'
import { mspRoutes } from './msp-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { passwordRoutes } from './password-routes.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './session-routes.ts'
import { tenantRoutes } from './tenant-routes.ts'
import { tokenRoutes } from './token-routes.ts'

/** Every operation of Prisma SD-WAN that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = [
  ...accessRoutes,
  ...tokenRoutes,
  ...sessionRoutes,
  ...tenantRoutes,
  ...operatorRoutes,
  ...passwordRoutes,
  ...customRoleRoutes,
  ...customPermissionRoutes,
  ...baseRoutes,
  ...mspRoutes,
]
