import { beforeAll, describe, expect, test } from 'bun:test'
import { onEachDatabase } from './on-each-database.ts'
import { type Ask, bearer, errorIds, newNamedToken, newToken, newUser, type TestUser } from './zone.ts'

/**
 * The order of the checks. Each case breaks two neighbouring rules at once; the earlier one must be what the caller
 * is told.
 */
onEachDatabase((zone) => {
  let owner: TestUser
  let stranger: TestUser
  let tokenId: string
  let narrow: string
  beforeAll(async () => {
    owner = await newUser(zone())
    stranger = await newUser(zone())
    tokenId = (await newNamedToken(zone(), owner.id)).tokenId
    narrow = await newToken(zone(), stranger.id, {
      caveats: [{ type: 'api', whitelist: ['ozw/get/space.*.*:*'] }],
    })
  })

  const outcome = async (method: string, path: string, ask: Ask) => {
    const answer = await zone().ask(method, path, ask)
    return `${answer.status} ${errorIds(answer)}`.trim()
  }
  const create = (kind: 'named' | 'temporary') => (userId: string, body: object) =>
    outcome('POST', `/users/${userId}/tokens/${kind}`, { headers: bearer(zone().adminToken), body })
  const createNamed = create('named')
  const createTemporary = create('temporary')
  const text = { 'content-type': 'text/plain' }
  const bad = bearer('x')
  const html = { accept: 'text/html' }
  const named = () => `/tokens/named/${tokenId}`

  describe('of a request', () => {
    const cases: readonly (readonly [
      first: string,
      second: string,
      outcome: string,
      ask: () => [method: string, path: string, ask: Ask],
    ])[] = [
      ['the route', 'the method', '404', () => ['PUT', '/no/such/path', { headers: bad }]],
      ['the method', 'authentication', '405', () => ['PUT', named(), { headers: bad }]],
      [
        'authentication',
        'the accepted type',
        '401 unauthorized badToken',
        () => ['GET', named(), { headers: { ...bad, ...html } }],
      ],
      [
        'the accepted type',
        'the content type',
        '406',
        () => ['PATCH', named(), { headers: { ...html, ...text }, rawBody: '{' }],
      ],
      [
        'the content type',
        'the circuit breaker',
        '415',
        () => {
          zone().disk.isNearlyFull = true
          return ['PATCH', named(), { headers: text, rawBody: '{' }]
        },
      ],
      [
        'the circuit breaker',
        'the JSON',
        '503 serviceUnavailable',
        () => {
          zone().disk.isNearlyFull = true
          return ['POST', '/user/tokens/named', { rawBody: '{' }]
        },
      ],
      [
        'the JSON',
        'the entity',
        '400 malformedData',
        () => ['PATCH', '/tokens/named/none', { rawBody: '{' }],
      ],
      [
        'the entity',
        "the caller's caveats",
        '404 notFound',
        () => ['PATCH', '/tokens/named/none', { headers: bearer(narrow), body: {} }],
      ],
      ['the entity', 'authorization', '404 notFound', () => ['GET', '/tokens/named/none', {}]],
      [
        "the caller's caveats",
        'authorization',
        '401 unauthorized tokenCaveatUnverified',
        () => ['PATCH', named(), { headers: bearer(narrow), body: {} }],
      ],
      [
        'authorization',
        'a body that is no object',
        '403 forbidden',
        () => ['PATCH', named(), { headers: bearer(stranger.token), body: [] }],
      ],
      ['authorization', 'the fields', '401 unauthorized', () => ['PATCH', named(), { body: { name: 1 } }]],
      [
        'the fields',
        'the operation',
        '400 badValueBoolean',
        () => [
          'POST',
          '/user/tokens/named',
          {
            headers: bearer(owner.token),
            body: { name: 'ok', revoked: 1, type: { accessToken: { sessionId: 's' } } },
          },
        ],
      ],
    ]
    for (const [first, second, expected, ask] of cases) {
      test(`${first} comes before ${second}: ${expected}`, async () => {
        try {
          expect(await outcome(...ask())).toBe(expected)
        } finally {
          zone().disk.isNearlyFull = false
        }
      })
    }

    test('a body that is no object is malformedData once the caller may', async () => {
      for (const body of [[], 'x', 1, null]) {
        expect(await outcome('PATCH', named(), { headers: bearer(owner.token), body })).toBe(
          '400 malformedData',
        )
      }
    })

    test('no body at all is an empty object, whatever its content type', async () => {
      const empty = { headers: { ...bearer(owner.token), ...text } }
      expect(await outcome('PATCH', named(), empty)).toBe('400 missingAtLeastOneValue')
    })

    test('bodies of GET and DELETE are not looked at', async () => {
      const headers = { ...bearer(owner.token), ...text }
      expect(await outcome('DELETE', '/user/tokens/temporary', { headers, rawBody: '{' })).toBe('204')
    })
  })

  describe("of a named token's creation", () => {
    const blocked = { type: 'service', whitelist: ['opw-p1'] }
    const session = { accessToken: { sessionId: 's1' } }
    const unknown = 'c0ffee00c0ffee00c0ffee00c0ffee00ch0000'
    let blockedUser: TestUser
    let takenName: string
    beforeAll(async () => {
      blockedUser = await newUser(zone())
      takenName = (await newNamedToken(zone(), blockedUser.id)).name
      await zone().asAdmin('PATCH', `/users/${blockedUser.id}/access_block`, { blocked: true })
    })

    test.each([
      ['the type, malformed', 'the name', 'badValueTokenType', { name: 1, type: {} }],
      ['the name', 'caveats', 'badValueName', { name: 'x', caveats: 1 }],
      ['caveats', 'customMetadata', 'badData', { name: 'ok', caveats: 1, customMetadata: 1 }],
      ['customMetadata', 'revoked', 'badValueJSON', { name: 'ok', customMetadata: 1, revoked: 1 }],
      ['revoked', 'the type, no object', 'badValueBoolean', { name: 'ok', revoked: 1, type: 1 }],
      ['the type', 'the subject', 'badValueTokenType', { name: 'ok', type: 1 }],
      ['the subject', 'the session', 'tokenSubjectInvalid', { name: 'ok', type: session }],
    ])('%s comes before %s: %s', async (_first, _second, id, body) => {
      expect(await createNamed(unknown, body)).toBe(`400 ${id}`)
    })

    test('a blocked subject comes before the session: userBlocked', async () => {
      expect(await createNamed(blockedUser.id, { name: 'ok', type: session })).toBe('400 userBlocked')
    })

    test('a blocked subject comes before a name that is taken: userBlocked', async () => {
      expect(await createNamed(blockedUser.id, { name: takenName })).toBe('400 userBlocked')
    })

    test('the session comes before the services: tokenSessionInvalid', async () => {
      expect(await createNamed(owner.id, { name: 'ok', type: session, caveats: [blocked] })).toBe(
        '400 tokenSessionInvalid',
      )
    })

    test('the services come before a name that is taken: tokenServiceForbidden', async () => {
      const { name } = await newNamedToken(zone(), owner.id)
      expect(await createNamed(owner.id, { name, caveats: [blocked] })).toBe('400 tokenServiceForbidden')
      expect(await createNamed(owner.id, { name })).toBe('400 badValueIdentifierOccupied')
    })

    test('an invite: target, right to invite, usage limit, subject', async () => {
      const registering = (adminUserId: string) => ({
        name: 'ok',
        type: { inviteToken: { inviteType: 'registerOneprovider', adminUserId } },
      })
      const badLimit = { usageLimit: 0 }
      expect(await createNamed(unknown, { ...registering('nobody'), ...badLimit })).toBe(
        '400 inviteTokenTargetIdInvalid',
      )
      expect(await createNamed(unknown, { ...registering(owner.id), ...badLimit })).toBe(
        '400 inviteTokenSubjectNotAuthorized',
      )
      expect(await createNamed(blockedUser.id, { ...registering(blockedUser.id), ...badLimit })).toBe(
        '400 badValueTooLow',
      )
      expect(await createNamed(blockedUser.id, registering(blockedUser.id))).toBe('400 userBlocked')
    })
  })

  describe("of a temporary token's creation", () => {
    test('caveats, type, subject, services, lifetime', async () => {
      const service = { type: 'service', whitelist: ['opw-p1'] }
      expect(await createTemporary('none', { caveats: 1, type: 1 })).toBe('400 badData')
      expect(await createTemporary('none', { type: 1 })).toBe('400 badValueTokenType')
      expect(await createTemporary('none', {})).toBe('400 tokenSubjectInvalid')
      expect(await createTemporary(owner.id, { caveats: [service] })).toBe('400 tokenServiceForbidden')
      expect(await createTemporary(owner.id, {})).toBe('400 tokenTimeCaveatRequired')
    })
  })
})
