import { describe, expect, test } from 'bun:test'
import type { NamedGround } from '../../src/authority/ground.ts'
import { GroundTable } from '../../src/authority/ground-table.ts'
import type { Audience } from '../../src/authority/named-token.ts'
import { packId, unpackId, unpackNumber } from '../../src/authority/packed-id.ts'
import { NOWHERE } from '../../src/authority/places.ts'
import { SharedParts } from '../../src/authority/shared-parts.ts'
import type { ProviderId } from '../../src/directory/provider.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import type { UserId } from '../../src/directory/user.ts'
import { seededRandom } from '../../testing/seeded-random.ts'

const random = seededRandom(1)
const hex = (digits: number) => Array.from({ length: digits }, () => random.below(16).toString(16)).join('')
const newId = () => `${hex(32)}ch${hex(4)}`
const newNumber = () => random.below(2 ** 24) * 2 ** 24 + random.below(2 ** 24)

// Safe as brands: numbers of their range.
const newTenant = () => newNumber() as TenantId

function newGround(changes: Partial<NamedGround> = {}): NamedGround {
  return {
    kind: 'named',
    tenantId: newTenant(),
    audience: 'onezone',
    tokenId: newId(),
    record: {
      serial: random.below(2 ** 40),
      isRevoked: random.chance(0.5),
      key: { kid: 1 + random.below(30_000), salt: Uint8Array.from({ length: 16 }, () => random.below(256)) },
    },
    subject: {
      id: newId(),
      ref: random.chance(0.5)
        ? { kind: 'user', id: newNumber() as UserId }
        : { kind: 'provider', id: newNumber() as ProviderId },
      isBlocked: random.chance(0.5),
    },
    ...changes,
  }
}

const OTHER_AUDIENCES = ['astra', 'sdwan', 'jeton'] as const satisfies readonly Audience[]

const keyOf = ({ tenantId, audience, tokenId }: NamedGround) => [tenantId, audience, tokenId] as const

describe('a packed id', () => {
  test('is unpacked to what it was, with its number', () => {
    const words = new Int32Array(12)
    const numbers = [
      0,
      1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 48 - 1,
      ...Array.from({ length: 200 }, newNumber),
    ]
    for (const number of numbers) {
      const id = newId()
      expect(packId(id, number, words, 6)).toBe(true)
      expect([unpackId(words, 6), unpackNumber(words, 6)]).toEqual([id, number])
    }
  })

  test.each([
    ['too short', hex(37)],
    ['too long', `${newId()}0`],
    ['upper case', newId().replace(/^./, 'A')],
    ['without the mark', `${hex(32)}cx${hex(4)}`],
    ['no digits', `${'g'.repeat(32)}ch0000`],
    ['no digits behind the mark', `${hex(32)}ch00g0`],
    ['not ASCII', `${'é'.repeat(32)}ch0000`],
    ['a UUID', '123e4567-e89b-42d3-a456-426614174000xx'],
  ])('is none that is %s', (_, id) => {
    expect(packId(id, 1, new Int32Array(6), 0)).toBe(false)
  })
})

