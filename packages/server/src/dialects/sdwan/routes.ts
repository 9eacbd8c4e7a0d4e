import { accessRoutes } from './access-routes.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './session-routes.ts'
import { tokenRoutes } from './token-routes.ts'

/** Every operation of Prisma SD-WAN that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = [...accessRoutes, ...tokenRoutes, ...sessionRoutes]
