import { beforeAll, describe, expect, test } from 'bun:test'
import { askAstra } from '../../testing/astra-client.ts'
import { type Fixture, makeFixture } from './fixture.ts'
import { unique } from '../../testing/v1-client.ts'
import { CREDENTIAL, NIL_ID, NO_ID, onEachDatabase, type Person, TOKEN, USER } from './world.ts'

const BASE64 = /^([A-Za-z0-9+/]{4})*(([A-Za-z0-9+/]{2})==|([A-Za-z0-9+/]{3})=)?$/
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/

onEachDatabase((world) => {
  let fixture: Fixture
  let member: Person
  /** The two ways to the member's tokens. */
  let paths: readonly [string, string]
  beforeAll(async () => {
    fixture = await makeFixture(world())
    member = fixture.member
    const byUser = `/core/v1/users/${member.id}/tokens`
    paths = [byUser, `/core/v1/groups/${fixture.group}/users/${member.id}/tokens`]
  })

  const create = async (path: string, name = 'ci') => member.ask('POST', path, { body: { ...TOKEN, name } })
  const isGood = async (token: string): Promise<boolean> =>
    (await askAstra(world().url, token, 'GET', `/${world().account}/core/v1/users`)).status === 200

  for (const way of [0, 1] as const) {
    const path = (): string => paths[way]
    const otherPath = (): string => paths[1 - way] ?? ''

    describe(`a token made ${way === 0 ? 'for a user' : 'for a member of a group'}`, () => {
      test('is shown whole, with its secret, where it was made and never again', async () => {
        const { headers, json, status } = await create(path(), 'nightly-report')
        expect(status).toBe(201)
        expect(json as unknown).toEqual({
          ...TOKEN,
          id: expect.any(String),
          name: 'nightly-report',
          userID: member.id,
          token: expect.stringMatching(BASE64),
          metadata: {
            labels: [],
            creationTimestamp: expect.stringMatching(TIME),
            modificationTimestamp: json.metadata['creationTimestamp'],
            createdBy: member.id,
          },
        })
        expect(json.token).toMatch(/^[A-Za-z0-9]{43}=$/)
        expect(headers.get('location')).toBe(`${world().url}/accounts/${world().account}${path()}/${json.id}`)
        expect(await isGood(json.token)).toBe(true)
        const { token: _, ...shown } = json
        const got = await member.ask('GET', `${path()}/${json.id}`)
        expect(got.json as unknown).toEqual(shown)
        expect(got.headers.get('etag')).toBe(headers.get('etag'))
        expect((await member.ask('GET', path())).text).not.toContain(json.token)
      })

      test('is listed, renamed and deleted on the other path too', async () => {
        const { json } = await create(path())
        const other = await member.ask('GET', otherPath())
        expect(other.json.items).toEqual((await member.ask('GET', path())).json.items)
        expect(other.json.items.map(({ id }) => id)).toContain(json.id)
        expect(
          (await member.ask('PUT', `${otherPath()}/${json.id}`, { body: { ...TOKEN, name: 'renamed' } }))
            .status,
        ).toBe(204)
        expect((await member.ask('GET', `${path()}/${json.id}`)).json.name).toBe('renamed')
        expect(await isGood(json.token)).toBe(true)
        expect((await member.ask('DELETE', `${otherPath()}/${json.id}`)).text).toBe('')
        expect(await isGood(json.token)).toBe(false)
        expect((await member.ask('GET', `${path()}/${json.id}`)).problem).toBe(2)
        expect((await member.ask('DELETE', `${path()}/${json.id}`)).problem).toBe(1)
        expect((await member.ask('PUT', `${path()}/${json.id}`, { body: TOKEN })).problem).toBe(1)
      })
    })
  }

  test('a new name, or none, changes what says who changed it and nothing else', async () => {
    const { json } = await create(paths[0], 'before')
    const at = `${paths[0]}/${json.id}`
    expect((await member.ask('PUT', at, { body: TOKEN })).text).toBe('')
    const { token: _, metadata, ...rest } = json
    const got = (await member.ask('GET', at)).json
    expect(got).toMatchObject(rest)
    expect(got.metadata).toMatchObject({
      creationTimestamp: metadata['creationTimestamp'],
      modifiedBy: member.id,
    })
    const labels = [{ name: 'env', value: 'test' }]
    await member.ask('PUT', at, {
      body: { ...TOKEN, name: 'after', metadata: { labels, createdBy: NIL_ID } },
    })
    expect((await member.ask('GET', at)).json).toMatchObject({
      name: 'after',
      metadata: { labels, createdBy: member.id },
    })
  })

  test('its own id and user may be repeated in a change, others are problem 10 and named', async () => {
    const { json } = await create(paths[0])
    const at = `${paths[0]}/${json.id}`
    expect((await member.ask('PUT', at, { body: { ...TOKEN, id: json.id, userID: member.id } })).status).toBe(
      204,
    )
    const refused = await member.ask('PUT', at, { body: { ...TOKEN, id: NO_ID, userID: NIL_ID } })
    expect([refused.problem, refused.json.invalidFields?.map(({ name }) => name)]).toEqual([
      10,
      ['id', 'userID'],
    ])
    expect((await member.ask('GET', at)).json).toMatchObject({ id: json.id, userID: member.id })
  })

  test('a change of what has changed since is problem 38', async () => {
    const { headers, json } = await create(paths[0])
    const at = `${paths[0]}/${json.id}`
    const put = async (name: string, more: Readonly<Record<string, string>>) =>
      (await member.ask('PUT', at, { body: { ...TOKEN, name }, headers: more })).status
    const etag = headers.get('etag') ?? ''
    expect(await put('one', { 'If-Match': etag })).toBe(204)
    expect(await put('two', { 'If-Match': etag })).toBe(412)
    expect(await put('two', { 'If-Match': 'W/"x", *' })).toBe(204)
    expect(await put('two', { 'If-Match': `W/${etag}` })).toBe(412)
    const bare = ((await member.ask('GET', at)).headers.get('etag') ?? '').replaceAll('"', '')
    expect(await put('three', { 'If-Match': bare })).toBe(204)
    expect(await put('four', { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).toBe(412)
    expect(await put('four', { 'If-Unmodified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' })).toBe(204)
    expect(await put('five', { 'If-Unmodified-Since': 'yesterday' })).toBe(204)
    expect(await put('six', { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' })).toBe(204)
    expect((await member.ask('GET', at)).json.name).toBe('six')
  })

  test('has a credential as its other side, which goes with it, and with which it goes', async () => {
    const { admin } = world()
    const credentialOf = async (id: string) => {
      const filter = encodeURIComponent(`name eq '${id}'`)
      return (await admin.ask('GET', `/core/v1/credentials?filter=${filter}`)).json.items[0]
    }
    const [one, two] = [(await create(paths[0])).json, (await create(paths[1])).json]
    expect(await credentialOf(one.id)).toMatchObject({
      ...CREDENTIAL,
      name: one.id,
      keyType: 'apikey',
      valid: 'true',
    })
    await member.ask('DELETE', `${paths[0]}/${one.id}`)
    expect(await credentialOf(one.id)).toBeUndefined()
    const side = await credentialOf(two.id)
    expect((await admin.ask('DELETE', `/core/v1/credentials/${side?.id}`)).status).toBe(204)
    expect(await isGood(two.token)).toBe(false)
    expect((await member.ask('GET', `${paths[0]}/${two.id}`)).problem).toBe(2)
  })

  test('goes with its user, and with the last role that is bound to him', async () => {
    const { admin } = world()
    const [gone, unbound] = [await world().person('viewer'), await world().person('member')]
    expect((await admin.ask('DELETE', `/core/v1/users/${gone.id}`)).status).toBe(204)
    const [binding] = (await admin.ask('GET', `/core/v1/users/${unbound.id}/roleBindings`)).json.items
    expect((await admin.ask('DELETE', `/core/v1/roleBindings/${binding?.id}`)).status).toBe(204)
    for (const { id, token } of [gone, unbound]) {
      expect((await askAstra(world().url, token, 'GET', '')).problem).toBe(4)
      expect((await admin.ask('GET', `/core/v1/users/${id}`)).problem).toBe(2)
    }
  })

  test('lets nobody in whose user is disabled, until he is enabled again', async () => {
    const { admin } = world()
    const { id, token } = await world().person('member')
    const set = (isEnabled: string) =>
      admin.ask('PUT', `/core/v1/users/${id}`, { body: { ...USER, isEnabled } })
    await set('false')
    expect((await askAstra(world().url, token, 'GET', '')).problem).toBe(14)
    await set('true')
    expect((await askAstra(world().url, token, 'GET', '')).status).toBe(200)
  })

  test('of a user who is no member of the group is not found there', async () => {
    const outsider = await world().person('member')
    const through = `/core/v1/groups/${fixture.group}/users/${outsider.id}/tokens`
    expect((await outsider.ask('GET', through)).problem).toBe(2)
    expect((await outsider.ask('POST', through, { body: { ...TOKEN, name: 'x' } })).problem).toBe(2)
  })

  test.each([
    ['Basic YWRtaW46YWRtaW4=', 3],
    ['Bearer', 3],
    ['Bearer ', 3],
    ['', 3],
    ['Token x', 3],
    ['Bearer x', 4],
    ['Bearer ../../etc', 4],
    [`Bearer ${'A'.repeat(4000)}`, 4],
    [`Bearer ${'A'.repeat(43)}=, Bearer ${'A'.repeat(43)}=`, 4],
  ])('Authorization: %s is problem %p', async (authorization, problem) => {
    const answer = await askAstra(world().url, undefined, 'GET', '', { headers: { authorization } })
    expect(answer.problem).toBe(problem)
  })

  test('is known by any case of the scheme', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      const headers = { authorization: `${scheme} ${member.token}` }
      expect((await askAstra(world().url, undefined, 'GET', '', { headers })).status).toBe(200)
    }
  })

  test('of another API is none here, and is none there', async () => {
    const { url } = world()
    const made = await fetch(`${url}/v1/me/tokens`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa('admin:correct horse battery staple')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ audience: 'onezone', name: unique('for onezone') }),
    })
    const { token } = (await made.json()) as { readonly token: string }
    expect((await askAstra(url, token, 'GET', '')).problem).toBe(4)
    const there = await fetch(`${url}/api/v3/onezone/user`, { headers: { 'x-auth-token': member.token } })
    expect(there.status).toBe(401)
  })

  test('is in the content type that is asked for', async () => {
    const at = `${paths[0]}/${fixture.tokenId}`
    const typeFor = async (path: string, accept: string) =>
      (await member.ask('GET', path, { headers: { accept } })).headers.get('content-type')
    expect(await typeFor(at, '*/*')).toBe('application/json')
    expect(await typeFor(at, 'text/html')).toBe('application/json')
    expect(await typeFor(at, 'application/astra-token+json')).toBe('application/astra-token+json')
    expect(await typeFor(at, 'application/json, application/astra-token;q=0.5')).toBe(
      'application/astra-token',
    )
    expect(await typeFor(paths[0], 'application/astra-token+json')).toBe('application/json')
  })

  test('is made of a JSON body, whatever type that claims to be', async () => {
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/astra-user',
    ]) {
      const sent = { body: { ...TOKEN, name: 'x' }, headers: { 'content-type': type } }
      expect((await member.ask('POST', paths[0], sent)).status).toBe(201)
    }
  })
})
