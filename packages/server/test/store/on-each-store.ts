import { onEach } from '../../testing/on-each.ts'
import { DATABASES } from '../../testing/start-node.ts'
import { openTestPostgres, openTestSqlite, type OpenTestStore, type TestStore } from './test-store.ts'

const OPEN: Readonly<Record<(typeof DATABASES)[number], OpenTestStore>> = {
  SQLite: openTestSqlite,
  PostgreSQL: openTestPostgres,
}

/** Runs the same cases on each database, in a world around a store of their own. */
export function onEachStoreIn<World extends { readonly store: TestStore }>(
  worldOf: (open: OpenTestStore) => Promise<World>,
  cases: (world: () => World) => void,
): void {
  onEach(
    DATABASES,
    (database) => worldOf(OPEN[database]),
    ({ store }) => store.close(),
    cases,
  )
}
