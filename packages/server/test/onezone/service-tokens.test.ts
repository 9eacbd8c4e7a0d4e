import { describe, expect, test } from 'bun:test'
import type { Caveat } from '@jeton/token'
import type { User } from '../../src/directory/user.ts'
import { FOREIGN } from './sample-tokens.ts'
import {
  as,
  IDENTITY,
  onEachSeededZone,
  outcomeOf,
  type SeededProvider,
  type SeededZone,
} from './seeded-zone.ts'

/** A user whose space a provider supports, and who is a member of that provider's cluster. */
async function supported(zone: SeededZone): Promise<{ user: User; provider: SeededProvider }> {
  const user = await zone.user()
  const provider = await zone.provider(user)
  await zone.support(await zone.entity('space', user), provider)
  return { user, provider }
}

/** What a bad service token is refused with, and a bad consumer token beside it. */
const badOnes = (name: 'Service' | 'Consumer') =>
  [
    ['no token', async () => 'x', `bad${name}Token badToken`],
    ['a foreign one', async () => FOREIGN, `bad${name}Token tokenInvalid`],
    [
      'an unknown prefix',
      async (_: SeededZone, p: SeededProvider) => `ozw-${p.rootToken}`,
      `bad${name}Token badToken`,
    ],
    [
      'an access token of a user',
      (zone: SeededZone, _: SeededProvider, user: User) => zone.token(user),
      `bad${name}Token notAnIdentityToken`,
    ],
    [
      'an invite',
      (zone: SeededZone, _: SeededProvider, user: User) =>
        zone.token(user, {
          type: { kind: 'invite', inviteType: 'registerOneprovider', targetId: user.onezoneId },
        }),
      `bad${name}Token notAnIdentityToken`,
    ],
    [
      'one for another address',
      (zone: SeededZone, p: SeededProvider) =>
        zone.token(p, { type: IDENTITY, caveats: [{ type: 'ip', whitelist: ['192.0.2.1/32'] }] }),
      `bad${name}Token tokenCaveatUnverified`,
    ],
    [
      'one with a consumer of its own, for it has none',
      (zone: SeededZone, p: SeededProvider) =>
        zone.token(p, { type: IDENTITY, caveats: [{ type: 'consumer', whitelist: ['prv-*', 'usr-*'] }] }),
      `bad${name}Token tokenCaveatUnverified`,
    ],
    [
      'one with a service of its own',
      (zone: SeededZone, p: SeededProvider) =>
        zone.token(p, { type: IDENTITY, caveats: [{ type: 'service', whitelist: ['ozw-onezone'] }] }),
      `bad${name}Token tokenCaveatUnverified`,
    ],
  ] as const

