import type { Route } from './route.ts'

/** Every operation of Prisma SD-WAN that is spoken here. Routing, tests and documents all read this table. */
export const routes: readonly Route[] = []
