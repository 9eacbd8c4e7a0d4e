import { describe, expect, test } from 'bun:test'
import type { Ground } from '../../src/authority/ground.ts'
import type { Audience } from '../../src/authority/named-token.ts'
import { NotedUses } from '../../src/authority/noted-uses.ts'
import type { TokenUse, UsageWrites } from '../../src/authority/ports.ts'
import { UsageWriter, type UsageWriterDeps } from '../../src/authority/usage-writer.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import type { UserId } from '../../src/directory/user.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const key = { kid: 1, salt: new Uint8Array(16) }
const subject = { id: 'ada', userId: 7 as UserId, isBlocked: false }

function named(tokenId: string, tenant = 1, audience: Audience = 'onezone'): Ground {
  const tenantId = tenant as TenantId
  const serial = Bun.hash.crc32(`${tenant} ${audience} ${tokenId}`)
  return { kind: 'named', tenantId, audience, tokenId, subject, record: { serial, isRevoked: false, key } }
}

const temporary: Ground = {
  kind: 'temporary',
  tenantId: 1 as TenantId,
  audience: 'onezone',
  generation: { number: 1, key },
  subject,
}

/** Remembers what it is given, and fails as often as it is told. */
class RecordedUsage implements UsageWrites {
  readonly batches: (readonly TokenUse[])[] = []
  failures = 0

  async record(batch: readonly TokenUse[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('the store is away')
    }
    this.batches.push(batch)
  }
}

function writer(usage: UsageWrites, noted: NotedUses, more: Partial<UsageWriterDeps> = {}): UsageWriter {
  return new UsageWriter({
    usage,
    noted,
    ambient: fixedAmbient(),
    isStoreNearlyFull: () => false,
    onFailure: () => undefined,
    ...more,
  })
}

describe('what is noted', () => {
  test('is how often a token was used, and when at the latest', () => {
    const noted = new NotedUses()
    for (const at of [100, 300, 200]) noted.note(named('a'), at)
    expect(noted.take()).toMatchObject([{ id: 'a', lastUsedAt: 300, uses: 3 }])
    expect(noted.size).toBe(0)
  })

  test('keeps tokens of the same id apart, whose tenant or audience differs', () => {
    const noted = new NotedUses()
    for (const ground of [named('a'), named('a', 2), named('a', 1, 'jeton')]) noted.note(ground, 100)
    expect(noted.take().map(({ uses }) => uses)).toEqual([1, 1, 1])
  })

  test('is nothing of a temporary token', () => {
    const noted = new NotedUses()
    noted.note(temporary, 100)
    expect(noted.size).toBe(0)
  })

  test('is bounded in tokens, and not in their uses', () => {
    const noted = new NotedUses(2)
    for (const id of ['a', 'b', 'c', 'a']) noted.note(named(id), 100)
    expect(noted.take().map(({ id, uses }) => [id, uses])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })

  test('adds up with what could not be written', () => {
    const noted = new NotedUses()
    noted.note(named('a'), 300)
    const taken = noted.take()
    noted.note(named('a'), 200)
    noted.putBack(taken)
    expect(noted.take()).toMatchObject([{ lastUsedAt: 300, uses: 2 }])
  })
})

describe('what was noted', () => {
  test('is written by a stop, in slices, each token once', async () => {
    const [usage, noted] = [new RecordedUsage(), new NotedUses()]
    const ids = Array.from({ length: 600 }, (_, index) => `token ${index}`)
    for (const id of ids) noted.note(named(id), 100)
    await writer(usage, noted).stop()
    expect(usage.batches.map(({ length }) => length)).toEqual([128, 128, 128, 128, 88])
    expect(usage.batches.flat().map(({ id }) => id)).toContainAllValues(ids)
  })

  test('is written again and again without a stop', async () => {
    const noted = new NotedUses()
    const written = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let count = 0
    const usage = { record: async () => written[count++]?.resolve() }
    const running = writer(usage, noted, { writeEveryMillis: 1 })
    for (const { promise } of written) {
      noted.note(named('a'), 100)
      await promise
    }
    await running.stop()
  })

  test('costs nothing while nothing is noted', async () => {
    const usage = new RecordedUsage()
    await writer(usage, new NotedUses()).stop()
    expect(usage.batches).toEqual([])
  })

  test('is kept when writing fails, and told once', async () => {
    const [usage, noted] = [new RecordedUsage(), new NotedUses()]
    usage.failures = 3
    let told = 0
    const written = Promise.withResolvers<void>()
    const record = async (batch: readonly TokenUse[]) => {
      await usage.record(batch)
      written.resolve()
    }
    noted.note(named('a'), 100)
    const running = writer({ record }, noted, { writeEveryMillis: 1, onFailure: () => (told += 1) })
    await written.promise
    await running.stop()
    expect(usage.batches).toMatchObject([[{ id: 'a', uses: 1 }]])
    expect(told).toBe(1)
  })

  test('waits while the disk is nearly full', async () => {
    const [usage, noted] = [new RecordedUsage(), new NotedUses()]
    noted.note(named('a'), 100)
    await writer(usage, noted, { isStoreNearlyFull: () => true }).stop()
    expect(usage.batches).toEqual([])
    expect(noted.size).toBe(1)
  })
})
