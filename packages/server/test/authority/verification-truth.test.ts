import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import type { User } from '../../src/directory/user.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import { textOfNamedToken } from '../../src/authority/token-text.ts'
import type { VerificationMemory } from '../../src/authority/verification-memory.ts'
import { verifyToken } from '../../src/authority/verify.ts'
import { givenTenant, givenUser, lineOf, sampleToken, userNamed } from '../store/samples.ts'
import { type GroundChange, groundChanges, verifiedToken } from './support/ground-changes.ts'
import {
  ACCESS,
  openWorld,
  PRESENTATION,
  verdictOf,
  type VerificationWorld,
} from './support/verification-world.ts'

let world: VerificationWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.store.close())

const newUser = () => givenUser(world.store, world.tenant)

/** A token that the memory does not know, of a new user. */
async function unseenToken(of: GroundChange['of']): Promise<{ user: User; id: TokenId; text: string }> {
  const user = await newUser()
  const { id, text } = await world.named(user)
  return { user, id, text: of === 'named' ? text : await world.temporary(user) }
}

/** A change that the memory is not told of, but for what the feed then says. */
async function untold(
  made: () => Promise<unknown>,
  said: (memory: VerificationMemory) => void,
): Promise<void> {
  world.feed.isConnected = false
  await made()
  world.feed.isConnected = true
  said(world.memory)
}

describe('a read whose answer was under way while its ground changed is not remembered', () => {
  for (const { title, of, verdict, make, undo } of groundChanges) {
    test(title, async () => {
      const { user, id, text } = await unseenToken(of)
      expect(await world.verdictDuring(text, () => make(world, user, id))).toBe('accepted')
      expect(await world.cost(text)).toMatchObject({ verdict, queries: 1 })
    })
    if (undo === undefined) continue
    test(`${title}, taken back`, async () => {
      const { user, id, text } = await unseenToken(of)
      await world.verdict(text)
      await make(world, user, id)
      expect(await world.verdictDuring(text, () => undo(world, user, id))).toBe(verdict)
      expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 1 })
    })
  }

  const said: readonly (readonly [
    title: string,
    tell: (memory: VerificationMemory, tenantId: User['tenantId']) => void,
  ])[] = [
    ['a flush', (memory) => memory.flush()],
    [
      'a change of unknown kind',
      (memory, tenantId) => memory.apply({ number: 1, kind: 'provider support', tenantId, key: 'p1' }),
    ],
  ]
  for (const [title, tell] of said) {
    test(title, async () => {
      const { user, id, text } = await unseenToken('named')
      const revoke = () =>
        world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
      const meanwhile = () => untold(revoke, (memory) => tell(memory, user.tenantId))
      expect(await world.verdictDuring(text, meanwhile)).toBe('accepted')
      expect(await world.cost(text)).toMatchObject({ verdict: 'token_revoked', queries: 1 })
    })
  }

  test('more changes than are remembered one by one', async () => {
    const { user, id, text } = await unseenToken('named')
    const meanwhile = async () => {
      await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
      for (let other = 0; other < 50_000; other += 1) {
        world.memory.apply({ number: other, kind: 'token', tenantId: user.tenantId, key: `onezone/${other}` })
      }
    }
    expect(await world.verdictDuring(text, meanwhile)).toBe('accepted')
    expect(await world.verdict(text)).toBe('token_revoked')
  })

  test('but it is, whatever changed elsewhere meanwhile', async () => {
    const { text } = await unseenToken('named')
    const other = await verifiedToken(world, await newUser(), 'named')
    const meanwhile = () =>
      world.store.atomically(({ tokens }) => tokens.remove(world.tenant.id, 'onezone', other.id))
    expect(await world.verdictDuring(text, meanwhile)).toBe('accepted')
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })
})

describe('that something is not there is not remembered', () => {
  test('a named token is accepted as soon as it is there, though nothing tells of its creation', async () => {
    const user = await newUser()
    const token = sampleToken(lineOf(user), { key: world.deps.keyRing.newReference() })
    const text = textOfNamedToken(world.deps, world.tenant, userNamed(user.onezoneId), token)
    expect(await world.verdict(text)).toBe('token_invalid')
    await world.store.atomically(({ tokens }) => tokens.insert(token))
    expect(await world.verdict(text)).toBe('accepted')
  })

  test('nor that a subject has no temporary tokens', async () => {
    const elsewhere = await openWorld()
    const text = await world.temporary(await newUser())
    const presented = elsewhere.memory.decode(text)
    const { deps, tenant } = elsewhere
    const ask = async () =>
      verdictOf(await verifyToken(deps, tenant.id, 'onezone', presented, ACCESS, PRESENTATION))
    expect(await ask()).toBe('token_invalid')
    expect(elsewhere.memory.usage).toMatchObject({ texts: 0, grounds: 0 })
    await elsewhere.store.close()
  })
})

