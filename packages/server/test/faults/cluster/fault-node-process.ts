import { join } from 'node:path'
import type { Bug } from '../../../testing/fault-node.ts'
import { type PostgresProxy, postgresProxy } from '../../../testing/postgres-proxy.ts'
import { freePort, type ServerProcess, startServer } from '../../../testing/server-process.ts'

export interface NodeOptions {
  readonly dataFolder: string
  readonly databaseUrl: string
  readonly masterKey: string
  readonly bug: Bug | undefined
}

const LAUNCHER = join(import.meta.dir, '../../../testing/fault-node.ts')
/** A start may meet whatever is being done to the database. */
const MOST_STARTS = 5

/** One `jeton serve` of the cluster, always on the same port, with a way of its own to the database. */
export class FaultNode {
  readonly port: number
  readonly #options: NodeOptions
  readonly #proxy: PostgresProxy
  #server: ServerProcess | undefined

  private constructor(port: number, options: NodeOptions) {
    this.port = port
    this.#options = options
    this.#proxy = postgresProxy(options.databaseUrl)
  }

  /** @returns once it listens */
  static async start(options: NodeOptions): Promise<FaultNode> {
    const node = new FaultNode(await freePort(), options)
    await node.start()
    return node
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const { dataFolder, masterKey, bug = 'none' } = this.#options
    const options = {
      dataFolder,
      databaseUrl: this.#proxy.url,
      port: this.port,
      flags: ['--access-log', 'false', '--log-level', 'error'],
      environment: { JETON_MASTER_KEY: masterKey },
      launcher: [process.execPath, LAUNCHER, bug],
    }
    for (let attempt = 1; this.#server === undefined; attempt += 1) {
      this.#server = await startServer(options).catch((error: unknown) => {
        if (attempt === MOST_STARTS) throw error
        return undefined
      })
    }
  }

  async kill9(): Promise<void> {
    await this.#server?.kill9()
    this.#server = undefined
  }

  /** In order. */
  async stop(): Promise<void> {
    const exitCode = await this.#server?.stop()
    this.#server = undefined
    if (exitCode !== 0) throw new Error(`a node that was stopped in order ended with ${exitCode}`)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void {
    if (this.#server !== undefined) process.kill(this.#server.pid, signal)
  }

  /** The node's way to the database. */
  get database(): Pick<PostgresProxy, 'silence' | 'resume' | 'cut'> {
    return this.#proxy
  }

  /** For good. */
  async remove(): Promise<void> {
    await this.kill9()
    this.#proxy.stop()
  }
}
