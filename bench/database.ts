import { startPostgres, type TestPostgres } from '../packages/server/testing/postgres.ts'

let started: Promise<TestPostgres> | undefined

/**
 * Starts the PostgreSQL of this run, unless JETON_TEST_POSTGRES_URL names one. Here and not by whoever asks for a
 * database first, because it is to be gone while others are measured, and before the benchmark says that it is done.
 */
export async function startDatabase(): Promise<void> {
  if (process.env['JETON_TEST_POSTGRES_URL'] !== undefined) return
  started = startPostgres()
  process.env['JETON_TEST_POSTGRES_URL'] = (await started).url
}

/** Whoever still asks for a database is refused: no other one is started. */
export async function stopDatabase(): Promise<void> {
  if (started === undefined) return
  const ending = await started
  started = undefined
  await ending.stop()
}
