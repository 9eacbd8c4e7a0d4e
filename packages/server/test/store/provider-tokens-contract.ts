import { describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { Audience, TokenLine } from '../../src/authority/named-token.ts'
import type { Provider } from '../../src/directory/provider.ts'
import { newProvider } from '../../src/directory/providers.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import { givenTenant, givenToken, givenUser, lineOf, refusalOf, sampleKey, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

async function givenProvider(store: TestStore, tenant: Tenant): Promise<Provider> {
  const provider = newProvider(systemAmbient, {
    tenantId: tenant.id,
    name: 'Krakow',
    domain: 'krakow.example.org',
    subdomain: undefined,
    adminEmail: 'admin@example.org',
    latitude: 0,
    longitude: 0,
  })
  await store.atomically(({ providers }) => providers.insert(provider))
  return provider
}

function lineOfProvider({ tenantId, id }: Provider, audience: Audience = 'onezone'): TokenLine {
  return { tenantId, audience, subject: { kind: 'provider', id } }
}

const named = ({ onezoneId: id }: Provider) => ({ type: 'oneprovider', id }) as const

/** That a provider has tokens as a user has, on whichever database. */
export function providerTokensContract(store: () => TestStore): void {
  describe('tokens of a provider', () => {
    const given = async () => {
      const tenant = await givenTenant(store())
      return { tenant, provider: await givenProvider(store(), tenant) }
    }

    test('come with their subject, which is never blocked', async () => {
      const { tenant, provider } = await given()
      const { id, key } = await givenToken(store(), lineOfProvider(provider))
      expect(await store().reads.verification.findNamed(tenant.id, 'onezone', id)).toEqual({
        // Safe: the matcher stands where a number is compared.
        token: { serial: expect.any(Number) as number, isRevoked: false, key },
        subject: {
          id: provider.onezoneId,
          ref: { kind: 'provider', id: provider.id },
          isBlocked: false,
        },
      })
    })

    test('have a generation, which is found by the provider’s id and by no user’s', async () => {
      const { tenant, provider } = await given()
      const line = lineOfProvider(provider)
      const { verification } = store().reads
      const before = await verification.findGeneration(tenant.id, 'onezone', named(provider))
      expect(before?.generation).toBeUndefined()
      const generation = await store().atomically(({ tokens }) => tokens.ensureGeneration(line, sampleKey()))
      expect((await verification.findGeneration(tenant.id, 'onezone', named(provider)))?.generation).toEqual(
        generation,
      )
      const asUser = { type: 'user', id: provider.onezoneId } as const
      expect(await verification.findGeneration(tenant.id, 'onezone', asUser)).toBeUndefined()
    })

    test.each(['astra', 'sdwan', 'jeton'] as const)('are nothing to the audience %s', async (audience) => {
      const { tenant, provider } = await given()
      const { id } = await givenToken(store(), lineOfProvider(provider, audience))
      const { verification } = store().reads
      expect(await verification.findNamed(tenant.id, audience, id)).toBeUndefined()
      expect(await verification.findGeneration(tenant.id, audience, named(provider))).toBeUndefined()
    })

    test('are not those of a user with the same canonical id', async () => {
      const { tenant, provider } = await given()
      // Safe here: the two kinds draw their ids from the same range.
      const user = await givenUser(store(), tenant, { id: provider.id as number as never })
      const ofProvider = await givenToken(store(), lineOfProvider(provider), { name: 'same' })
      const ofUser = await givenToken(store(), lineOf(user), { name: 'same' })
      await store().atomically(({ tokens }) => tokens.raiseEpoch(lineOfProvider(provider)))
      const { tokens, verification } = store().reads
      expect(await tokens.list(lineOf(user))).toEqual([ofUser.id])
      expect(await tokens.list(lineOfProvider(provider))).toEqual([])
      expect(await verification.findNamed(tenant.id, 'onezone', ofProvider.id)).toBeUndefined()
      expect((await verification.findNamed(tenant.id, 'onezone', ofUser.id))?.subject.ref.kind).toBe('user')
    })

    test('are listed after those of all users', async () => {
      const { tenant, provider } = await given()
      const ofProvider = await givenToken(store(), lineOfProvider(provider))
      const ofUser = await givenToken(store(), lineOf(await givenUser(store(), tenant)))
      expect(await store().reads.tokens.listAll(tenant.id, 'onezone')).toEqual([ofUser.id, ofProvider.id])
    })

    test('are dead with the provider, and no new ones are made', async () => {
      const { tenant, provider } = await given()
      const line = lineOfProvider(provider)
      const { id } = await givenToken(store(), line)
      await store().atomically(({ tokens }) => tokens.ensureGeneration(line, sampleKey()))
      await store().atomically(({ providers }) => providers.remove(provider))
      const { tokens, verification } = store().reads
      expect(await verification.findNamed(tenant.id, 'onezone', id)).toBeUndefined()
      expect(await verification.findGeneration(tenant.id, 'onezone', named(provider))).toBeUndefined()
      expect(await tokens.find(tenant.id, 'onezone', id)).toBeUndefined()
      expect(await tokens.currentGeneration(line)).toBeUndefined()
      expect(await changesOf(store(), tenant)).toEqual([`subject ${provider.id}`])
      const late = store().atomically(({ tokens: writes }) => writes.insert(sampleToken(line)))
      expect(await refusalOf(late)).toBe('subject_invalid')
    })

    test('cost one query each to look up, like those of users', async () => {
      const { tenant, provider } = await given()
      const { id } = await givenToken(store(), lineOfProvider(provider))
      const { verification } = store().reads
      const statements = await store().statementsOf(async () => {
        await verification.findNamed(tenant.id, 'onezone', id)
        await verification.findGeneration(tenant.id, 'onezone', named(provider))
      })
      expect(statements.length).toBe(2)
    })
  })
}
