import { describe, expect, test } from 'bun:test'
import {
  newSealedRootKey,
  openKeyRing,
  UnknownRootKey,
  WrongMasterKey,
} from '../../src/authority/key-ring.ts'
import type { Audience, Generation, TokenId, TokenLine } from '../../src/authority/named-token.ts'
import { DoesNotOpen } from '../../src/authority/sealing.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import type { UserId } from '../../src/directory/user.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const ambient = fixedAmbient()
const masterKey = ambient.randomBytes(32)
const sealed = newSealedRootKey(masterKey, 1, ambient)
const ring = openKeyRing(masterKey, [sealed], ambient, hmacSha256)
const tenant = (id: number) => id as TenantId
const id = (text: string) => text as TokenId
const key = { kid: 1, salt: new Uint8Array(16).fill(7) }
const text = (secret: Uint8Array) => new TextDecoder().decode(secret)

function line(tenantId: number, userId: number, audience: Audience = 'onezone'): TokenLine {
  return { tenantId: tenant(tenantId), audience, subject: { kind: 'user', id: userId as UserId } }
}

function generation(number: number, salt = key.salt): Generation {
  return { number, key: { kid: 1, salt } }
}

describe('a token secret', () => {
  test('is 64 lower-case hex characters', () => {
    expect(text(ring.namedSecret(tenant(1), 'onezone', 'a', key))).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is the same whenever it is derived from the same row', () => {
    const again = openKeyRing(masterKey, [sealed], ambient, hmacSha256)
    expect(again.namedSecret(tenant(1), 'onezone', 'a', key)).toEqual(
      ring.namedSecret(tenant(1), 'onezone', 'a', key),
    )
  })

  // Were another one derived from the same row, every token out in the field would be dead.
  const pinned: readonly (readonly [id: string, secret: string])[] = [
    ['a', '7643b73413faf4c8208065a47af8b594a697776910d3ad6ee7db3de1801d0cd1'],
    [
      'f53288396aa545515a6751bbecc30768ch0340',
      'c57bf21e924768a3a085daa6c45db30ae7ceff6dc19f6d6fcb1285a10761e3cc',
    ],
    ['ä/€/\u{1f511}', 'f77ab419c9802fb8e48e937a9e698450f49a516364a6035476b4025b9b02f416'],
  ]
  for (const [id, secret] of pinned) {
    test(`is what it always was, for the id ${id}`, () => {
      expect(text(ring.namedSecret(tenant(281_474_976_710_655), 'onezone', id, key))).toBe(secret)
    })
  }

  test('differs with kind, audience, tenant, id, subject, generation, salt and root key', () => {
    const otherSalt = new Uint8Array(16).fill(8)
    const secrets = [
      ring.namedSecret(tenant(1), 'onezone', 'a', key),
      ring.namedSecret(tenant(1), 'astra', 'a', key),
      ring.namedSecret(tenant(2), 'onezone', 'a', key),
      ring.namedSecret(tenant(1), 'onezone', 'b', key),
      ring.namedSecret(tenant(1), 'onezone', 'user:1', key),
      ring.namedSecret(tenant(1), 'onezone', 'a', { kid: 1, salt: otherSalt }),
      ring.temporarySecret(line(1, 1), generation(1)),
      ring.temporarySecret(line(1, 1), generation(2)),
      ring.temporarySecret(line(1, 2), generation(1)),
      ring.temporarySecret(line(2, 1), generation(1)),
      ring.temporarySecret(line(1, 1, 'jeton'), generation(1)),
      ring.temporarySecret(line(1, 1), generation(1, otherSalt)),
    ].map(text)
    expect(new Set(secrets).size).toBe(secrets.length)
  })

  test('does not depend on where one part ends and the next begins', () => {
    expect(ring.namedSecret(tenant(1), 'onezone', '1a', key)).not.toEqual(
      ring.namedSecret(tenant(11), 'onezone', 'a', key),
    )
  })

  test('of a row that names a root key from elsewhere cannot be derived', () => {
    expect(() => ring.namedSecret(tenant(1), 'onezone', 'a', { kid: 9, salt: key.salt })).toThrow(
      UnknownRootKey,
    )
  })
})

