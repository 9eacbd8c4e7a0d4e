import { describe, expect, test } from 'bun:test'
import type { NamedGround } from '../../src/authority/ground.ts'
import type { Audience } from '../../src/authority/named-token.ts'
import type { User } from '../../src/directory/user.ts'
import {
  givenLine,
  givenTenant,
  givenToken,
  givenUser,
  lineOf,
  randomHex,
  sampleKey,
  userNamed,
} from './samples.ts'
import { givenProvider } from './directory-samples.ts'
import type { TestStore } from './test-store.ts'

const namesOfUser: [Audience, (user: User) => string][] = [
  ['onezone', (user) => user.onezoneId],
  ['astra', (user) => user.uuid],
  ['sdwan', (user) => user.sdwanOperatorId],
  ['jeton', (user) => user.uuid],
]

/** What `VerificationReads` promises, on whichever database. */
export function verificationContract(store: () => TestStore): void {
  describe('verification reads', () => {
    test.each(namesOfUser)(
      'a named token for %s comes with its subject as that audience names him',
      async (audience, nameOf) => {
        const { tenant, user } = await givenLine(store())
        const { id, key } = await givenToken(store(), lineOf(user, audience))
        expect(await store().reads.verification.findNamed(tenant.id, audience, id)).toEqual({
          // Safe: the matcher stands where a number is compared.
          token: { serial: expect.any(Number) as number, isRevoked: false, key },
          subject: { id: nameOf(user), ref: { kind: 'user', id: user.id }, isBlocked: false },
        })
      },
    )

    test.each(namesOfUser)(
      'a generation for %s is found by the name that the audience has for the user',
      async (audience, nameOf) => {
        const { tenant, user } = await givenLine(store())
        const subject = { id: nameOf(user), ref: { kind: 'user' as const, id: user.id }, isBlocked: false }
        const find = () =>
          store().reads.verification.findGeneration(tenant.id, audience, userNamed(nameOf(user)))
        expect(await find()).toEqual({ generation: undefined, subject })
        await givenToken(store(), lineOf(user, audience))
        expect(await find()).toEqual({ generation: undefined, subject })
        const generation = await store().atomically(({ tokens }) =>
          tokens.raiseGeneration(lineOf(user, audience), sampleKey()),
        )
        expect(await find()).toEqual({ generation, subject })
      },
    )

    test('a revocation, a block and a removal are seen by the very next read', async () => {
      const { tenant, user, line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      const find = () => store().reads.verification.findNamed(tenant.id, 'onezone', id)
      await store().atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id, true))
      expect((await find())?.token.isRevoked).toBe(true)
      await store().atomically(({ users }) => users.setBlocked(user.id, true))
      expect((await find())?.subject.isBlocked).toBe(true)
      await store().atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', id))
      expect(await find()).toBeUndefined()
    })

    test('nothing is found in another tenant, for another audience, or under another id', async () => {
      const { tenant, user, line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      await store().atomically(({ tokens }) => tokens.ensureGeneration(line, sampleKey()))
      const foreign = await givenTenant(store())
      await givenUser(store(), foreign)
      const { verification } = store().reads
      expect(await verification.findNamed(foreign.id, 'onezone', id)).toBeUndefined()
      expect(await verification.findNamed(tenant.id, 'jeton', id)).toBeUndefined()
      expect(await verification.findNamed(tenant.id, 'onezone', randomHex(16))).toBeUndefined()
      expect(
        await verification.findGeneration(foreign.id, 'onezone', userNamed(user.onezoneId)),
      ).toBeUndefined()
      expect(await verification.findGeneration(tenant.id, 'sdwan', userNamed(user.onezoneId))).toBeUndefined()
      const astra = await verification.findGeneration(tenant.id, 'astra', userNamed(user.uuid))
      expect(astra?.generation).toBeUndefined()
    })

    test('the listing of grounds gives each living Onezone token as it is found alone, and no other', async () => {
      const { reads } = store()
      const before = await reads.grounds.lastSerial()
      const { tenant, user, line } = await givenLine(store())
      const provider = await givenProvider(store(), tenant)
      const blocked = await givenUser(store(), tenant)
      const elsewhere = await givenLine(store())
      const living = [
        await givenToken(store(), line),
        await givenToken(store(), line, { isRevoked: true }),
        await givenToken(store(), { ...line, subject: { kind: 'provider', id: provider.id } }),
        await givenToken(store(), elsewhere.line),
        await givenToken(store(), lineOf(blocked)),
      ]
      await store().atomically(({ users }) => users.setBlocked(blocked.id, true))
      const { id: deleted } = await givenToken(store(), line)
      await store().atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', deleted))
      const leaving = await givenUser(store(), tenant)
      await givenToken(store(), lineOf(leaving))
      await store().atomically(({ tokens }) => tokens.raiseEpoch(lineOf(leaving)))
      await givenToken(store(), lineOf(user, 'astra'))
      const last = await reads.grounds.lastSerial()

      let listed: readonly NamedGround[] = []
      const statements = await store().statementsOf(async () => {
        listed = await reads.grounds.list(before + 1, last + 1)
      })
      expect(statements).toHaveLength(1)
      expect(listed.map(({ tokenId }) => tokenId).toSorted()).toEqual(living.map(({ id }) => id).toSorted())
      for (const { tenantId, tokenId, record, subject } of listed) {
        const found = await reads.verification.findNamed(tenantId, 'onezone', tokenId)
        expect({ token: record, subject }).toEqual(found ?? expect.unreachable())
      }
      const [first] = listed.map(({ record: { serial } }) => serial).toSorted((a, b) => a - b)
      expect(await reads.grounds.list(before + 1, first ?? 0)).toEqual([])
      expect(await reads.grounds.list(first ?? 0, (first ?? 0) + 1)).toHaveLength(1)
    })

    // A token's text is anybody's to write, so these reach the database as they are.
    const strange = ['', '\u0000', 'a\u0000b', '\ud800', "' or 1=1 --", '%', 'x'.repeat(100_000)]
    test.each(strange)('the id %j finds nothing and breaks nothing', async (id) => {
      const { tenant } = await givenLine(store())
      expect(await store().reads.verification.findNamed(tenant.id, 'onezone', id)).toBeUndefined()
      expect(
        await store().reads.verification.findGeneration(tenant.id, 'onezone', userNamed(id)),
      ).toBeUndefined()
      expect(await store().reads.users.findByUsername(id)).toBeUndefined()
      expect(await store().reads.users.findByEmail(id)).toBeUndefined()
      expect(await store().reads.users.findByOnezoneId(tenant.id, id)).toBeUndefined()
    })

    test('each is one query', async () => {
      const { tenant, user, line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      const named = await store().statementsOf(() =>
        store().reads.verification.findNamed(tenant.id, 'onezone', id),
      )
      expect(named.length).toBe(1)
      const generation = await store().statementsOf(() =>
        store().reads.verification.findGeneration(tenant.id, 'onezone', userNamed(user.onezoneId)),
      )
      expect(generation.length).toBe(1)
    })
  })
}