onEachSeededZone((zone) => {
  const forServices = (user: User, ...whitelist: readonly string[]) =>
    zone().token(user, { caveats: [{ type: 'service', whitelist }] })
  /** What the user's own details are answered with, for a token that a service brings. */
  const call = async (token: string, headers: object = {}) =>
    outcomeOf(await zone().ask('GET', '/user', { headers: { ...as(token).headers, ...headers } }))
  const service = (token: string) => ({ 'x-onedata-service-token': token })
  const consumer = (token: string) => ({ 'x-onedata-consumer-token': token })
  const verify = async (token: string, more: object = {}) =>
    outcomeOf(await zone().ask('POST', '/tokens/verify_access_token', { body: { token, ...more } }))

  describe('a token that services are listed for', () => {
    test('is good in the hands of the provider’s worker, by each proof of who that is', async () => {
      const { user, provider } = await supported(zone())
      const token = await forServices(user, `opw-${provider.onezoneId}`)
      const identity = await zone().token(provider, { type: IDENTITY })
      const temporary = await zone().temporary(provider, { type: IDENTITY })
      for (const proof of [
        identity,
        temporary,
        provider.rootToken,
        `opw-${identity}`,
        `opw-${provider.rootToken}`,
      ]) {
        expect(await call(token, service(proof))).toBe('accepted')
        expect(await verify(token, { serviceToken: proof })).toBe('accepted')
      }
      expect(await call(token)).toBe('401 unauthorized tokenCaveatUnverified')
      expect(await verify(token)).toBe('400 tokenCaveatUnverified')
    })

    test('is good in the hands of the panel where the panel is listed, and only there', async () => {
      const { user, provider } = await supported(zone())
      const forPanel = await forServices(user, `opp-${provider.onezoneId}`)
      const forWorker = await forServices(user, `opw-${provider.onezoneId}`)
      const identity = await zone().token(provider, { type: IDENTITY })
      // Twice: the second time the texts are remembered.
      for (let time = 0; time < 2; time += 1) {
        expect(await verify(forPanel, { serviceToken: `opp-${identity}` })).toBe('accepted')
        expect(await verify(forPanel, { serviceToken: identity })).toBe('400 tokenCaveatUnverified')
        expect(await verify(forWorker, { serviceToken: `opp-${identity}` })).toBe('400 tokenCaveatUnverified')
      }
    })

    test('is not good in the hands of another provider', async () => {
      const { user, provider } = await supported(zone())
      const other = await supported(zone())
      const token = await forServices(user, `opw-${provider.onezoneId}`)
      expect(await verify(token, { serviceToken: other.provider.rootToken })).toBe(
        '400 tokenCaveatUnverified',
      )
    })

    test('is not good any more once the provider supports nothing of the user', async () => {
      const { user, provider } = await supported(zone())
      const token = await forServices(user, `opw-${provider.onezoneId}`)
      await zone().store.atomically(async ({ supports, providers, entities }) => {
        const found = await providers.find(zone().tenant.id, provider.onezoneId)
        const [spaceId = ''] = await zone().deps.entities.listOfUser(user.id, 'space')
        const space = await entities.find(zone().tenant.id, { kind: 'space', onezoneId: spaceId })
        if (found !== undefined && space !== undefined) await supports.remove(space, found)
      })
      expect(await verify(token, { serviceToken: provider.rootToken })).toBe('400 tokenServiceForbidden')
      expect(await call(token, service(provider.rootToken))).toBe('401 unauthorized tokenServiceForbidden')
    })
  })

  describe('a token without services', () => {
    test('is not good in the hands of a provider that has nothing to do with its subject', async () => {
      const user = await zone().user()
      const { provider } = await supported(zone())
      const token = await zone().token(user)
      expect(await verify(token, { serviceToken: provider.rootToken })).toBe('400 tokenServiceForbidden')
      expect(await call(token, service(provider.rootToken))).toBe('401 unauthorized tokenServiceForbidden')
    })

    test('of a provider is good in no provider’s hands', async () => {
      const { provider } = await supported(zone())
      const { rootToken } = provider
      expect(await verify(rootToken, { serviceToken: rootToken })).toBe('400 tokenServiceForbidden')
    })

    test('is judged before its service is: a caveat, the signature, a block', async () => {
      const { provider } = await supported(zone())
      const user = await zone().user()
      const serviceToken = provider.rootToken
      const caveats: readonly Caveat[] = [{ type: 'ip', whitelist: ['192.0.2.1/32'] }]
      expect(await verify(await zone().token(user, { caveats }), { serviceToken })).toBe(
        '400 tokenCaveatUnverified',
      )
      expect(await verify(FOREIGN, { serviceToken })).toBe('400 tokenInvalid')
      const token = await zone().token(user)
      await zone().store.atomically(({ users }) => users.setBlocked(user.id, true))
      expect(await verify(token, { serviceToken })).toBe('400 userBlocked')
    })
  })

  describe('a service token', () => {
    test.each(badOnes('Service'))('that is %s is refused', async (_, proofOf, ids) => {
      const { user, provider } = await supported(zone())
      const token = await zone().token(user)
      const proof = await proofOf(zone(), provider, user)
      expect(await call(token, service(proof))).toBe(`401 unauthorized ${ids}`)
      const inBody = ids.endsWith('badToken') ? '400 badValueToken badToken' : `400 ${ids}`
      expect(await verify(token, { serviceToken: proof })).toBe(inBody)
    })

    test('of a user is no service’s', async () => {
      const { user } = await supported(zone())
      const proof = await zone().token(user, { type: IDENTITY })
      expect(await call(await zone().token(user), service(proof))).toBe(
        '401 unauthorized badServiceToken tokenInvalid',
      )
    })

    test('is held against the address that the asker tells of', async () => {
      const { user, provider } = await supported(zone())
      const serviceToken = await zone().token(provider, {
        type: IDENTITY,
        caveats: [{ type: 'ip', whitelist: ['192.0.2.1/32'] }],
      })
      const token = await forServices(user, `opw-${provider.onezoneId}`)
      expect(await verify(token, { serviceToken, peerIp: '192.0.2.1' })).toBe('accepted')
    })

    test('sent twice is refused, for nobody knows which of the two was meant', async () => {
      const { user, provider } = await supported(zone())
      const both = `${provider.rootToken}, ${provider.rootToken}`
      expect(await call(await zone().token(user), service(both))).toBe(
        '401 unauthorized badServiceToken badToken',
      )
    })
  })

  describe('a consumer token', () => {
    test.each(badOnes('Consumer'))('that is %s is refused', async (_, proofOf, ids) => {
      const { user, provider } = await supported(zone())
      const token = await zone().token(user)
      const proof = await proofOf(zone(), provider, user)
      expect(await call(token, consumer(proof))).toBe(`401 unauthorized ${ids}`)
      const inBody = ids.endsWith('badToken') ? '400 badValueToken badToken' : `400 ${ids}`
      expect(await verify(token, { consumerToken: proof })).toBe(inBody)
    })

    test('says that a provider is the consumer, by its access token too', async () => {
      const { user, provider } = await supported(zone())
      const whitelist = [`prv-${provider.onezoneId}`]
      const token = await zone().token(user, { caveats: [{ type: 'consumer', whitelist }] })
      const identity = await zone().token(provider, { type: IDENTITY })
      for (const proof of [identity, provider.rootToken, `opp-${identity}`]) {
        expect(await call(token, consumer(proof))).toBe('accepted')
        expect(await verify(token, { consumerToken: proof })).toBe('accepted')
      }
      expect(await call(token)).toBe('401 unauthorized tokenCaveatUnverified')
    })

    test('that is bad comes after a service token that is bad, and before a token of the wrong kind', async () => {
      const { user } = await supported(zone())
      const [bad, alsoBad] = ['x', FOREIGN]
      const identity = await zone().token(user, { type: IDENTITY })
      expect(await call(identity, { ...service(bad), ...consumer(alsoBad) })).toBe(
        '401 unauthorized badServiceToken badToken',
      )
      expect(await call(identity, consumer(alsoBad))).toBe('401 unauthorized badConsumerToken tokenInvalid')
      expect(await call(identity)).toBe('401 unauthorized notAnAccessToken')
      expect(await call('x', service(bad))).toBe('401 unauthorized badToken')
      const bodies = { serviceToken: FOREIGN, consumerToken: FOREIGN }
      expect(await verify(identity, bodies)).toBe('400 badServiceToken tokenInvalid')
      expect(await verify(identity, { consumerToken: FOREIGN })).toBe('400 badConsumerToken tokenInvalid')
      expect(await verify(identity)).toBe('400 notAnAccessToken')
    })
  })

  describe('a caller', () => {
    test('who is a provider is the consumer of what he has verified', async () => {
      const { user, provider } = await supported(zone())
      const whitelist = [`prv-${provider.onezoneId}`]
      const token = await zone().token(user, { caveats: [{ type: 'consumer', whitelist }] })
      const asked = await zone().ask('POST', '/tokens/verify_access_token', {
        ...as(provider.rootToken),
        body: { token },
      })
      expect(outcomeOf(asked)).toBe('accepted')
    })

    test('who is a provider is no user: 403 where users call about themselves', async () => {
      const { provider } = await supported(zone())
      const list = await zone().ask('GET', '/user/tokens/named', as(provider.rootToken))
      expect(outcomeOf(list)).toBe('403 forbidden')
    })
  })
})