describe('a secret that was given elsewhere', () => {
  const bytes = new TextEncoder().encode('verySecretSecret1')
  const reference = ring.referenceToNamed(tenant(1), 'onezone', id('a'), bytes)
  const ofGeneration = ring.referenceToTemporary(line(1, 1), 7, bytes)

  test('comes back as it was, of a named token and of a generation', () => {
    expect(ring.namedSecret(tenant(1), 'onezone', 'a', reference)).toEqual(bytes)
    expect(ring.temporarySecret(line(1, 1), { number: 7, key: ofGeneration })).toEqual(bytes)
  })

  test('is not in its row', () => {
    expect(Buffer.from(reference.sealedSecret ?? []).includes('verySecret')).toBe(false)
  })

  test('is sealed anew each time, for the rows of two tokens with one secret must not tell', () => {
    const again = ring.referenceToNamed(tenant(1), 'onezone', id('a'), bytes)
    expect(again.sealedSecret).not.toEqual(reference.sealedSecret)
  })

  const flipped = (reference.sealedSecret ?? new Uint8Array()).map((byte, at) =>
    at === 14 ? byte ^ 1 : byte,
  )
  const otherSalt = new Uint8Array(16).fill(8)
  test.each([
    ['of another id', () => ring.namedSecret(tenant(1), 'onezone', 'b', reference)],
    ['of another tenant', () => ring.namedSecret(tenant(2), 'onezone', 'a', reference)],
    ['of another audience', () => ring.namedSecret(tenant(1), 'jeton', 'a', reference)],
    ['of another salt', () => ring.namedSecret(tenant(1), 'onezone', 'a', { ...reference, salt: otherSalt })],
    [
      'that was changed',
      () => ring.namedSecret(tenant(1), 'onezone', 'a', { ...reference, sealedSecret: flipped }),
    ],
    [
      'that was cut off',
      () =>
        ring.namedSecret(tenant(1), 'onezone', 'a', { ...reference, sealedSecret: flipped.subarray(0, 28) }),
    ],
    ['of another generation', () => ring.temporarySecret(line(1, 1), { number: 8, key: ofGeneration })],
    ['of another subject', () => ring.temporarySecret(line(1, 2), { number: 7, key: ofGeneration })],
  ])('does not open in the row %s', (_, open) => {
    expect(open).toThrow(DoesNotOpen)
  })
})

describe('the key ring opens only', () => {
  const flipped = sealed.sealed.slice()
  flipped[20] = (flipped[20] ?? 0) ^ 1
  const refusals = [
    ['under its own master key', ambient.randomBytes(32), [sealed]],
    ['with a row as it was sealed', masterKey, [{ ...sealed, sealed: flipped }]],
    ['with a row in its own place', masterKey, [{ ...sealed, kid: 2 }]],
    ['with a row that is whole', masterKey, [{ ...sealed, sealed: sealed.sealed.subarray(0, 10) }]],
    [
      'with a tag of full length',
      masterKey,
      [{ ...sealed, sealed: sealed.sealed.subarray(0, sealed.sealed.length - 4) }],
    ],
    ['with an active root key', masterKey, [{ ...sealed, isActive: false }]],
  ] as const
  for (const [condition, master, rows] of refusals) {
    test(condition, () => {
      expect(() => openKeyRing(master, rows, ambient, hmacSha256)).toThrow(WrongMasterKey)
    })
  }

  test('and the error names no key material', () => {
    try {
      openKeyRing(ambient.randomBytes(32), [sealed], ambient, hmacSha256)
      expect.unreachable()
    } catch (error) {
      expect(String(error)).toBe('WrongMasterKey: the master key does not open root key 1')
    }
  })
})

test('a rotation writes new rows with the active root key and still derives for the old ones', () => {
  const rotated = [{ ...sealed, isActive: false }, newSealedRootKey(masterKey, 2, ambient)]
  const after = openKeyRing(masterKey, rotated, ambient, hmacSha256)
  expect(after.newReference().kid).toBe(2)
  expect(after.namedSecret(tenant(1), 'onezone', 'a', key)).toEqual(
    ring.namedSecret(tenant(1), 'onezone', 'a', key),
  )
})
