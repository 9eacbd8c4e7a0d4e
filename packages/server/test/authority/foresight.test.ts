import { expect, test } from 'bun:test'
import { Foresight, type ForesightDeps } from '../../src/authority/foresight.ts'
import type { NamedGround } from '../../src/authority/ground.ts'
import type { GroundListing } from '../../src/authority/ports.ts'
import { VerificationMemory } from '../../src/authority/verification-memory.ts'
import type { Timers } from '../../src/timers.ts'
import { openWorld, type VerificationWorld } from './support/verification-world.ts'

/** Rests are over at once. */
const restless: Timers = {
  after(_, task) {
    const soon = setImmediate(task)
    return () => clearImmediate(soon)
  },
}

interface Foreseen {
  readonly world: VerificationWorld
  readonly texts: readonly string[]
}

/** Tokens that nobody has verified, the oldest first. */
async function withTokens(count: number): Promise<Foreseen> {
  const world = await openWorld()
  const texts: string[] = []
  for (let each = 0; each < count; each += 1) texts.push((await world.named(world.user)).text)
  return { world, texts }
}

function foresee({ memory, ambient, deps, store }: VerificationWorld, changes: Partial<ForesightDeps> = {}) {
  return new Foresight({
    memory,
    ambient,
    trust: deps.trust,
    requestsAnswered: () => 0,
    onFailure: () => expect.unreachable(),
    timers: restless,
    grounds: store.reads.grounds,
    ...changes,
  })
}

test('after it, the first verification of a token asks the store for nothing', async () => {
  const { world, texts } = await withTokens(600)
  await foresee(world).ended
  expect(world.memory.usage).toMatchObject({ grounds: 600, texts: 0, bodies: 0 })
  for (const text of texts)
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 3 })
  await world.store.close()
})

test('a token that was revoked or blocked after it is refused, for the change is heard of', async () => {
  const { world, texts } = await withTokens(2)
  const { id, text } = await world.named(world.user)
  await foresee(world).ended
  await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
  expect(await world.cost(text)).toMatchObject({ verdict: 'token_revoked', queries: 1 })
  await world.store.atomically(({ users }) => users.setBlocked(world.user.id, true))
  for (const each of texts)
    expect(await world.cost(each)).toMatchObject({ verdict: 'user_blocked', queries: 1 })
  await world.store.close()
})

test('what was changed while it was being read is not remembered', async () => {
  const { world, texts } = await withTokens(3)
  const { id, text } = await world.named(world.user)
  const { grounds } = world.store.reads
  const overtaken: GroundListing = {
    ...grounds,
    async list(from, below) {
      const found = await grounds.list(from, below)
      await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
      return found
    },
  }
  await foresee(world, { grounds: overtaken }).ended
  expect(await world.cost(text)).toMatchObject({ verdict: 'token_revoked', queries: 1 })
  for (const each of texts) expect(await world.cost(each)).toMatchObject({ verdict: 'accepted', queries: 0 })
  await world.store.close()
})

test('a node that is not current remembers nothing, and reads the same again when it is', async () => {
  const { world, texts } = await withTokens(3)
  let looks = 0
  const trust = {
    isCurrent: () => {
      expect(world.memory.usage.grounds).toBe(0)
      looks += 1
      return looks > 2
    },
  }
  await foresee(world, { trust }).ended
  expect(looks).toBe(3)
  for (const text of texts) expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 0 })
  await world.store.close()
})

test('a failure is told once, and what was not read is read again', async () => {
  const { world, texts } = await withTokens(3)
  const told: unknown[] = []
  const { grounds } = world.store.reads
  let failures = 3
  const failing: GroundListing = {
    ...grounds,
    async list(from, below) {
      failures -= 1
      if (failures >= 0) throw new Error('away')
      return grounds.list(from, below)
    },
  }
  await foresee(world, { grounds: failing, onFailure: (error) => told.push(error) }).ended
  expect(told).toHaveLength(1)
  for (const text of texts) expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 0 })
  await world.store.close()
})

test('it ends when the memory is nearly full, with the newest of the tokens', async () => {
  const { world } = await withTokens(1)
  const [sample] = await world.store.reads.grounds.list(0, Number.MAX_SAFE_INTEGER)
  if (sample === undefined) return expect.unreachable()
  const memory = new VerificationMemory({ maxBytes: 2 ** 20 })
  const lastSerial = 1_000_000
  const groundAt = (serial: number): NamedGround => ({
    ...sample,
    tokenId: `${serial.toString(16).padStart(8, '0').repeat(4)}ch0000`,
    record: { ...sample.record, serial },
  })
  const asked: number[] = []
  const grounds: GroundListing = {
    lastSerial: async () => lastSerial,
    async list(from, below) {
      asked.push(below)
      return Array.from({ length: below - from }, (_, index) => groundAt(from + index))
    },
  }
  await foresee(world, { memory, grounds }).ended
  expect(asked[0]).toBe(lastSerial + 1)
  expect(asked.length).toBeLessThan(20)
  await world.store.close()
})

test('a stop does not wait for the rest of a rest', async () => {
  const { world } = await withTokens(1)
  const { promise: read, resolve } = Promise.withResolvers<void>()
  const grounds: GroundListing = {
    lastSerial: async () => 1,
    async list() {
      resolve()
      return []
    },
  }
  const timers: Timers = { after: () => () => undefined }
  const foresight = foresee(world, { grounds, timers, trust: { isCurrent: () => false } })
  await read
  await foresight.stop()
  await world.store.close()
})
