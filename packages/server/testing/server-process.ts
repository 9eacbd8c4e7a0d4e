import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'

export const ADMINISTRATOR = { username: 'admin', password: 'correct horse battery staple' } as const

export interface ServerOptions {
  readonly dataFolder: string
  /** Absent: SQLite in the data folder. */
  readonly databaseUrl?: string
  /** Further flags of `jeton serve`. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Absent: one that is free. */
  readonly port?: number
  /** A command that runs the server, such as `taskset -c 0`. */
  readonly launcher?: readonly string[]
}

/** A server that may not be listening yet. */
export interface LaunchedServer {
  readonly pid: number
  /** Everything it has written so far to standard output and standard error. */
  output(): string
  /** Once it says that it listens. @throws {ServerDidNotStart} */
  listening(): Promise<ServerProcess>
  /** SIGTERM, and waits. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL, and waits: what a power cut leaves, but for what the operating system still holds. */
  kill9(): Promise<void>
}

/** A `jeton serve` of its own, as a user would run it. */
export interface ServerProcess extends Omit<LaunchedServer, 'listening'> {
  readonly port: number
  readonly url: string
}

/** The server went away, or did not come up in time; the message holds what it wrote. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart'
}

const START_DEADLINE_MS = 30_000
const LISTENING = / listens at (https?):\/\/\S+:(\d+)\n/
const EXECUTABLE = join(import.meta.dir, '../../cli/bin/jeton')
const living = new Set<ChildProcess>()

// However the tests end, short of SIGKILL, no server outlives them.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/** Starts a server and waits until it listens. @throws {ServerDidNotStart} */
export function startServer(options: ServerOptions): Promise<ServerProcess> {
  return launchServer(options).listening()
}

/** As {@link startServer}, without waiting: for what happens to a server while it starts. */
export function launchServer(options: ServerOptions): LaunchedServer {
  const child = spawnServer(options)
  const ended = once(child, 'close')
  living.add(child)
  child.once('exit', () => living.delete(child))

  let output = ''
  const listens = Promise.withResolvers<{ readonly scheme: string | undefined; readonly port: number }>()
  const give = (reason: string): void => listens.reject(new ServerDidNotStart(`${reason}:\n${output}`))
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk)
      const [, scheme, announced] = LISTENING.exec(output) ?? []
      if (announced !== undefined) listens.resolve({ scheme, port: Number(announced) })
    })
  }
  child.once('close', () => give('the server ended'))
  // Without this, an executable that is not there would end the test run.
  child.once('error', (error) => give(String(error)))
  // Whoever does not ask whether it listens is not told that it does not.
  listens.promise.catch(() => undefined)

  const launched = {
    // A child that could not be spawned has no pid; then it does not listen either.
    pid: child.pid ?? -1,
    output: () => output,
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
    async kill9(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
  return {
    ...launched,
    async listening(): Promise<ServerProcess> {
      const deadline = setTimeout(() => {
        child.kill('SIGKILL')
        give('the server did not listen in time')
      }, START_DEADLINE_MS)
      const { scheme, port } = await listens.promise.finally(() => clearTimeout(deadline))
      return { ...launched, port, url: `${scheme}://127.0.0.1:${port}` }
    },
  }
}

function spawnServer({
  dataFolder,
  databaseUrl,
  port = 0,
  flags = [],
  environment,
  launcher = [],
}: ServerOptions): ChildProcess {
  const database = databaseUrl === undefined ? [] : ['--database-url', databaseUrl]
  const [program = EXECUTABLE, ...args] = [
    ...launcher,
    EXECUTABLE,
    'serve',
    '--data',
    dataFolder,
    '--port',
    String(port),
    ...database,
    ...flags,
  ]
  return spawn(program, args, {
    // Nothing of the caller's own configuration reaches the server.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      JETON_ADMIN_USERNAME: ADMINISTRATOR.username,
      JETON_ADMIN_PASSWORD: ADMINISTRATOR.password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** A port that was free a moment ago: for a server that is to come back where it was. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null)
    throw new Error('a TCP server has an address with a port')
  return address.port
}
