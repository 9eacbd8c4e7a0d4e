import type { SQL } from 'bun'
import { type Kysely, sql } from 'kysely'
import type { WakeUps } from '../../cluster/ports.ts'
import type { Schema } from '../schema.ts'

type Topic = Parameters<WakeUps['notify']>[0]

const channels: Record<Topic, string> = { changes: 'jeton_changes', applied: 'jeton_applied' }
/** After a LISTEN that was refused. One that was accepted, the pool itself takes up again when its connection is lost. */
const LISTEN_RETRY_MILLIS = 5_000

/**
 * LISTEN and NOTIFY. A database that has neither, or is away, costs its readers their polling interval: nothing here
 * is ever reported as a failure.
 */
export class PostgresWakeUps implements WakeUps {
  readonly #pool: SQL
  readonly #db: Kysely<Schema>
  readonly #listeners: Record<Topic, Set<() => void>> = { changes: new Set(), applied: new Set() }
  /** Notifications under way, and whether another one was asked for meanwhile. */
  readonly #notifying = new Map<Topic, { isRepeated: boolean }>()
  readonly #retries = new Set<ReturnType<typeof setTimeout>>()
  readonly #listening = new Set<Topic>()
  #isClosed = false

  /** @param db on that pool; what it sends has a deadline */
  constructor(pool: SQL, db: Kysely<Schema>) {
    this.#pool = pool
    this.#db = db
  }

  notify(topic: Topic): void {
    // This node needs no round trip to hear itself.
    queueMicrotask(() => this.#wake(topic))
    const underway = this.#notifying.get(topic)
    if (underway !== undefined) underway.isRepeated = true
    else void this.#send(topic)
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    this.#listeners[topic].add(listener)
    if (!this.#listening.has(topic)) {
      this.#listening.add(topic)
      void this.#listen(topic)
    }
    return () => this.#listeners[topic].delete(listener)
  }

  /** Before the pool is closed. */
  close(): void {
    this.#isClosed = true
    for (const retry of this.#retries) clearTimeout(retry)
  }

  /** Those asked for while one is under way are one more, however many. */
  async #send(topic: Topic): Promise<void> {
    const underway = { isRepeated: true }
    this.#notifying.set(topic, underway)
    while (underway.isRepeated && !this.#isClosed) {
      underway.isRepeated = false
      await sql`select pg_notify(${channels[topic]}, '')`.execute(this.#db).catch(() => undefined)
    }
    this.#notifying.delete(topic)
  }

  async #listen(topic: Topic): Promise<void> {
    const wake = (): void => this.#wake(topic)
    try {
      // What was missed while nobody listened is made up for by one call as soon as somebody does.
      await this.#pool.listen(channels[topic], wake, wake)
    } catch {
      if (this.#isClosed) return
      const retry = setTimeout(() => {
        this.#retries.delete(retry)
        void this.#listen(topic)
      }, LISTEN_RETRY_MILLIS)
      this.#retries.add(retry)
    }
  }

  #wake(topic: Topic): void {
    for (const listener of this.#listeners[topic]) listener()
  }
}