describe('what is remembered of a token is that token’s alone', () => {
  test('another tenant knows nothing of it, and does not make it forgotten here', async () => {
    const { text } = await verifiedToken(world, await newUser(), 'named')
    const other = await givenTenant(world.store)
    const asked = [other.id, 'onezone', world.memory.decode(text), ACCESS, PRESENTATION] as const
    expect(verdictOf(await verifyToken(world.deps, ...asked))).toBe('token_invalid')
    expect(await world.cost(text)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 0 })
  })

  test('another audience knows nothing of it', async () => {
    const { text } = await verifiedToken(world, await newUser(), 'named')
    const asked = [world.tenant.id, 'astra', world.memory.decode(text), ACCESS, PRESENTATION] as const
    expect(verdictOf(await verifyToken(world.deps, ...asked))).toBe('token_invalid')
  })

  test('an id that comes back with another salt does not revive a text that was known to be good', async () => {
    const user = await newUser()
    const token = sampleToken(lineOf(user), { key: world.deps.keyRing.newReference() })
    const text = textOfNamedToken(world.deps, world.tenant, userNamed(user.onezoneId), token)
    await world.store.atomically(({ tokens }) => tokens.insert(token))
    expect(await world.verdict(text)).toBe('accepted')
    await world.store.atomically(async ({ tokens }) => {
      await tokens.remove(world.tenant.id, 'onezone', token.id)
      await tokens.insert({ ...token, key: world.deps.keyRing.newReference() })
    })
    expect(await world.cost(text)).toMatchObject({ verdict: 'token_invalid', queries: 1 })
  })

  test('a text in another spelling is compared anew', async () => {
    const { text } = await verifiedToken(world, await newUser(), 'named')
    expect(await world.cost(`opw-${text}`)).toEqual({ verdict: 'accepted', queries: 0, hmacs: 3 })
  })
})

describe('a node that is not current', () => {
  test('reads for each verdict and remembers nothing of it', async () => {
    const { text } = await unseenToken('named')
    world.trust.current = false
    const before = world.memory.usage
    expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 1 })
    expect(await world.cost(text)).toMatchObject({ verdict: 'accepted', queries: 1 })
    expect(world.memory.usage).toEqual(before)
    world.trust.current = true
  })

  for (const { title, of, verdict, make } of groundChanges) {
    test(`learns from the store what it was not told: ${title}`, async () => {
      const user = await newUser()
      const { id, text } = await verifiedToken(world, user, of)
      world.feed.isConnected = false
      await make(world, user, id)
      world.feed.isConnected = true
      expect(await world.verdict(text)).toBe('accepted')
      world.trust.current = false
      expect(await world.cost(text)).toMatchObject({ verdict, queries: 1 })
      world.trust.current = true
      world.memory.flush()
    })
  }

  const lookUps = [
    { title: 'the record', lookUp: 'find', shown: { ...PRESENTATION, ip: '10.9.9.9' } },
    { title: 'the verdict of before', lookUp: 'acceptedBefore', shown: PRESENTATION },
  ] as const
  test.each(lookUps)(
    'does not believe $title that it found the moment before it lost its lease',
    async ({ lookUp, shown }) => {
      const user = await newUser()
      const { id, text } = await verifiedToken(world, user, 'named')
      world.feed.isConnected = false
      await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, true))
      world.feed.isConnected = true
      // Stopped right after the look-up; when it goes on, its lease has run out.
      const { deps, memory, trust } = world
      const look = memory[lookUp].bind(memory) as (...asked: unknown[]) => never
      const lookingUp = spyOn(memory, lookUp).mockImplementation((...looked: unknown[]) => {
        const found = look(...looked)
        expect(found).toBeDefined()
        trust.current = false
        return found
      })
      const asked = [world.tenant.id, 'onezone', memory.decode(text), ACCESS, shown] as const
      const verified = await verifyToken(deps, ...asked)
      lookingUp.mockRestore()
      trust.current = true
      memory.flush()
      expect(verdictOf(verified)).toBe('token_revoked')
    },
  )

  test('remembers nothing of a read during which it lost its lease', async () => {
    const { text } = await unseenToken('named')
    const before = world.memory.usage
    const verdict = await world.verdictDuring(text, async () => {
      world.trust.current = false
    })
    expect(verdict).toBe('accepted')
    expect(world.memory.usage).toEqual(before)
    world.trust.current = true
  })
})
