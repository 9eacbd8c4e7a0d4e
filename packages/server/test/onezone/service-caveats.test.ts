import { describe, expect, test } from 'bun:test'
import { createEntity } from '../../src/directory/entities.ts'
import { as, onEachSeededZone, outcomeOf, type SeededZone } from './seeded-zone.ts'

/** A user who has to do with one provider as a member of its cluster, with another by a space, and with a third not at all. */
async function cast(zone: SeededZone) {
  const user = await zone.user()
  const [ofCluster, ofSpace, stranger] = [
    await zone.provider(user),
    await zone.provider(),
    await zone.provider(),
  ]
  // Through a group, for a relation through groups is as good.
  const group = await zone.entity('group', user)
  const space = await zone.entity('space')
  await zone.join(space, group)
  await zone.support(space, ofSpace)
  return { user, ofCluster, ofSpace, stranger }
}

type Cast = Awaited<ReturnType<typeof cast>>

/** Whether a service may act for the user, and for a provider. */
const SERVICES: readonly (readonly [string, (cast: Cast) => string, boolean, boolean])[] = [
  ['ozw-onezone', () => 'ozw-onezone', true, true],
  ['ozw-*', () => 'ozw-*', true, true],
  ['ozw-<other>', () => 'ozw-other', false, false],
  ['ozp-onezone', () => 'ozp-onezone', false, false],
  ['ozp-*', () => 'ozp-*', true, false],
  ['ozp-<cluster>', ({ ofCluster }) => `ozp-${ofCluster.onezoneId}`, false, false],
  ['opw-* ', () => 'opw-*', true, false],
  ['opw-<supporter>', ({ ofSpace }) => `opw-${ofSpace.onezoneId}`, true, false],
  ['opw-<cluster>', ({ ofCluster }) => `opw-${ofCluster.onezoneId}`, false, false],
  ['opw-<stranger>', ({ stranger }) => `opw-${stranger.onezoneId}`, false, false],
  ['opw-<nobody>', () => 'opw-nobody', false, false],
  ['opp-*', () => 'opp-*', true, false],
  ['opp-<cluster>', ({ ofCluster }) => `opp-${ofCluster.onezoneId}`, true, false],
  ['opp-<supporter>', ({ ofSpace }) => `opp-${ofSpace.onezoneId}`, false, false],
  ['opp-<stranger>', ({ stranger }) => `opp-${stranger.onezoneId}`, false, false],
]

