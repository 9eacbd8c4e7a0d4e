import { beforeAll, describe, expect, test } from 'bun:test'
import { selectCredential } from '../../src/dialects/onezone/auth.ts'
import { startNode } from '../../testing/start-node.ts'
import { onEachDatabase } from './on-each-database.ts'
import {
  ADMIN,
  BASE,
  basic,
  bearer,
  errorIds,
  newNamedToken,
  newTemporaryToken,
  newToken,
  newUser,
  type TestUser,
  type Zone,
} from './zone.ts'

describe('the one credential that counts', () => {
  const all = { 'X-Auth-Token': 'x', Authorization: 'Bearer b', Macaroon: 'm' }
  test.each([
    [all, { kind: 'token', text: 'x' }],
    [
      { Authorization: 'Bearer b', Macaroon: 'm' },
      { kind: 'token', text: 'b' },
    ],
    [
      { Authorization: 'Basic p', Macaroon: 'm' },
      { kind: 'token', text: 'm' },
    ],
    [
      { Authorization: 'Basic p', 'X-Auth-Token': 'x' },
      { kind: 'token', text: 'x' },
    ],
    [{ Authorization: 'Basic p' }, { kind: 'basic', encoded: 'p' }],
    [{ macaroon: 'm' }, { kind: 'token', text: 'm' }],
    // An empty header is a credential, and a bad one.
    [
      { 'X-Auth-Token': '', Authorization: 'Bearer b' },
      { kind: 'token', text: '' },
    ],
    // Scheme words have their case and one space.
    [{ Authorization: 'bearer b' }, { kind: 'none' }],
    [{ Authorization: 'BASIC p' }, { kind: 'none' }],
    [{ Authorization: 'Digest d' }, { kind: 'none' }],
    [{ Authorization: 'Bearer' }, { kind: 'none' }],
    [{ Cookie: 'SID=s' }, { kind: 'none' }],
    [{}, { kind: 'none' }],
  ] as const)('of %j is %j', (headers, credential) => {
    expect(selectCredential(new Headers(headers))).toEqual(credential)
  })
})

