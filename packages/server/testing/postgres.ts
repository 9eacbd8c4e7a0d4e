import { SQL } from 'bun'
import { systemAmbient } from '../src/ambient-system.ts'
import { openStore } from '../src/store/open-store.ts'

/** A PostgreSQL server for tests. */
export interface TestPostgres {
  /** Of its administrative database. */
  readonly url: string
  /** Waits until it is up again, where it was. A crash loses what PostgreSQL never promised to keep, and nothing else. */
  restart(how: 'in order' | 'by a crash'): Promise<void>
  /** Waits until the server is down and its folder removed. Not needed for that: both go with this process. */
  stop(): Promise<void>
}

/** A database of a test's own on that server. */
export interface TestDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

/** Starts a PostgreSQL that lives no longer than this process, however that ends. */
export async function startPostgres(): Promise<TestPostgres> {
  const supervisor = Bun.spawn([process.execPath, `${import.meta.dir}/postgres-supervisor.ts`], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // An interrupt at the keyboard goes to everyone in the group, and PostgreSQL's processes would not be ended in order.
    detached: true,
  })
  const output = linesOf(supervisor.stdout)
  const nextLine = async (): Promise<string> => {
    const { value } = await output.next()
    if (value !== undefined) return value
    throw new Error(`PostgreSQL did not start: ${await new Response(supervisor.stderr).text()}`)
  }
  const url = await nextLine()
  supervisor.unref()
  return {
    url,
    async restart(how): Promise<void> {
      await supervisor.stdin.write(how === 'by a crash' ? 'crash\n' : 'restart\n')
      await supervisor.stdin.flush()
      await nextLine()
    },
    async stop(): Promise<void> {
      await supervisor.stdin.end()
      await supervisor.exited
    },
  }
}

/**
 * The server that all test files of this run share: the one of JETON_TEST_POSTGRES_URL, or one that is started by
 * whoever asks first.
 */
export function sharedPostgres(): Promise<string> {
  shared.url ??= Promise.resolve(
    process.env['JETON_TEST_POSTGRES_URL'] ?? startPostgres().then(({ url }) => url),
  )
  return shared.url
}

/** A database with the store's schema, cloned from a template that is migrated once. */
export async function migratedDatabase(): Promise<TestDatabase> {
  shared.template ??= makeTemplate()
  return makeDatabase(await shared.template)
}

/** A database with nothing in it. */
export function emptyDatabase(): Promise<TestDatabase> {
  return makeDatabase('template0')
}

// Test files may each get a copy of this module, but there is one process and shall be one server.
const sharedKey = Symbol.for('jeton.test.postgres')
const processWide = globalThis as { [sharedKey]?: { url?: Promise<string>; template?: Promise<string> } }
const shared = (processWide[sharedKey] ??= {})

async function makeTemplate(): Promise<string> {
  const { url } = await emptyDatabase()
  const opened = await openStore({ kind: 'postgres', url }, systemAmbient)
  const store = await opened.migrate()
  await store.close()
  return new URL(url).pathname.slice(1)
}

async function makeDatabase(template: string): Promise<TestDatabase> {
  const name = `jeton_test_${Buffer.from(systemAmbient.randomBytes(8)).toString('hex')}`
  await administer(`create database ${name} template ${template}`)
  const url = new URL(await sharedPostgres())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) }
}

async function administer(statement: string): Promise<void> {
  const sql = new SQL(await sharedPostgres(), { max: 1 })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.close()
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let text = ''
  for await (const chunk of stream) {
    const lines = (text + Buffer.from(chunk).toString()).split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
  return undefined
}
