import { beforeAll, describe, expect, test } from 'bun:test'
import { onEachDatabase } from './on-each-database.ts'
import {
  bearer,
  errorIds,
  newNamedToken,
  newTemporaryToken,
  newToken,
  newUser,
  type TestUser,
  until,
  ZONE_DOMAIN,
} from './zone.ts'

const ID = /^[0-9a-f]{32}ch[0-9a-f]{4}$/

onEachDatabase((zone) => {
  let user: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
  })

  const as = (who: TestUser) => (method: string, path: string, body?: unknown) =>
    zone().ask(method, path, { headers: bearer(who.token), ...(body !== undefined && { body }) })
  const create = (who: TestUser, body: object) => as(who)('POST', '/user/tokens/named', body)
  const patch = (id: string, body: object) => as(user)('PATCH', `/tokens/named/${id}`, body)
  const get = async (id: string) => (await as(user)('GET', `/tokens/named/${id}`)).json
  const verdict = async (token: string) => {
    const answer = await zone().ask('POST', '/tokens/verify_access_token', { body: { token } })
    return answer.status === 200 ? 'accepted' : errorIds(answer)
  }

  describe('a named token', () => {
    test('is created with its id, its text and its place', async () => {
      const answer = await create(user, { name: 'first' })
      expect(answer.status).toBe(201)
      const { tokenId, token } = answer.json
      expect(tokenId).toMatch(ID)
      expect(token).toMatch(/^MD[0-9a-zA-Z]+$/)
      expect(answer.parsed).toEqual({ tokenId, token })
      // The configured domain, whatever host and port were asked.
      expect(answer.headers.get('location')).toBe(
        `https://${ZONE_DOMAIN}/api/v3/onezone/tokens/named/${tokenId}`,
      )
      expect(answer.headers.get('content-type')).toBe('application/json')
    })

    test('shows exactly the eight keys of the reference, by id and by name', async () => {
      const customMetadata = { key: { int: 123, nested: { '123': 16.5 }, bool: true, none: null } }
      const caveats = [
        { type: 'time', validUntil: 2_000_000_000 },
        { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.1.7'] },
        { type: 'geo.country', filter: 'blacklist', list: ['PL'] },
      ]
      const name = 'ジ (all of it).1'
      const { tokenId, token } = (
        await create(user, { name, caveats, customMetadata, type: { identityToken: 1 }, revoked: true })
      ).json
      const byId = await as(user)('GET', `/tokens/named/${tokenId}`)
      expect(byId.status).toBe(200)
      expect(byId.parsed).toEqual({
        id: tokenId,
        name,
        subject: { type: 'user', id: user.id },
        type: { identityToken: {} },
        caveats: [
          { type: 'time', validUntil: 2_000_000_000 },
          { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.1.7/32'] },
          { type: 'geo.country', filter: 'blacklist', list: ['PL'] },
        ],
        metadata: { creationTime: zone().ambient.now(), custom: customMetadata },
        revoked: true,
        token,
      })
      const byName = await as(user)('GET', `/user/tokens/named/name/${encodeURIComponent(name)}`)
      expect(byName.parsed).toEqual(byId.parsed)
      const byAdmin = await zone().asAdmin(
        'GET',
        `/users/${user.id}/tokens/named/name/${encodeURIComponent(name)}`,
      )
      expect(byAdmin.parsed).toEqual(byId.parsed)
    })

    test('has defaults for all but its name', async () => {
      const { tokenId } = (await create(user, { name: 'plain', unknown: 1 })).json
      const { json } = await as(user)('GET', `/tokens/named/${tokenId}`)
      expect(json).toMatchObject({
        type: { accessToken: {} },
        caveats: [],
        metadata: { custom: {} },
        revoked: false,
      })
    })

    test('takes a boolean for its name as the word it is', async () => {
      const { tokenId } = (await create(user, { name: true })).json
      expect((await as(user)('GET', `/tokens/named/${tokenId}`)).json.name).toBe('true')
    })

    test('has a name that is unique for its subject, and only for him', async () => {
      const other = await newUser(zone())
      expect((await create(user, { name: 'mine' })).status).toBe(201)
      const again = await create(user, { name: 'mine' })
      expect(again.status).toBe(400)
      expect(again.parsed).toEqual({
        error: {
          id: 'badValueIdentifierOccupied',
          details: { key: 'name' },
          description: 'Bad value: provided identifier ("name") is already occupied.',
        },
      })
      expect((await create(user, { name: 'Mine' })).status).toBe(201)
      expect((await create(other, { name: 'mine' })).status).toBe(201)
    })

    test('can be created for somebody else by an administrator', async () => {
      const answer = await zone().asAdmin('POST', `/users/${user.id}/tokens/named`, { name: 'a gift' })
      const { json } = await as(user)('GET', `/tokens/named/${answer.json.tokenId}`)
      expect(json.subject).toEqual({ type: 'user', id: user.id })
    })

    test('cannot be created for nobody: the administrator is told tokenSubjectInvalid', async () => {
      const answer = await zone().asAdmin('POST', '/users/none/tokens/named', { name: 'lost' })
      expect(`${answer.status} ${errorIds(answer)}`).toBe('400 tokenSubjectInvalid')
    })

    test('is refused for a session, which nobody has', async () => {
      const type = { accessToken: { sessionId: 's1' } }
      expect(errorIds(await create(user, { name: 'bound', type }))).toBe('tokenSessionInvalid')
    })

    test.each([
      ['ozw-onezone', undefined],
      ['ozw-*', undefined],
      ['ozp-*', undefined],
      ['opw-*', undefined],
      ['opp-*', undefined],
      ['ozw-other', { type: 'oz_worker', id: 'other' }],
      ['ozp-onezone', { type: 'oz_panel', id: 'onezone' }],
      ['opw-p1', { type: 'op_worker', id: 'p1' }],
      ['opp-p1', { type: 'op_panel', id: 'p1' }],
    ])('with a caveat for the service %s is answered %j', async (service, forbidden) => {
      const caveats = [{ type: 'service', whitelist: ['ozw-onezone', service] }]
      const answer = await create(user, { name: `for ${service.replace('*', 'all')}`, caveats })
      if (forbidden === undefined) {
        expect(answer.status).toBe(201)
      } else {
        expect(`${answer.status} ${errorIds(answer)}`).toBe('400 tokenServiceForbidden')
        expect(answer.json.error.details).toEqual({ service: forbidden })
      }
    })

    test.each([
      [
        'by what its caveats hold',
        20,
        { type: 'consumer', whitelist: Array(1000).fill(`usr-${'u'.repeat(56)}`) },
      ],
      ['by their number alone', 40_000, { type: 'data.readonly' }],
    ])('too large %s is refused and leaves nothing behind', async (_, count, caveat) => {
      const owner = await newUser(zone())
      const caveats = [...Array<object>(count).fill(caveat), until(zone().ambient.now() + 60)]
      for (const kind of ['named', 'temporary']) {
        const answer = await as(owner)('POST', `/user/tokens/${kind}`, { name: 'too large', caveats })
        expect(`${answer.status} ${errorIds(answer)}`).toBe('400 tokenTooLarge')
      }
      expect((await as(owner)('GET', '/user/tokens/named/name/too large')).status).toBe(404)
    })

    test('that is an identity token may name any service', async () => {
      const caveats = [{ type: 'service', whitelist: ['opw-p1'] }]
      const answer = await create(user, { name: 'identity', type: { identityToken: {} }, caveats })
      expect(answer.status).toBe(201)
    })
  })

  describe('the lists', () => {
    test('hold the ids of named tokens, and of those only', async () => {
      const owner = await newUser(zone())
      const { json } = await create(owner, { name: 'another' })
      await newTemporaryToken(zone(), owner.id)
      const own = (await as(owner)('GET', '/user/tokens/named')).json.tokens
      expect(own).toHaveLength(2)
      expect(own).toContain(json.tokenId)
      expect((await zone().asAdmin('GET', `/users/${owner.id}/tokens/named`)).json.tokens).toEqual(own)
      const all = (await zone().asAdmin('GET', '/tokens/named')).json.tokens
      expect(all).toEqual(expect.arrayContaining([...own]))
      expect(all.length).toBeGreaterThan(own.length)
    })

    test('of an unknown user is empty, by name is 404, for an administrator', async () => {
      expect((await zone().asAdmin('GET', '/users/none/tokens/named')).parsed).toEqual({ tokens: [] })
      const byName = await zone().asAdmin('GET', '/users/none/tokens/named/name/x')
      expect(`${byName.status} ${errorIds(byName)}`).toBe('404 notFound')
      expect((await zone().asAdmin('DELETE', '/users/none/tokens/named')).status).toBe(204)
    })

    test('by an unknown name is 404, and 403 for who may not ask', async () => {
      const noText = await as(user)('GET', '/user/tokens/named/name/%ff%00')
      expect(`${noText.status} ${errorIds(noText)}`).toBe('404 notFound')
      expect((await zone().ask('GET', '/user/tokens/named/name/%ff')).status).toBe(401)
      const byName = await as(user)('GET', '/user/tokens/named/name/unknown')
      expect(`${byName.status} ${errorIds(byName)}`).toBe('404 notFound')
      const foreign = await as(user)('GET', `/users/${zone().adminId}/tokens/named/name/unknown`)
      expect(foreign.status).toBe(403)
    })
  })

  describe('a change', () => {
    test('renames, and the old name is free at once', async () => {
      const { tokenId, name } = await newNamedToken(zone(), user.id)
      expect((await patch(tokenId, { name: 'renamed' })).status).toBe(204)
      expect((await get(tokenId)).name).toBe('renamed')
      expect((await create(user, { name })).status).toBe(201)
      const byOldName = await as(user)('GET', `/user/tokens/named/name/${name}`)
      expect(byOldName.json.name).toBe(name)
    })

    test('to the present name is a success that changes nothing', async () => {
      const { tokenId, name } = await newNamedToken(zone(), user.id)
      expect((await patch(tokenId, { name })).status).toBe(204)
      expect((await get(tokenId)).name).toBe(name)
    })

    test('to a name that is taken is refused, and nothing of it is done', async () => {
      const taken = await newNamedToken(zone(), user.id)
      const { tokenId, name } = await newNamedToken(zone(), user.id)
      const answer = await patch(tokenId, { name: taken.name, revoked: true, customMetadata: { a: 1 } })
      expect(errorIds(answer)).toBe('badValueIdentifierOccupied')
      expect(await get(tokenId)).toMatchObject({ name, revoked: false, metadata: { custom: {} } })
    })

    test('of custom metadata takes the place of all there was', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id, { customMetadata: { a: 1, b: 2 } })
      await patch(tokenId, { customMetadata: { c: 3 } })
      expect((await get(tokenId)).metadata.custom).toEqual({ c: 3 })
    })

    test('leaves everything else as it is', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id)
      const before = await get(tokenId)
      const ignored = { caveats: [], type: { identityToken: {} }, subject: 1, usageLimit: 1 }
      expect((await patch(tokenId, { revoked: true, ...ignored })).status).toBe(204)
      expect(await get(tokenId)).toEqual({ ...before, revoked: true })
    })
  })

  describe('revocation', () => {
    test('refuses the token and what was confined from it at once, and can be undone', async () => {
      const { tokenId, token } = await newNamedToken(zone(), user.id)
      const caveats = [{ type: 'interface', interface: 'rest' }]
      const confined = (await zone().ask('POST', '/tokens/confine', { body: { token, caveats } })).json.token
      const identity = await newToken(zone(), user.id, { type: { identityToken: {} } })
      await as(user)('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
      expect(await verdict(token)).toBe('tokenRevoked')
      expect(await verdict(confined)).toBe('tokenRevoked')
      expect(await verdict(identity)).toBe('notAnAccessToken')
      const status = await as(user)('GET', `/tokens/named/${tokenId}/status`)
      expect(status.parsed).toEqual({ revoked: true })
      await as(user)('PATCH', `/tokens/named/${tokenId}`, { revoked: false })
      expect(await verdict(token)).toBe('accepted')
    })

    test('may stand at the very beginning', async () => {
      const token = await newToken(zone(), user.id, { revoked: true })
      expect(await verdict(token)).toBe('tokenRevoked')
    })
  })

  describe('deletion', () => {
    test('makes a token invalid, its id unknown and its name free', async () => {
      const { tokenId, token, name } = await newNamedToken(zone(), user.id)
      const answer = await as(user)('DELETE', `/tokens/named/${tokenId}`)
      expect(answer.status).toBe(204)
      expect(answer.text).toBe('')
      expect(await verdict(token)).toBe('tokenInvalid')
      expect((await as(user)('GET', `/tokens/named/${tokenId}`)).status).toBe(404)
      expect((await as(user)('DELETE', `/tokens/named/${tokenId}`)).status).toBe(404)
      expect((await create(user, { name })).status).toBe(201)
    })

    test('of all of them makes each invalid, the one that asked for it too, and leaves temporary ones', async () => {
      const owner = await newUser(zone())
      const { tokenId, token } = await newNamedToken(zone(), owner.id)
      const temporary = await newTemporaryToken(zone(), owner.id)
      expect((await as(owner)('DELETE', '/user/tokens/named')).status).toBe(204)
      expect(await verdict(token)).toBe('tokenInvalid')
      expect(await verdict(owner.token)).toBe('tokenInvalid')
      expect(await verdict(temporary)).toBe('accepted')
      expect((await zone().asAdmin('GET', `/tokens/named/${tokenId}`)).status).toBe(404)
      const list = `/users/${owner.id}/tokens/named`
      expect((await zone().asAdmin('GET', list)).parsed).toEqual({ tokens: [] })
      expect((await zone().asAdmin('GET', '/tokens/named')).json.tokens).not.toContain(tokenId)
      // Again: there are none, and that is no error.
      expect((await zone().asAdmin('DELETE', list)).status).toBe(204)
      const { token: fresh } = await newNamedToken(zone(), owner.id)
      expect(await verdict(fresh)).toBe('accepted')
    })

    test("of a user's tokens leaves other users' alone", async () => {
      const owner = await newUser(zone())
      const neighbour = await newUser(zone())
      await as(owner)('DELETE', '/user/tokens/named')
      expect(await verdict(neighbour.token)).toBe('accepted')
    })
  })
})
