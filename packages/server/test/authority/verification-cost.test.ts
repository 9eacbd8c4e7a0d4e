import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Caveat, confineToken } from '@jeton/token'
import { VerificationMemory } from '../../src/authority/verification-memory.ts'
import { verifyToken } from '../../src/authority/verify.ts'
import type { User } from '../../src/directory/user.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { givenUser, lineOf } from '../store/samples.ts'
import { groundChanges, verifiedToken } from './support/ground-changes.ts'
import { openWorld, PRESENTATION, verdictOf, type VerificationWorld } from './support/verification-world.ts'

let world: VerificationWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.store.close())

const newUser = () => givenUser(world.store, world.tenant)
const CAVEATS: readonly Caveat[] = [
  { type: 'ip', whitelist: ['10.0.0.0/8'] },
  { type: 'interface', interface: 'rest' },
]
/** One for the secret, one for the key, one for the identifier. */
const HMACS_BEFORE_CAVEATS = 3

describe('the cost of a verification', () => {
  test('of a token that was never seen is one query, and three HMACs and one per caveat', async () => {
    const user = await newUser()
    for (const caveats of [[], CAVEATS]) {
      const { text } = await world.named(user, caveats)
      const hmacs = HMACS_BEFORE_CAVEATS + caveats.length
      expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 1, hmacs })
    }
    // A temporary token has a time caveat.
    const text = await world.temporary(user, CAVEATS)
    const hmacs = HMACS_BEFORE_CAVEATS + CAVEATS.length + 1
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 1, hmacs })
  })

  test('of a token that was accepted before is no query and no HMAC', async () => {
    const user = await newUser()
    for (const text of [(await world.named(user, CAVEATS)).text, await world.temporary(user, CAVEATS)]) {
      await world.verdict(text)
      for (let again = 0; again < 3; again += 1) {
        expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
      }
    }
  })

  test('of a confined copy of an accepted token is no query, but its own signature', async () => {
    const { text } = await world.named(await newUser())
    await world.verdict(text)
    const copy = world.confined(text, CAVEATS)
    const hmacs = HMACS_BEFORE_CAVEATS + CAVEATS.length
    expect(await world.cost(copy)).toEqual({ verdict: 'accepted', queries: 0, hmacs })
    expect(await world.cost(copy)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })

  test('of another temporary token of the same subject is no query', async () => {
    const user = await newUser()
    await world.verdict(await world.temporary(user))
    expect(await world.cost(await world.temporary(user, CAVEATS))).toMatchObject({
      verdict: 'accepted',
      queries: 0,
    })
  })

  test('of one whose caveat is not met now, and was before, is no query and no HMAC', async () => {
    const validUntil = world.ambient.now() + 10
    const { text } = await world.named(await newUser(), [{ type: 'time', validUntil }])
    await world.verdict(text)
    world.ambient.advanceSeconds(10)
    expect(await world.cost(text)).toEqual({ verdict: 'caveat_unverified', queries: 0, hmacs: 0 })
  })

  test('of one of the wrong type is not even a look into the memory', async () => {
    const { text } = await world.named(await newUser())
    const presented = world.memory.decode(text)
    const { deps, tenant } = world
    const memory = Object.assign(new VerificationMemory({ maxBytes: 2 ** 21 }), {
      find: () => expect.unreachable(),
    })
    const asked = { ...deps, memory }
    const statements = await world.store.statementsOf(async () => {
      const verified = await verifyToken(
        asked,
        tenant.id,
        'onezone',
        presented,
        { kind: 'invite' },
        PRESENTATION,
      )
      expect(verdictOf(verified)).toBe('not_an_invite_token')
    })
    expect(statements).toEqual([])
  })

  test('is not one statement that writes, hot or cold', async () => {
    const { text } = await world.named(await newUser())
    const statements = await world.store.statementsOf(async () => {
      await world.verdict(text)
      await world.verdict(text)
    })
    expect(statements.map((sql) => sql.trim().split(/\s/)[0])).toEqual(['select'])
  })
})

