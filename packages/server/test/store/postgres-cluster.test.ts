import { SQL } from 'bun'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { ClusterStore, FeedChange, FeedPosition, FeedReads } from '../../src/cluster/ports.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { leasesContract } from './leases-contract.ts'
import { givenLine, givenUser, sampleKey } from './samples.ts'
import { givenDeadTokens, storedRows } from './sweeping-contract.ts'
import { openTestPostgres, type TestStore } from './test-store.ts'

describe('nodes that share a PostgreSQL', () => {
  let store: TestStore
  let other: Store
  beforeAll(async () => {
    store = await openTestPostgres()
    other = await (await openStore(store.location, systemAmbient)).migrate()
  }, 30_000)
  afterAll(async () => {
    await other.close()
    await store.close()
  })

  leasesContract(() => store)

  describe('the feed', () => {
    test('shows a transaction that began first and commits last after those that overtook it', async () => {
      const { tenant, user, line } = await givenLine(store)
      const neighbours = [await givenUser(store, tenant), await givenUser(store, tenant)]
      const reader = new Follower(other)
      const from = await reader.start()
      const { promise: isOvertaken, resolve: overtake } = Promise.withResolvers<void>()
      const slow = store.commit(async ({ tokens, users }) => {
        await users.setBlocked(user.id, true)
        await tokens.raiseGeneration(line, sampleKey())
        await isOvertaken
      })
      const overtaking: (number | undefined)[] = []
      for (const { id } of neighbours) {
        const { lastNumber } = await store.commit(({ users }) => users.setBlocked(id, true))
        overtaking.push(lastNumber)
        await reader.until(lastNumber ?? 0)
      }
      overtake()
      const { lastNumber } = await slow
      await reader.until(lastNumber ?? 0)
      await reader.stop()
      expect([...overtaking, lastNumber]).toEqual([from + 1, from + 2, from + 4])
      expect(reader.seen.map((change) => change.number)).toEqual([from + 1, from + 2, from + 3, from + 4])
      const keys = [...neighbours.map(({ id }) => String(id)), String(user.id), `onezone/user/${user.id}`]
      expect(reader.seen.map((change) => change.key)).toEqual(keys)
    })

    test('shows every reader each change once and in order, while works of all lengths commit or fail', async () => {
      const { tenant } = await givenLine(store)
      const users = await Promise.all(Array.from({ length: 12 }, () => givenUser(store, tenant)))
      const readers = [store, other, other].map((node) => new Follower(node))
      const before = await Promise.all(readers.map((reader) => reader.start()))
      const committed: number[] = []
      const works = users.flatMap(({ id }, index) =>
        [store, other].map(async (node, side) => {
          for (let round = 0; round < 8; round++) {
            const work = node.commit(async (ports) => {
              for (let step = 0; step <= (index + round) % 3; step++) {
                await ports.users.setBlocked(id, (step + round) % 2 === side)
                // A pause of its own length, in which others overtake.
                if ((index + step) % 4 === 0) await store.feed.head()
              }
              if ((index + round) % 5 === 0) throw new Error('undone')
            })
            const { lastNumber } = await work.catch(() => ({ lastNumber: undefined }))
            if (lastNumber !== undefined) committed.push(lastNumber)
          }
        }),
      )
      await Promise.all(works)
      const head = await store.feed.head()
      for (const [index, reader] of readers.entries()) {
        const first = (before[index] ?? 0) + 1
        await reader.until(head.number)
        await reader.stop()
        const all = Array.from({ length: head.number - first + 1 }, (_, step) => first + step)
        expect(reader.seen.map((change) => change.number)).toEqual(all)
      }
      expect(new Set(committed).size).toBe(committed.length)
    }, 20_000)
  })

  test('a node that hangs in the middle of a work holds nobody up for longer than a lease, and does it again', async () => {
    const { user, line } = await givenLine(store)
    const { promise: isHanging, resolve: hang } = Promise.withResolvers<void>()
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
    let runs = 0
    const hung = store.atomically(async ({ tokens, users }) => {
      runs += 1
      await tokens.ensureGeneration(line, sampleKey())
      hang()
      await goesOn
      await users.updateProfile(user.id, { fullName: 'Late' })
    })
    await isHanging
    // Refused if it had to wait for as long as a statement may.
    await other.atomically(({ tokens }) => tokens.raiseGeneration(line, sampleKey()))
    goOn()
    await hung
    expect(runs).toBe(2)
    expect((await store.reads.users.findById(user.id))?.fullName).toBe('Late')
    expect((await store.reads.tokens.currentGeneration(line))?.number).toBe(1)
  }, 10_000)

  test('a node sweeps around rows that another one is removing, and takes none of them for removed', async () => {
    const { line } = await givenDeadTokens(store, 10)
    const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>()
    const { promise: isSwept, resolve: crash } = Promise.withResolvers<void>()
    const outside = new SQL(urlOf(store), { max: 1 })
    const crashing = outside.begin(async (sql) => {
      await sql`delete from named_tokens where id in (
        select id from named_tokens where subject_id = ${line.subject.id} limit 4)`
      hold()
      await isSwept
      throw new Error('crashed')
    })
    await isHeld
    expect(await other.deadTokens.sweep(100)).toBe(6)
    expect(await other.deadTokens.sweep(100)).toBe(0)
    crash()
    await crashing.catch(() => undefined)
    expect(await other.deadTokens.sweep(100)).toBe(4)
    expect(await storedRows(store, line)).toBe(0)
    await outside.close()
  })

  describe('wake-ups', () => {
    test.each(topics)('of %s reach every node, the sender too', async (topic) => {
      const ears = [store, other].map((node) => new Ear(node, topic))
      await hearAll(store, topic, ears)
      for (const ear of ears) ear.stop()
    })

    test('do not reach who has stopped listening', async () => {
      const [listening, stopped] = [new Ear(other, 'applied'), new Ear(other, 'applied')]
      await hearAll(store, 'applied', [listening, stopped])
      stopped.stop()
      const before = stopped.heard
      await hearAll(store, 'applied', [listening])
      expect(stopped.heard).toBe(before)
      listening.stop()
    })

    test('asked for many at a time are sent as few', async () => {
      const [changes, applied] = [new Ear(other, 'changes'), new Ear(other, 'applied')]
      await hearAll(store, 'changes', [changes])
      await hearAll(store, 'applied', [applied])
      const before = changes.heard
      for (let asked = 0; asked < 1000; asked++) clusterOf(store).wakeUps.notify('changes')
      await changes.next()
      // Sent on the same connection, so what was sent before this is heard before this.
      await hearAll(store, 'applied', [applied])
      await hearAll(store, 'applied', [applied])
      expect(changes.heard - before).toBeLessThan(10)
      changes.stop()
      applied.stop()
    })

    test('reach a node again after its connections were cut', async () => {
      const ear = new Ear(other, 'changes')
      await hearAll(store, 'changes', [ear])
      await store.rows(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'jeton'`)
      await hearAll(store, 'changes', [ear])
      ear.stop()
    })
  })
})

const topics = ['changes', 'applied'] as const

/** Listens to one topic on one node. */
class Ear {
  heard = 0
  readonly stop: () => void
  #next = Promise.withResolvers<void>()

  constructor(node: Store, topic: (typeof topics)[number]) {
    this.stop = clusterOf(node).wakeUps.subscribe(topic, () => {
      this.heard += 1
      this.#next.resolve()
      this.#next = Promise.withResolvers()
    })
  }

  next(): Promise<void> {
    return this.#next.promise
  }
}

/** Wakes until everybody has heard once more: whoever has just begun to listen may miss the first. */
async function hearAll(from: Store, topic: (typeof topics)[number], ears: readonly Ear[]): Promise<void> {
  const before = ears.map((ear) => ear.heard)
  while (ears.some((ear, index) => ear.heard === before[index])) {
    clusterOf(from).wakeUps.notify(topic)
    await from.feed.head().catch(() => undefined)
  }
}

function urlOf({ location }: TestStore): string {
  if (location.kind !== 'postgres') throw new Error('not PostgreSQL')
  return location.url
}

function clusterOf({ cluster }: Store): ClusterStore {
  if (cluster === undefined) throw new Error('a store of one node')
  return cluster
}

/** Reads the feed without a rest, from the head on. */
class Follower {
  readonly seen: FeedChange[] = []
  readonly #feed: FeedReads
  readonly #ended: Promise<void>
  readonly #start: Promise<FeedPosition>
  #number = 0
  #isStopping = false

  constructor({ feed }: Store) {
    this.#feed = feed
    this.#start = feed.head()
    this.#ended = this.#run()
  }

  /** Of the first change that it can have seen, less one. */
  async start(): Promise<number> {
    return (await this.#start).number
  }

  async until(number: number): Promise<void> {
    while (this.#number < number) await this.#feed.head()
  }

  stop(): Promise<void> {
    this.#isStopping = true
    return this.#ended
  }

  async #run(): Promise<void> {
    this.#number = await this.start()
    while (!this.#isStopping) {
      const { changes } = await this.#feed.changesAfter(this.#number, 3)
      this.seen.push(...changes)
      this.#number = changes.at(-1)?.number ?? this.#number
    }
  }
}
