import type { Kysely } from 'kysely'
import type { Durability } from '../../authority/ports.ts'
import type { ChangeListener, NumberedChange } from '../../change.ts'
import { nextTurn } from '../../next-turn.ts'
import type { Schema } from '../schema.ts'
import { type Completed, completeWork, type Transact, type UnitOfWork } from '../unit-of-work.ts'
import { commitFailure } from './sqlite-failure.ts'
import type { SqliteSession } from './sqlite-session.ts'

/** How many works share a commit at most, so that the first of them is not kept waiting for ever newer ones. */
const MAX_WORKS_PER_COMMIT = 64

/** The log is synced by each commit; or by the next one that does, or a checkpoint. It is whole either way. */
const WITH_SYNC = 'PRAGMA synchronous = FULL'
const WITHOUT_SYNC = 'PRAGMA synchronous = NORMAL'

export interface AroundCommits {
  /** In the same turn of the event loop as the commit. */
  readonly before?: (durability: Durability) => void
  /**
   * Awaited before what was committed is acknowledged, and anything else is begun: whoever paces himself by how long
   * his work took is to see this too. Never rejects.
   */
  readonly after?: () => Promise<void> | undefined
}

interface Job {
  readonly durability: Durability
  run(db: Kysely<Schema>): Promise<void>
  /** What it wrote into the feed. */
  changes(): readonly NumberedChange[]
  /** After the commit. */
  acknowledge(): void
  refuse(reason: unknown): void
}

/**
 * Runs works one after the other on the only connection that writes. Works that wait together share one commit, for
 * the commit's sync to the disk costs more than all the rest. Each is a savepoint: one that fails is undone alone,
 * and none is acknowledged before the commit that holds it.
 */
export class CommitQueue {
  readonly #session: SqliteSession
  readonly #db: Kysely<Schema>
  readonly #around: AroundCommits
  #waiting: Job[] = []
  /** Works whose shared transaction was lost through no fault of theirs; each gets a transaction of its own. */
  #repeated: Job[] = []
  readonly #listeners: ChangeListener[] = []
  #isRunning = false

  constructor(session: SqliteSession, db: Kysely<Schema>, around: AroundCommits = {}) {
    this.#session = session
    this.#db = db
    this.#around = around
  }

  readonly transact: Transact = <T>(
    work: (unit: UnitOfWork) => Promise<T>,
    durability: Durability = 'at_once',
  ): Promise<Completed<T>> =>
    new Promise((resolve, reject) => {
      let completed: Completed<T> | undefined
      this.#waiting.push({
        durability,
        run: async (db) => {
          completed = await completeWork(db, false, work)
        },
        changes: () => completed?.changes ?? [],
        acknowledge: () => (completed === undefined ? reject(new Error('never run')) : resolve(completed)),
        refuse: reject,
      })
      if (!this.#isRunning) void this.#runAll()
    })

  /** Tells of every change after its commit, before anything of that commit is acknowledged. */
  onCommitted(listener: ChangeListener): void {
    this.#listeners.push(listener)
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true
    while (this.#repeated.length + this.#waiting.length > 0) {
      // Begun at once, a commit would end before the next request is even read: none would ever be shared. In a turn every
      // request that has arrived gets to its write.
      await nextTurn()
      await this.#db.connection().execute((db) => this.#runBatch(db))
    }
    this.#isRunning = false
  }

  async #runBatch(db: Kysely<Schema>): Promise<void> {
    const done: Job[] = []
    const durability = this.#peek()?.durability ?? 'at_once'
    try {
      this.#session.execute(durability === 'soon' ? WITHOUT_SYNC : WITH_SYNC)
      this.#session.execute('BEGIN IMMEDIATE')
    } catch (failure) {
      this.#next()?.refuse(failure)
      return
    }
    const isAlone = this.#repeated.length > 0
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      if (await this.#runJob(db, job)) done.push(job)
      if (!this.#session.isInTransaction) return this.#repeatEach(done)
      if (isAlone || done.length >= MAX_WORKS_PER_COMMIT || this.#peek()?.durability !== durability) break
    }
    await this.#commit(done, durability)
  }

  /** @returns whether the job's writes now wait for the commit */
  async #runJob(db: Kysely<Schema>, job: Job): Promise<boolean> {
    try {
      this.#session.takeFailure()
      this.#session.execute('SAVEPOINT work')
      await job.run(db)
      const failure = this.#session.takeFailure()
      // Whoever caught it: on PostgreSQL the transaction is lost then, and it is the same transaction here.
      if (failure !== undefined) throw failure
      this.#session.execute('RELEASE work')
      return true
    } catch (failure) {
      this.#undo('ROLLBACK TO work', 'RELEASE work')
      job.refuse(failure)
      return false
    }
  }

  async #commit(done: readonly Job[], durability: Durability): Promise<void> {
    try {
      this.#around.before?.(durability)
      this.#session.execute('COMMIT')
    } catch (failure) {
      this.#undo('ROLLBACK')
      const reason = commitFailure(failure)
      // Too much for the disk together may still be little enough for one alone.
      if (done.length > 1 && reason === failure) return this.#repeatEach(done)
      // Where the commit may stand, its repeat would find nothing to change, and so nothing to tell.
      if (reason !== failure) for (const listener of this.#listeners) listener.flush()
      for (const job of done) job.refuse(reason)
      return
    }
    this.#tell(done.flatMap((job) => job.changes()))
    await this.#around.after?.()
    for (const job of done) job.acknowledge()
  }

  #tell(changes: readonly NumberedChange[]): void {
    for (const listener of this.#listeners) {
      for (const change of changes) listener.apply(change)
    }
  }

  #repeatEach(jobs: readonly Job[]): void {
    this.#repeated.push(...jobs)
  }

  #peek(): Job | undefined {
    return this.#repeated[0] ?? this.#waiting[0]
  }

  #next(): Job | undefined {
    return this.#repeated.shift() ?? this.#waiting.shift()
  }

  /** Afterwards the statements have undone what they name, or no transaction is open. */
  #undo(...statements: readonly string[]): void {
    // A full disk can make SQLite roll back on its own.
    if (!this.#session.isInTransaction) return
    try {
      for (const statement of statements) this.#session.execute(statement)
    } catch {
      if (this.#session.isInTransaction) this.#session.execute('ROLLBACK')
    }
  }
}