describe('the table of grounds', () => {
  test('gives back each ground as it was, and tells the audiences and tenants apart', () => {
    const table = new GroundTable(2 ** 16, new SharedParts())
    const first = Array.from({ length: 50 }, () => newGround())
    const ofOtherTenants = first.map((ground) => ({ ...ground, tenantId: newTenant() }))
    const ofOtherAudiences = first.map((ground) => ({ ...ground, audience: random.pick(OTHER_AUDIENCES) }))
    const grounds = [...first, ...ofOtherTenants, ...ofOtherAudiences]
    for (const ground of grounds) expect(table.set(ground, 5)).toBeDefined()
    for (const ground of grounds) {
      const place = table.find(...keyOf(ground))
      expect(table.groundAt(place)).toMatchObject({ ...ground, untouchedUpTo: 5 })
      expect(table.subjectAt(place)).toEqual(ground.subject)
      expect(table.serialAt(place)).toBe(ground.record.serial)
      expect(table.isOf(place, ground.tenantId, ground.audience)).toBe(true)
      expect(table.isOf(place, newTenant(), ground.audience)).toBe(false)
      expect(table.untouchedUpTo(place)).toBe(5)
    }
    expect(table.find(...keyOf(newGround()))).toBe(NOWHERE)
  })

  test('has one place for a token, and what was noted of it before is not taken for what is there now', () => {
    const table = new GroundTable(64, new SharedParts())
    const ground = newGround()
    const before = table.set(ground, 1)
    const revoked = { ...ground, record: { ...ground.record, isRevoked: !ground.record.isRevoked } }
    const after = table.set(revoked, 2)
    if (before === undefined || after === undefined) return expect.unreachable()
    expect(after.place).toBe(before.place)
    expect([table.isAt(before), table.isAt(after)]).toEqual([false, true])
    expect(table.groundAt(after.place)).toEqual({ ...revoked, untouchedUpTo: 2, place: after })
    expect(table.size).toBe(1)
    table.clear()
    expect(table.isAt(after)).toBe(false)
    expect(table.find(...keyOf(ground))).toBe(NOWHERE)
  })

  const key = newGround().record.key
  const unfit: readonly (readonly [title: string, changes: Partial<NamedGround>])[] = [
    ['a token id of another form', { tokenId: 'imported-1' }],
    ['a subject id of another form', { subject: { ...newGround().subject, id: 'admin' } }],
    [
      'a sealed secret',
      { record: { ...newGround().record, key: { ...key, sealedSecret: new Uint8Array(60) } } },
    ],
    [
      'a salt of another length',
      { record: { ...newGround().record, key: { ...key, salt: new Uint8Array(8) } } },
    ],
    ['a root key beyond its bits', { record: { ...newGround().record, key: { ...key, kid: 2 ** 15 } } }],
  ]
  test.each(unfit)('does not take %s', (_, changes) => {
    const table = new GroundTable(64, new SharedParts())
    const ground = newGround(changes)
    expect(table.set(ground, 1)).toBeUndefined()
    expect(table.find(...keyOf(ground))).toBe(NOWHERE)
  })

  test('stays within its places, and keeps what is found again', () => {
    const table = new GroundTable(256, new SharedParts())
    const often = Array.from({ length: 32 }, () => newGround())
    for (const ground of often) table.set(ground, 1)
    for (let each = 0; each < 5000; each += 1) {
      if (each % 20 === 0) for (const ground of often) table.find(...keyOf(ground))
      table.set(newGround(), 1)
      expect(table.size).toBeLessThanOrEqual(256)
    }
    // Of one set there can be more than sixteen that are used all the time; of 32 in 256 places there are not many.
    const kept = often.filter((ground) => table.find(...keyOf(ground)) !== NOWHERE)
    expect(kept.length).toBeGreaterThanOrEqual(28)
  })

  test('grows as it fills, and what stood in it before is found where it stands now', () => {
    const table = new GroundTable(2 ** 18, new SharedParts())
    const grounds = Array.from({ length: 40_000 }, () => newGround())
    for (const ground of grounds) table.set(ground, 1)
    const found = grounds.filter((ground) => {
      const place = table.find(...keyOf(ground))
      if (place === NOWHERE) return false
      expect(table.groundAt(place)).toMatchObject(ground)
      return true
    })
    // Now and then seventeen have the same set, and there is room for sixteen.
    expect(found.length).toBeGreaterThan(0.995 * grounds.length)
    expect(table.size).toBe(found.length)
  })

  test('keeps nearly all of what takes three quarters of its places', () => {
    const table = new GroundTable(2 ** 14, new SharedParts())
    const grounds = Array.from({ length: 0.75 * 2 ** 14 }, () => newGround())
    for (const ground of grounds) table.set(ground, 1)
    // By Poisson's law 98 of 100. In sets of eight it would be 95, and each one that is missing costs a read.
    expect(table.size).toBeGreaterThan(0.97 * grounds.length)
  })

  test('without a place remembers nothing', () => {
    const table = new GroundTable(0, new SharedParts())
    expect(table.set(newGround(), 1)).toBeUndefined()
    expect(table.find(...keyOf(newGround()))).toBe(NOWHERE)
  })
})