onEachDatabase((zone) => {
  let user: TestUser
  let other: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
    other = await newUser(zone())
  })

  const who = async (headers: Record<string, string>) => {
    const answer = await zone().ask('GET', '/user', { headers })
    return answer.status === 200 ? answer.json.userId : `${answer.status} ${errorIds(answer)}`
  }

  const refused = async (token: string) => who({ 'x-auth-token': token })
  const identityOf = ({ id }: TestUser, more = {}) =>
    newToken(zone(), id, { type: { identityToken: {} }, ...more })
  const outcome = (username: string, password: string) => who(basic({ username, password }))
  const raw = (encoded: string) => who({ authorization: `Basic ${encoded}` })

  test('a token says who calls, in each of the three headers', async () => {
    expect(await who({ 'x-auth-token': user.token })).toBe(user.id)
    expect(await who(bearer(user.token))).toBe(user.id)
    expect(await who({ macaroon: user.token })).toBe(user.id)
  })

  test('a user name with a password says who calls', async () => {
    expect(await who(basic(user))).toBe(user.id)
  })

  test('of two good credentials the first in rank counts', async () => {
    expect(await who({ 'x-auth-token': user.token, ...bearer(other.token) })).toBe(user.id)
    expect(await who({ macaroon: other.token, ...bearer(user.token) })).toBe(user.id)
    expect(await who({ macaroon: user.token, ...basic(other) })).toBe(user.id)
  })

  test('a bad token is an error although a good password stands beside it', async () => {
    expect(await who({ 'x-auth-token': 'x', ...basic(user) })).toBe('401 unauthorized badToken')
    expect(await who({ macaroon: 'x', ...basic(user) })).toBe('401 unauthorized badToken')
    expect(await who({ 'x-auth-token': '', ...bearer(user.token) })).toBe('401 unauthorized badToken')
  })

  test('the refusal of a revoked token reads as in the reference', async () => {
    const { tokenId, token } = await newNamedToken(zone(), user.id)
    await zone().asAdmin('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
    const answer = await zone().ask('GET', '/user', { headers: bearer(token) })
    expect(answer.status).toBe(401)
    expect(answer.parsed).toEqual({
      error: {
        id: 'unauthorized',
        details: { authError: { id: 'tokenRevoked', description: 'Provided token has been revoked.' } },
        description: 'Provided authentication is not valid (see details).',
      },
    })
  })

  test('a credential is checked on public operations too', async () => {
    const answer = await zone().ask('GET', '/health', { headers: bearer('x') })
    expect(answer.status).toBe(401)
  })

  describe('a token that is sent', () => {
    test('twice is no token', async () => {
      expect(await refused(`${user.token}, ${user.token}`)).toBe('401 unauthorized badToken')
      expect(await who({ authorization: `Bearer ${user.token}, Bearer ${user.token}` })).toBe(
        '401 unauthorized badToken',
      )
    })

    test('as an identity token is not an access token', async () => {
      const token = await newToken(zone(), user.id, { type: { identityToken: {} } })
      expect(await refused(token)).toBe('401 unauthorized notAnAccessToken')
    })

    test('for a blocked user is refused, and good again afterwards', async () => {
      const blocked = await newUser(zone())
      await zone().asAdmin('PATCH', `/users/${blocked.id}/access_block`, { blocked: true })
      expect(await refused(blocked.token)).toBe('401 unauthorized userBlocked')
      await zone().asAdmin('PATCH', `/users/${blocked.id}/access_block`, { blocked: false })
      expect(await refused(blocked.token)).toBe(blocked.id)
    })

    test('by a deleted user is invalid', async () => {
      const deleted = await newUser(zone())
      const temporary = await newTemporaryToken(zone(), deleted.id)
      await zone().asAdmin('DELETE', `/users/${deleted.id}`)
      expect(await refused(deleted.token)).toBe('401 unauthorized tokenInvalid')
      expect(await refused(temporary)).toBe('401 unauthorized tokenInvalid')
    })

    test.each([
      ['an interface that is not REST', { type: 'interface', interface: 'graphsync' }],
      ['another address', { type: 'ip', whitelist: ['10.0.0.0/8'] }],
      ['a consumer, and none is there', { type: 'consumer', whitelist: ['usr-*'] }],
      ['data alone', { type: 'data.readonly' }],
      ['data in oneclient', { type: 'interface', interface: 'oneclient' }],
      ['another service', { type: 'service', whitelist: ['opw-*'] }],
      ['the past', { type: 'time', validUntil: 1 }],
    ])('with a caveat for %s is refused', async (_, caveat) => {
      const token = await newToken(zone(), user.id, { caveats: [caveat] })
      expect(await refused(token)).toBe('401 unauthorized tokenCaveatUnverified')
    })

    test.each([
      ['REST', { type: 'interface', interface: 'rest' }],
      ['this address', { type: 'ip', whitelist: ['127.0.0.1'] }],
      ['Onezone itself', { type: 'service', whitelist: ['opw-*', 'ozw-onezone'] }],
      ['the future', { type: 'time', validUntil: 4_000_000_000 }],
      ['every call', { type: 'api', whitelist: ['all/all/*.*.*:*'] }],
    ])('with a caveat for %s is taken', async (_, caveat) => {
      expect(await refused(await newToken(zone(), user.id, { caveats: [caveat] }))).toBe(user.id)
    })
  })

  describe('the consumer token beside it', () => {
    let forOther: string
    beforeAll(async () => {
      const caveats = [{ type: 'consumer', whitelist: [`usr-${other.id}`] }]
      forOther = await newToken(zone(), user.id, { caveats })
    })
    const with_ = (consumer: string) => who({ ...bearer(forOther), 'x-onedata-consumer-token': consumer })

    test('meets a consumer caveat for its subject', async () => {
      expect(await with_(await identityOf(other))).toBe(user.id)
    })

    test('does not meet one for somebody else', async () => {
      expect(await with_(await identityOf(user))).toBe('401 unauthorized tokenCaveatUnverified')
    })

    test.each([
      ['no token', () => 'x', 'badToken'],
      ['sent twice', () => 'a, b', 'badToken'],
      ['an access token', () => other.token, 'notAnIdentityToken'],
      [
        'expired',
        () => identityOf(other, { caveats: [{ type: 'time', validUntil: 1 }] }),
        'tokenCaveatUnverified',
      ],
      [
        'itself for a consumer',
        () => identityOf(other, { caveats: [{ type: 'consumer', whitelist: [`usr-${other.id}`] }] }),
        'tokenCaveatUnverified',
      ],
    ])('is refused when it is %s', async (_, token, reason) => {
      expect(await with_(await token())).toBe(`401 unauthorized badConsumerToken ${reason}`)
    })

    test('is not looked at when the token is none', async () => {
      const headers = { ...bearer('x'), 'x-onedata-consumer-token': 'x' }
      expect(await who(headers)).toBe('401 unauthorized badToken')
    })

    test('is not looked at beside a password or nothing', async () => {
      expect(await who({ ...basic(user), 'x-onedata-consumer-token': 'x' })).toBe(user.id)
      expect(await who({ 'x-onedata-consumer-token': 'x' })).toBe('401 unauthorized')
    })
  })

  test('a service token is looked at beside a token that decodes, and not beside a password', async () => {
    const service = { 'x-onedata-service-token': 'x' }
    expect(await who({ ...bearer(user.token), ...service })).toBe('401 unauthorized badServiceToken badToken')
    expect(await who({ ...bearer('x'), ...service })).toBe('401 unauthorized badToken')
    expect(await who({ ...basic(user), ...service })).toBe(user.id)
  })

  const newBasicUser = async (change: (zone: Zone, id: string) => Promise<unknown>) => {
    const account = await newUser(zone())
    await change(zone(), account.id)
    return account
  }

  describe('Basic', () => {
    test.each([
      ['no base64', '!!!'],
      ['no colon', Buffer.from('admin').toString('base64')],
      ['a NUL', Buffer.from('a\0b:c').toString('base64')],
      ['broken UTF-8', Buffer.from([0xff, 0x3a, 0x61]).toString('base64')],
      ['two of them', `${Buffer.from('a:b').toString('base64')}, Basic x`],
    ])('with %s is badBasicCredentials', async (_, encoded) => {
      expect(await raw(encoded)).toBe('401 unauthorized badBasicCredentials')
    })

    test('of an unknown user and with a wrong password are told alike', async () => {
      expect(await outcome('nobody at all', 'password')).toBe('401 unauthorized badBasicCredentials')
      expect(await outcome(user.username, 'wrong')).toBe('401 unauthorized badBasicCredentials')
      expect(await outcome(user.username, '')).toBe('401 unauthorized badBasicCredentials')
    })

    test('takes a user name only: neither id nor e-mail address', async () => {
      expect(await outcome(user.id, user.password)).toBe('401 unauthorized badBasicCredentials')
      expect(await outcome('admin@example.org', 'correct horse battery staple')).toBe(
        '401 unauthorized badBasicCredentials',
      )
    })

    test('splits at the first colon: a password may hold more of them', async () => {
      const account = await newBasicUser((zone, id) =>
        zone.asAdmin('PATCH', `/users/${id}/basic_auth`, { newPassword: 'a:b:c:d:e' }),
      )
      expect(await outcome(account.username, 'a:b:c:d:e')).toBe(account.id)
    })

    test('of a blocked user is userBlocked, whatever the password', async () => {
      const account = await newBasicUser((zone, id) =>
        zone.asAdmin('PATCH', `/users/${id}/access_block`, { blocked: true }),
      )
      expect(await outcome(account.username, account.password)).toBe('401 unauthorized userBlocked')
      expect(await outcome(account.username, 'wrong')).toBe('401 unauthorized userBlocked')
    })

    test('switched off is basicAuthDisabled, whatever the password', async () => {
      const account = await newBasicUser((zone, id) =>
        zone.asAdmin('PATCH', `/users/${id}/basic_auth`, { basicAuthEnabled: false }),
      )
      expect(await outcome(account.username, account.password)).toBe('401 unauthorized basicAuthDisabled')
      expect(await outcome(account.username, 'wrong')).toBe('401 unauthorized basicAuthDisabled')
    })

    test('without a password set is basicAuthDisabled, switched on or off', async () => {
      const created = await zone().asAdmin('POST', '/users', { username: 'without' })
      expect(await outcome('without', 'any')).toBe('401 unauthorized basicAuthDisabled')
      const id = created.headers.get('location')?.split('/').at(-1)
      await zone().asAdmin('PATCH', `/users/${id}/basic_auth`, { basicAuthEnabled: true })
      expect(await outcome('without', 'any')).toBe('401 unauthorized basicAuthDisabled')
    })
  })
})

test('where passwords are off for the whole zone, a good one is told so and a broken header comes first', async () => {
  const node = await startNode('SQLite', {}, { 'basic-auth': 'false' })
  const outcome = async (authorization: string) => {
    const answer = await fetch(`${node.url}${BASE}/health`, { headers: { authorization } })
    const { error } = (await answer.json()) as { error: { details: { authError: { id: string } } } }
    return [answer.status, error.details.authError.id]
  }
  expect(await outcome(basic(ADMIN).authorization)).toEqual([401, 'basicAuthNotSupported'])
  expect(await outcome('Basic !')).toEqual([401, 'badBasicCredentials'])
  await node.stop()
})