describe('what the directory is asked for a verification', () => {
  const asUser = async () => ({ type: 'user', id: (await newUser()).onezoneId }) as const
  const listing = (...whitelist: readonly string[]): Caveat => ({ type: 'consumer', whitelist })
  const SUPPORTER = { type: 'opw', id: 'p1' } as const

  test('is nothing for a token that names neither groups nor a service, whoever presents it', async () => {
    const user = await newUser()
    const consumer = await asUser()
    const caveats = [...CAVEATS, listing('usr-*', 'prv-p1')]
    const { text } = await world.named(user, caveats)
    const hmacs = HMACS_BEFORE_CAVEATS + caveats.length
    expect(await world.cost(text, { consumer })).toEqual({ verdict: 'accepted', queries: 1, hmacs })
    expect(await world.cost(text, { consumer })).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })

  test('is nothing for a token that names groups, as long as no user presents it', async () => {
    const { text } = await world.named(await newUser(), [listing('grp-g1', 'usr-*', 'prv-*')])
    const asProvider = { consumer: { type: 'oneprovider', id: 'p1' } } as const
    expect((await world.cost(text, asProvider)).queries).toBe(1)
    expect(await world.cost(text, asProvider)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
    expect((await world.cost(text)).queries).toBe(0)
  })

  test('waits for nothing where nothing is asked', async () => {
    const { text } = await world.named(await newUser(), CAVEATS)
    const consumer = await asUser()
    await world.verify(text, { consumer })
    const presented = world.memory.decode(text)
    const shown = { ...PRESENTATION, consumer }
    const verified = verifyToken(world.deps, world.tenant.id, 'onezone', presented, { kind: 'access' }, shown)
    expect(verified).not.toBeInstanceOf(Promise)
  })

  test('is who the consumer is and each group that is listed, each time', async () => {
    const consumer = await asUser()
    const { text } = await world.named(await newUser(), [listing('usr-*', 'grp-g1', 'grp-g2', 'grp-g1')])
    expect((await world.cost(text, { consumer })).queries).toBe(1 + 3)
    expect(await world.cost(text, { consumer })).toEqual({ verdict: 'accepted', queries: 3, hmacs: 0 })
  })

  test('is two queries, however many groups are listed', async () => {
    const consumer = await asUser()
    const groups = Array.from({ length: 1000 }, (_, index) => `grp-g${index}`)
    const { text } = await world.named(await newUser(), [listing('usr-*', ...groups)])
    expect((await world.cost(text, { consumer })).queries).toBe(1 + 2)
    expect((await world.cost(text, { consumer })).queries).toBe(2)
  })

  test('is whether the presenting service may act for the subject, and for access tokens only', async () => {
    const { text } = await world.named(await newUser())
    expect(await world.cost(text, { service: SUPPORTER })).toMatchObject({
      verdict: 'service_forbidden',
      queries: 1 + 2,
    })
  })
})

describe('one query is made again, and no more', () => {
  for (const { title, of, verdict, isRemembered, make, undo } of groundChanges) {
    test(`after ${title}`, async () => {
      const user = await newUser()
      const { id, text } = await verifiedToken(world, user, of)
      await make(world, user, id)
      expect(await world.cost(text)).toMatchObject({ verdict, queries: 1 })
      expect(await world.cost(text)).toMatchObject({ verdict, queries: isRemembered ? 0 : 1 })
      if (undo === undefined) return
      await undo(world, user, id)
      // The signature has not changed with the record.
      expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 1, hmacs: 0 })
      expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
    })
  }

  test('after a flush, and then the signature is compared again', async () => {
    const { text } = await verifiedToken(world, await newUser(), 'named')
    world.memory.flush()
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 1, hmacs: HMACS_BEFORE_CAVEATS })
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })

  test('after a change of a kind that this program does not know', async () => {
    const { text } = await verifiedToken(world, await newUser(), 'named')
    world.memory.apply({ number: 1, kind: 'of a newer version', tenantId: world.tenant.id, key: 'g1' })
    expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 1 })
  })
})

describe('no query is made', () => {
  const others: readonly (readonly [title: string, change: (user: User) => Promise<unknown>])[] = [
    ['another token was revoked', revoke],
    ['another user was blocked', async () => block(await newUser())],
    ['a name was changed', rename],
    ['a password was set', setPassword],
    ['a generation began', raiseGeneration],
  ]
  for (const [title, change] of others) {
    test(`for a named token because ${title}`, async () => {
      const user = await newUser()
      const { text } = await verifiedToken(world, user, 'named')
      await change(user)
      expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
    })
  }

  test('for a temporary token because all named ones were deleted', async () => {
    const user = await newUser()
    const { text } = await verifiedToken(world, user, 'temporary')
    await world.store.atomically(({ tokens }) => tokens.raiseEpoch(lineOf(user)))
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })
})

describe('what an attacker can make up', () => {
  test('is not remembered: forged texts of a real token, or texts of tokens that are not there', async () => {
    const user = await newUser()
    const { text } = await world.named(user)
    const { id, text: unknown } = await world.named(user)
    await world.store.atomically(({ tokens }) => tokens.remove(world.tenant.id, 'onezone', id))
    const before = world.memory.usage
    for (let forged = 0; forged < 500; forged += 1) {
      const caveats: Caveat[] = [{ type: 'time', validUntil: 4_000_000_000 + forged }]
      // Confined under another HMAC: every text is another one, and each is wrong.
      const wrong = confineToken(text, caveats, (key, message) => hmacSha256(message, key))
      expect(await world.verdict(wrong)).toBe('token_invalid')
      expect(await world.verdict(world.confined(unknown, caveats))).toBe('token_invalid')
    }
    expect(world.memory.usage).toEqual(before)
  })

  test('a text that is refused for a caveat before it was ever accepted is not remembered', async () => {
    const { text } = await world.named(await newUser(), [{ type: 'ip', whitelist: ['192.0.2.1'] }])
    const before = world.memory.usage
    expect(await world.verdict(text)).toBe('caveat_unverified')
    expect(world.memory.usage).toEqual(before)
  })
})

async function revoke(user: User): Promise<unknown> {
  const { id } = await world.named(user)
  return world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
}

function block(user: User): Promise<unknown> {
  return world.store.atomically(({ users }) => users.setBlocked(user.id, true))
}

function rename(user: User): Promise<unknown> {
  return world.store.atomically(({ users }) => users.updateProfile(user.id, { fullName: 'Another Name' }))
}

function setPassword(user: User): Promise<unknown> {
  return world.store.atomically(({ users }) => users.setPasswordHash(user.id, 'not a hash'))
}

function raiseGeneration(user: User): Promise<unknown> {
  const key = world.deps.keyRing.newReference()
  return world.store.atomically(({ tokens }) => tokens.raiseGeneration(lineOf(user), key))
}
