import { startPostgres, type TestPostgres } from '../packages/server/testing/postgres.ts'

let started: TestPostgres | undefined

/**
 * Starts the PostgreSQL of this run, unless JETON_TEST_POSTGRES_URL names one. Here and not by whoever asks for a
 * database first, because it is to be gone while others are measured, and before the benchmark says that it is done.
 */
export async function startDatabase(): Promise<void> {
  if (process.env['JETON_TEST_POSTGRES_URL'] !== undefined) return
  started = await startPostgres()
  process.env['JETON_TEST_POSTGRES_URL'] = started.url
}

export async function stopDatabase(): Promise<void> {
  if (started === undefined) return
  const ending = started
  started = undefined
  delete process.env['JETON_TEST_POSTGRES_URL']
  await ending.stop()
}
