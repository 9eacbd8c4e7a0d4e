import type { Surroundings } from '../src/main.ts'
import { onEach } from './on-each.ts'
import { DATABASES, startNode, type TestNode } from './start-node.ts'

/** How the node is to be, if not as usual. */
export interface NodeOptions {
  readonly surroundings?: Surroundings | undefined
  readonly flags?: Readonly<Record<string, string>> | undefined
}

/** Runs the same cases on each database, in a world around a node of their own. */
export function onEachDatabaseIn<World extends { stop(): Promise<void> }>(
  worldOf: (node: TestNode) => Promise<World>,
  cases: (world: () => World) => void,
  { surroundings, flags }: NodeOptions = {},
): void {
  onEach(
    DATABASES,
    async (database) => worldOf(await startNode(database, surroundings, flags)),
    (world) => world.stop(),
    cases,
  )
}
