import { describe, expect, test } from 'bun:test'
import type { User } from '../../src/directory/user.ts'
import { as, IDENTITY, inviteTo, onEachSeededZone, outcomeOf, type SeededAsk } from './seeded-zone.ts'
import type { Answer } from './zone.ts'

interface Registered {
  readonly providerId: string
  readonly providerRootToken: string
  readonly macaroon: string
}

onEachSeededZone((zone) => {
  const registrationToken = (user: User, parts = {}) =>
    zone().token(user, { type: inviteTo('registerOneprovider', user), ...parts })
  const bodyWith = (token: string, more: object = {}) => ({
    name: 'Krakow',
    adminEmail: 'admin@krakow.example.org',
    subdomainDelegation: false,
    domain: 'krakow.example.org',
    token,
    ...more,
  })
  const register = (token: string, more: object = {}, ask: SeededAsk = {}) =>
    zone().ask('POST', '/providers', { ...ask, body: bodyWith(token, more) })
  // Safe: the answer was held against the document, which says so.
  const registered = ({ parsed }: Answer) => parsed as Registered

  describe('POST /providers', () => {
    test('gives nobody with an invite a provider, its cluster and its root token', async () => {
      const user = await zone().user()
      const { providerId, providerRootToken, macaroon } = registered(
        await register(await registrationToken(user), { latitude: 50.06, longitude: '19.94' }),
      )
      expect(macaroon).toBe(providerRootToken)
      const self = await zone().ask('GET', '/provider', as(providerRootToken))
      expect(self.parsed).toEqual({
        clusterId: providerId,
        creationTime: zone().ambient.now(),
        domain: 'krakow.example.org',
        latitude: 50.06,
        longitude: 19.94,
        name: 'Krakow',
        online: false,
        providerId,
      })
      const { relations, entities } = zone().deps
      const cluster = { kind: 'cluster', onezoneId: providerId } as const
      expect(await relations.hasPrivilegeIn(zone().tenant.id, user.id, cluster, 'cluster_delete')).toBe(true)
      expect(await entities.listMembers(zone().tenant.id, cluster, 'user')).toEqual([user.onezoneId])
      const root = await zone().ask('GET', '/provider/tokens/named/name/root token', as(providerRootToken))
      expect(root.json).toMatchObject({
        caveats: [],
        type: { accessToken: {} },
        token: providerRootToken,
        subject: { type: 'oneprovider', id: providerId },
      })
    })

    test('takes the invite of a user for himself, and of an administrator for anybody', async () => {
      const [admin, other] = [await zone().user(), await zone().user()]
      await zone().grantAdmin(admin, 'oz_providers_invite')
      const invite = await zone().token(admin, { type: inviteTo('registerOneprovider', other) })
      const { providerId } = registered(await register(invite))
      const cluster = { kind: 'cluster', onezoneId: providerId } as const
      expect(await zone().deps.entities.listMembers(zone().tenant.id, cluster, 'user')).toEqual([
        other.onezoneId,
      ])
    })

    test('counts the use of the invite, with whoever calls', async () => {
      const user = await zone().user()
      const { id, text } = await zone().named(user, {
        type: inviteTo('registerOneprovider', user),
        usageLimit: 2,
      })
      expect(outcomeOf(await register(text, {}, as(await zone().token(user))))).toBe('accepted')
      const provider = await zone().provider()
      expect(outcomeOf(await register(text, {}, as(provider.rootToken)))).toBe('accepted')
      expect(outcomeOf(await register(text))).toBe('400 inviteTokenUsageLimitReached')
      const { metadata } = (await zone().ask('GET', `/tokens/named/${id}`, as(await zone().token(user)))).json
      expect(metadata).toMatchObject({ usageCount: 2, usageLimit: 2 })
    })

    test('refuses an issuer who is blocked, and an administrator-to-be who is gone', async () => {
      const user = await zone().user()
      const invite = await registrationToken(user)
      await zone().store.atomically(({ users }) => users.setBlocked(user.id, true))
      expect(outcomeOf(await register(invite))).toBe('400 inviteTokenSubjectNotAuthorized')
      const [admin, gone] = [await zone().user(), await zone().user()]
      await zone().grantAdmin(admin, 'oz_providers_invite')
      const forOther = await zone().token(admin, { type: inviteTo('registerOneprovider', gone) })
      await zone().store.atomically(({ users }) => users.remove(gone.id))
      expect(outcomeOf(await register(forOther))).toBe('400 inviteTokenTargetIdInvalid')
    })

    test.each([
      ['adminEmail', 'missingRequiredValue', { adminEmail: undefined }],
      ['domain', 'missingRequiredValue', { domain: undefined }],
      ['name', 'missingRequiredValue', { name: undefined }],
      ['subdomainDelegation', 'missingRequiredValue', { subdomainDelegation: undefined, domain: undefined }],
      ['token', 'missingRequiredValue', { token: undefined }],
      ['adminEmail', 'badValueEmail', { adminEmail: 'adminwithoutdomain' }],
      ['adminEmail', 'badValueEmpty', { adminEmail: '' }],
      ['adminEmail', 'badData', { adminEmail: null }],
      ['adminEmail', 'badValueString', { adminEmail: 7 }],
      ['domain', 'badValueEmpty', { domain: '' }],
      ['domain', 'badValueDomain', { domain: 'https://domain.com' }],
      ['domain', 'badValueDomain', { domain: 'domain.com:443' }],
      ['domain', 'badValueDomain', { domain: '.leadingdot' }],
      ['domain', 'badValueDomain', { domain: 'trailing-.hyphen' }],
      ['domain', 'badValueDomain', { domain: 'a'.repeat(254) }],
      ['name', 'badValueName', { name: '-' }],
      ['subdomainDelegation', 'subdomainDelegationNotSupported', { subdomainDelegation: true }],
      ['subdomainDelegation', 'badValueBoolean', { subdomainDelegation: 'true' }],
      ['latitude', 'badValueFloat', { latitude: 'ASDASD' }],
      ['latitude', 'badValueNotInRange', { latitude: 90.1 }],
      ['latitude', 'badValueNotInRange', { latitude: -1500 }],
      ['longitude', 'badValueFloat', { longitude: [] }],
      ['longitude', 'badValueNotInRange', { longitude: -180.1 }],
      ['token', 'badValueEmpty', { token: '' }],
      ['token', 'badValueToken badToken', { token: 'zxvcsadf' }],
    ])('refuses a bad %s: %s (%j)', async (_key, id, more) => {
      const invite = await registrationToken(await zone().user())
      expect(outcomeOf(await register(invite, more))).toBe(`400 ${id}`)
    })

    test('says of a place out of range between what it must be', async () => {
      const invite = await registrationToken(await zone().user())
      const { error } = (await register(invite, { longitude: 181 })).json
      expect(error.description).toBe('Bad value: provided "longitude" must be between <-180, 180>.')
      expect(JSON.stringify(error.details)).toBe('{"high":180,"key":"longitude","low":-180}')
    })

    test('refuses tokens that are no registration invites', async () => {
      const user = await zone().user()
      const space = await zone().entity('space', user)
      for (const token of [
        await zone().token(user),
        await zone().token(user, { type: inviteTo('userJoinSpace', space) }),
      ]) {
        expect(outcomeOf(await register(token))).toBe('400 badValueToken notAnInviteToken')
      }
    })
  })

  describe('PATCH /provider', () => {
    test('changes what is sent and nothing else', async () => {
      const provider = await zone().provider()
      const ask = {
        ...as(provider.rootToken),
        body: { name: 'Renamed', latitude: -12.5, adminEmail: 'a@b.example' },
      }
      expect((await zone().ask('PATCH', '/provider', ask)).status).toBe(204)
      const { parsed } = await zone().ask('GET', '/provider', as(provider.rootToken))
      expect(parsed).toMatchObject({
        name: 'Renamed',
        latitude: -12.5,
        longitude: 0,
        domain: provider.domain,
      })
    })
  })

  describe('DELETE /provider', () => {
    test('takes its tokens, its cluster and its supports along, and is not found a second time', async () => {
      const administrator = await zone().user()
      const provider = await zone().provider(administrator)
      const space = await zone().entity('space', administrator)
      await zone().support(space, provider)
      expect((await zone().ask('DELETE', '/provider', as(provider.rootToken))).status).toBe(204)
      expect(outcomeOf(await zone().ask('GET', '/provider', as(provider.rootToken)))).toBe(
        '401 unauthorized tokenInvalid',
      )
      const { entities } = zone().deps
      const cluster = { kind: 'cluster', onezoneId: provider.onezoneId } as const
      expect(await entities.find(zone().tenant.id, cluster)).toBeUndefined()
      expect(await entities.listSupports(zone().tenant.id, space.onezoneId)).toEqual([])
      const admin = await zone().user()
      await zone().grantAdmin(admin, 'oz_providers_delete', 'oz_providers_list')
      const headers = as(await zone().token(admin))
      expect((await zone().ask('DELETE', `/providers/${provider.onezoneId}`, headers)).status).toBe(404)
      const { text } = await zone().ask('GET', '/providers', headers)
      expect(text).not.toContain(provider.onezoneId)
    })
  })

  describe('/provider and users, /user and providers', () => {
    test('a caller of the other kind is not there', async () => {
      const [user, provider] = [await zone().user(), await zone().provider()]
      const asUser = as(await zone().token(user))
      expect(outcomeOf(await zone().ask('GET', '/provider', asUser))).toBe('404 notFound')
      expect(outcomeOf(await zone().ask('GET', '/user', as(provider.rootToken)))).toBe('404 notFound')
      expect(outcomeOf(await zone().ask('GET', '/user/client_tokens', as(provider.rootToken)))).toBe(
        '404 notFound',
      )
    })

    test('and with a token he is forbidden, as the API says of tokens', async () => {
      const [user, provider] = [await zone().user(), await zone().provider()]
      const get = async (path: string, token: string) => outcomeOf(await zone().ask('GET', path, as(token)))
      expect(await get('/provider/tokens/named', await zone().token(user))).toBe('403 forbidden')
      expect(await get('/user/tokens/named', provider.rootToken)).toBe('403 forbidden')
    })
  })

  describe('POST /provider/public/verify_provider_identity', () => {
    const verify = async (body: object, ask: SeededAsk = {}) =>
      outcomeOf(await zone().ask('POST', '/provider/public/verify_provider_identity', { ...ask, body }))

    test('takes an identity token of that provider, its access token, and either under the old key', async () => {
      const provider = await zone().provider()
      const providerId = provider.onezoneId
      const identity = await zone().token(provider, { type: IDENTITY })
      expect(await verify({ providerId, token: identity })).toBe('accepted')
      expect(await verify({ providerId, macaroon: identity })).toBe('accepted')
      expect(await verify({ providerId, token: provider.rootToken })).toBe('accepted')
      expect(await verify({ providerId, macaroon: identity, token: 'no token' })).toBe('accepted')
    })

    test('takes a consumer caveat for whoever asks', async () => {
      const [provider, asking] = [await zone().provider(), await zone().provider()]
      const caveats = [{ type: 'consumer', whitelist: [`prv-${asking.onezoneId}`] }] as never
      const token = await zone().token(provider, { type: IDENTITY, caveats })
      const body = { providerId: provider.onezoneId, token }
      expect(await verify(body, as(asking.rootToken))).toBe('accepted')
      expect(await verify(body)).toBe('400 tokenCaveatUnverified')
    })

    test('refuses what proves somebody else, nobody or nothing', async () => {
      const [provider, other, user] = [await zone().provider(), await zone().provider(), await zone().user()]
      const providerId = provider.onezoneId
      const ofOther = await zone().token(other, { type: IDENTITY })
      const ofUser = await zone().token(user, { type: IDENTITY })
      expect(await verify({ providerId, token: ofOther })).toBe('400 tokenInvalid')
      expect(await verify({ providerId, token: ofUser })).toBe('400 tokenInvalid')
      expect(await verify({ providerId, token: await zone().token(user) })).toBe('400 notAnIdentityToken')
      for (const unknown of ['none', '', 7, null]) {
        expect(await verify({ providerId: unknown, token: 'x' })).toBe('400 badValueIdNotFound')
      }
      expect(await verify({ providerId, token: '' })).toBe('400 badValueEmpty')
      expect(await verify({ providerId, macaroon: '' })).toBe('400 badValueEmpty')
      expect(await verify({ providerId, token: 'x' })).toBe('400 badValueToken badToken')
      expect(await verify({ providerId })).toBe('400 missingRequiredValue')
      expect(await verify({ token: ofOther })).toBe('400 missingRequiredValue')
    })
  })
})
