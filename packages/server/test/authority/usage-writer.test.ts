import { describe, expect, test } from 'bun:test'
import type { Ground } from '../../src/authority/ground.ts'
import type { UnixSeconds } from '../../src/ambient.ts'
import { NotedUses } from '../../src/authority/noted-uses.ts'
import type { Durability, TokenUse, UsageWrites } from '../../src/authority/ports.ts'
import { UsageWriter, type UsageWriterDeps } from '../../src/authority/usage-writer.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import type { UserId } from '../../src/directory/user.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const key = { kid: 1, salt: new Uint8Array(16) }
const subject = { id: 'ada', ref: { kind: 'user', id: 7 as UserId }, isBlocked: false } as const

function named(tokenId: string): Ground {
  const record = { serial: serialOf(tokenId), isRevoked: false, key }
  return { kind: 'named', tenantId: 1 as TenantId, audience: 'onezone', tokenId, subject, record }
}

function serialOf(tokenId: string): number {
  return Bun.hash.crc32(tokenId)
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
  readonly durabilities: Durability[] = []
  failures = 0

  async record(batch: readonly TokenUse[], durability: Durability): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('the store is away')
    }
    this.batches.push(batch)
    this.durabilities.push(durability)
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
    expect(noted.take()).toEqual([{ serial: serialOf('a'), lastUsedAt: 300 as UnixSeconds, uses: 3 }])
    expect(noted.size).toBe(0)
  })

  test('is nothing of a temporary token', () => {
    const noted = new NotedUses()
    noted.note(temporary, 100)
    expect(noted.size).toBe(0)
  })

  test('is bounded in tokens, and not in their uses', () => {
    const noted = new NotedUses(2)
    for (const id of ['a', 'b', 'c', 'a']) noted.note(named(id), 100)
    const uses = new Map(noted.take().map((use) => [use.serial, use.uses]))
    expect(uses).toEqual(
      new Map([
        [serialOf('a'), 2],
        [serialOf('b'), 1],
      ]),
    )
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
    // The last ones first; neighbours together.
    const serials = usage.batches.toReversed().flatMap((batch) => batch.map(({ serial }) => serial))
    expect(serials).toEqual(ids.map(serialOf).toSorted((one, other) => one - other))
    // One sync for all of them.
    expect(usage.durabilities).toEqual(['soon', 'soon', 'soon', 'soon', 'at_once'])
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
    const record = async (batch: readonly TokenUse[], durability: Durability) => {
      await usage.record(batch, durability)
      written.resolve()
    }
    noted.note(named('a'), 100)
    const running = writer({ record }, noted, { writeEveryMillis: 1, onFailure: () => (told += 1) })
    await written.promise
    await running.stop()
    expect(usage.batches).toMatchObject([[{ serial: serialOf('a'), uses: 1 }]])
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