onEachSeededZone((zone) => {
  const tokenOfUser = async ({ user }: Cast, body: object) => {
    const headers = as(await zone().token(user)).headers
    return zone().ask('POST', '/user/tokens/named', { headers, body: { name: 'for services', ...body } })
  }
  const confine = async (token: string, caveats: readonly object[]) =>
    outcomeOf(await zone().ask('POST', '/tokens/confine', { body: { token, caveats } }))

  describe.each(SERVICES)('the service %s', (_, serviceOf, isForUser, isForProvider) => {
    const allowed = (isAllowed: boolean) => (isAllowed ? 'accepted' : '400 tokenServiceForbidden')

    test(`${isForUser ? 'may' : 'may not'} act for the user, when a token is made and when it is confined`, async () => {
      const people = await cast(zone())
      const caveats = [{ type: 'service', whitelist: [serviceOf(people)] }]
      expect(outcomeOf(await tokenOfUser(people, { caveats }))).toBe(allowed(isForUser))
      expect(await confine(await zone().token(people.user), caveats)).toBe(allowed(isForUser))
    })

    test(`${isForProvider ? 'may' : 'may not'} act for a provider`, async () => {
      const people = await cast(zone())
      const caveats = [{ type: 'service', whitelist: [serviceOf(people)] }]
      expect(await confine(people.ofCluster.rootToken, caveats)).toBe(allowed(isForProvider))
    })
  })

  test('the panel of the zone may act for members of its cluster', async () => {
    const user = await zone().user()
    const cluster = await createEntity(zone().deps, {
      tenantId: zone().tenant.id,
      kind: 'cluster',
      onezoneId: 'onezone',
      name: 'Onezone',
      creator: { kind: 'root' },
    })
    const caveats = [{ type: 'service', whitelist: ['ozp-onezone'] }]
    const token = await zone().token(user)
    expect(await confine(token, caveats)).toBe('400 tokenServiceForbidden')
    await zone().join(cluster, user)
    expect(await confine(token, caveats)).toBe('accepted')
  })

  test('of several services the first that is forbidden is named', async () => {
    const people = await cast(zone())
    const whitelist = ['opw-*', 'opw-first', 'opw-second']
    const { json } = await tokenOfUser(people, { caveats: [{ type: 'service', whitelist }] })
    expect(json.error.details?.service).toEqual({ type: 'op_worker', id: 'first' })
  })

  test('identity tokens do not ask whom they are confined to serve', async () => {
    const { user, stranger } = await cast(zone())
    const identity = await zone().token(user, { type: { kind: 'identity' } })
    const caveats = [{ type: 'service', whitelist: [`opw-${stranger.onezoneId}`] }]
    expect(await confine(identity, caveats)).toBe('accepted')
  })

  test('confining asks of the new caveats only', async () => {
    const people = await cast(zone())
    const { user, ofCluster } = people
    const caveats = [{ type: 'service' as const, whitelist: [`opp-${ofCluster.onezoneId}`] }]
    const token = await zone().token(user, { caveats })
    await zone().store.atomically(async ({ entities }) => {
      const cluster = await entities.find(zone().tenant.id, {
        kind: 'cluster',
        onezoneId: ofCluster.onezoneId,
      })
      if (cluster !== undefined) await entities.remove(cluster)
    })
    expect(await confine(token, [{ type: 'time', validUntil: 1 }])).toBe('accepted')
    expect(await confine(token, caveats)).toBe('400 tokenServiceForbidden')
  })

  describe('a caller’s own token', () => {
    const call = async (caveats: readonly object[], method: string, path: string, headers: object = {}) => {
      const people = await cast(zone())
      const token = await zone().token(people.user)
      const confined = await zone().ask('POST', '/tokens/confine', {
        body: { token, caveats: caveats.map((caveat) => resolved(caveat, people)) },
      })
      const asked = await zone().ask(method, path, {
        headers: {
          ...as(confined.json.token).headers,
          'x-onedata-service-token': people.ofSpace.rootToken,
          ...headers,
        },
      })
      return { outcome: outcomeOf(asked), caveat: asked.json?.error?.details?.authError?.details?.caveat }
    }
    const resolved = (caveat: object, { ofSpace }: Cast) =>
      JSON.parse(JSON.stringify(caveat).replaceAll('SUPPORTER', ofSpace.onezoneId))

    const forWorker = { type: 'service', whitelist: ['opw-SUPPORTER'] }

    test('for a provider’s worker reads users, and nothing of tokens', async () => {
      expect((await call([forWorker], 'GET', '/user')).outcome).toBe('accepted')
      const { outcome, caveat } = await call([forWorker], 'GET', '/user/tokens/named')
      expect(outcome).toBe('401 unauthorized tokenCaveatUnverified')
      expect(caveat).toMatchObject({ type: 'service' })
    })

    test('for a provider’s worker may not make the calls that anybody may make, either', async () => {
      expect((await call([forWorker], 'GET', '/privileges')).outcome).toBe(
        '401 unauthorized tokenCaveatUnverified',
      )
    })

    test('for several services makes the calls that each of the caveats leaves', async () => {
      const both = { type: 'service', whitelist: ['opw-SUPPORTER', 'ozw-onezone'] }
      expect((await call([both], 'GET', '/user/tokens/named')).outcome).toBe('accepted')
      expect((await call([both, forWorker], 'GET', '/user/tokens/named')).outcome).toBe(
        '401 unauthorized tokenCaveatUnverified',
      )
    })

    test('names the api caveat before the service caveat that stands in front of it', async () => {
      const api = { type: 'api', whitelist: ['ozw/get/user.*.*:*'] }
      const { caveat } = await call([forWorker, api], 'GET', '/user/tokens/named')
      expect(caveat).toEqual(api)
    })

    test('for access to data, or for oneclients, makes no calls at all', async () => {
      const readonly = { type: 'data.readonly' }
      expect((await call([readonly], 'GET', '/user')).caveat).toEqual(readonly)
      const oneclient = { type: 'interface', interface: 'oneclient' }
      expect((await call([oneclient], 'GET', '/user')).caveat).toEqual(oneclient)
    })
  })
})
