import type { Database, Statement } from 'bun:sqlite'
import { Worker } from 'node:worker_threads'

/** Pages of log, as SQLite counts them by itself. */
const PAGES_BETWEEN = 1000
/** Where SQLite does it by itself after all, within a commit: when the thread is gone, or one commit is as large as that. */
const MOST_PAGES = 4 * PAGES_BETWEEN
/** The first version of SQLite that tells how long the log is and leaves it alone. */
const FIRST_TO_COUNT = [3, 51]

/** How SQLite tells of its log: in pages. */
interface LogPages {
  readonly log: bigint
  readonly checkpointed: bigint
}

/**
 * Writes the log back into the database, in a thread of its own: it waits twice for the disk, and writes pages all over
 * the database, while this thread answers. Where SQLite does that within a commit, nobody is answered for tens of milliseconds.
 *
 * Nothing may be committed meanwhile, for only a log that has been written back whole is begun anew, and does not grow for ever.
 */
export class Checkpoints {
  readonly #file: string
  readonly #count: Statement<LogPages, []> | undefined
  readonly #letGo: () => void
  #worker: Worker | undefined
  /** Ends what is waited for. */
  #answered: (() => void) | undefined
  #isGone = false

  /**
   * @param database the connection that writes
   * @param letGo of the state of the database that others still see: what came after it is not written back, nor is a
   *   log begun anew that they look at
   */
  constructor(file: string, database: Database, letGo: () => void = () => undefined) {
    this.#file = file
    this.#letGo = letGo
    if (!canCount(database)) return
    database.run(`PRAGMA wal_autocheckpoint = ${MOST_PAGES}`)
    this.#count = database.prepare<LogPages, []>('PRAGMA wal_checkpoint(NOOP)')
  }

  /** After each commit, and before the next one. @returns nothing when there is nothing to wait for */
  afterCommit(): Promise<void> | undefined {
    if (this.#isGone) return undefined
    const { log, checkpointed } = this.#count?.get() ?? { log: 0n, checkpointed: 0n }
    return log - checkpointed < PAGES_BETWEEN ? undefined : this.#checkpoint()
  }

  /** Before the other connections are closed, for the last one of all tidies up. */
  async close(): Promise<void> {
    this.#count?.finalize()
    const worker = this.#worker
    if (worker === undefined || this.#isGone) return
    const { promise: isGone, resolve } = Promise.withResolvers<void>()
    worker.ref()
    worker.once('exit', () => resolve())
    worker.postMessage('close')
    await isGone
  }

  async #checkpoint(): Promise<void> {
    const worker = (this.#worker ??= this.#start())
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#answered = resolve
    // The process stays for what it waits for, and goes although a thread sits there.
    worker.ref()
    this.#letGo()
    worker.postMessage('checkpoint')
    await promise
    this.#letGo()
    worker.unref()
  }

  #start(): Worker {
    const worker = new Worker(new URL('checkpoint-thread.ts', import.meta.url), { workerData: this.#file })
    const onGone = (): void => {
      this.#isGone = true
      this.#answered?.()
    }
    worker.on('message', () => this.#answered?.())
    worker.once('error', onGone)
    worker.once('exit', onGone)
    return worker
  }
}

function canCount(database: Database): boolean {
  const { version = '' } =
    database.query<{ readonly version: string }, []>('select sqlite_version() as version').get() ?? {}
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [firstMajor = 0, firstMinor = 0] = FIRST_TO_COUNT
  return major > firstMajor || (major === firstMajor && minor >= firstMinor)
}
