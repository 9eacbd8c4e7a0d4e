import { beforeAll, describe, expect, test } from 'bun:test'
import { confineToken, decodeToken, parseCaveat } from '@jeton/token'
import { hmacSha256 } from '../../src/hmac.ts'
import { forgedToken } from './forged-token.ts'
import { onEachDatabase } from './on-each-database.ts'
import { FOREIGN, INVITE } from './sample-tokens.ts'
import {
  basic,
  bearer,
  outcomeOf,
  until,
  newNamedToken,
  newTemporaryToken,
  newToken,
  newUser,
  type TestUser,
  ZONE_DOMAIN,
} from './zone.ts'

/** The same token with another signature: one letter of it is another one. A `0` begins two that are one. */
function flipped(token: string): string {
  let at = token.length - 8
  while (token[at] === '0' || token[at - 1] === '0') at -= 1
  return token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1)
}

onEachDatabase((zone) => {
  let user: TestUser
  let other: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
    other = await newUser(zone())
  })

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    zone().ask('POST', `/tokens/${path}`, { body, headers })
  const verify = async (token: string, more: object = {}, headers: Record<string, string> = {}) =>
    outcomeOf(await post('verify_access_token', { token, ...more }, headers))
  const identify = async (token: string, more: object = {}) =>
    outcomeOf(await post('verify_identity_token', { token, ...more }))
  const invited = async (token: string, more: object = {}) =>
    outcomeOf(await post('verify_invite_token', { token, ...more }))
  const withCaveats = (...caveats: object[]) => newToken(zone(), user.id, { caveats })
  const identityOf = ({ id }: TestUser, more = {}) =>
    newToken(zone(), id, { type: { identityToken: {} }, ...more })

  describe('a good token', () => {
    test('is told with its subject and no end', async () => {
      const answer = await post('verify_access_token', { token: user.token })
      expect(answer.status).toBe(200)
      expect(answer.parsed).toEqual({ subject: { type: 'user', id: user.id }, ttl: null })
      const identity = await post('verify_identity_token', { token: await identityOf(user) })
      expect(identity.parsed).toEqual({ subject: { type: 'user', id: user.id }, ttl: null })
    })

    test('is told with the seconds to the earliest end', async () => {
      const now = zone().ambient.now()
      const token = await withCaveats(until(now + 7200), until(now + 3600))
      expect((await post('verify_access_token', { token })).json.ttl).toBe(3600)
    })

    test('is good to the last second, and not at its end', async () => {
      const token = await withCaveats(until(zone().ambient.now() + 2))
      zone().ambient.advanceSeconds(1)
      expect(await verify(token)).toBe('accepted')
      zone().ambient.advanceSeconds(1)
      expect(await verify(token)).toBe('400 tokenCaveatUnverified')
    })

    test('is good at any domain it names: nobody signs that', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id)
      const { token } = (await zone().asAdmin('GET', `/tokens/named/${tokenId}`)).json
      expect(decodeToken(token).location).toBe(ZONE_DOMAIN)
      expect(await verify(`opw-${token}`)).toBe('accepted')
    })
  })

  describe('a bad token', () => {
    test('with another signature is invalid', async () => {
      expect(await verify(flipped(user.token))).toBe('400 tokenInvalid')
    })

    test('of another zone is invalid', async () => {
      expect(await verify(FOREIGN)).toBe('400 tokenInvalid')
    })

    test('is told by its failing caveat before its signature is looked at', async () => {
      const forged = flipped(await withCaveats(until(1)))
      expect(await verify(forged)).toBe('400 tokenCaveatUnverified')
    })

    test('is told by its unknown caveat, in its own words', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id)
      const answer = await post('verify_access_token', {
        token: forgedToken(`2/nmd/usr-${user.id}/act/${tokenId}`, ['foo = bar']),
      })
      expect(answer.parsed).toEqual({
        error: {
          id: 'tokenCaveatUnknown',
          details: { caveat: 'foo = bar' },
          description: "Unknown caveat - 'foo = bar'.",
        },
      })
    })

    test('that is revoked is told so before its caveats', async () => {
      const { tokenId, token } = await newNamedToken(zone(), user.id, { caveats: [until(1)] })
      await zone().asAdmin('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
      expect(await verify(token)).toBe('400 tokenRevoked')
    })

    test.each([
      ['an older generation', 0, '400 tokenRevoked'],
      ['a generation to come', 99, '400 tokenInvalid'],
    ])('of %s is told so before its caveats', async (_, generation, expected) => {
      await newTemporaryToken(zone(), user.id)
      const token = forgedToken(`2/tmp-${generation}/usr-${user.id}/act/x`, ['time < 1'])
      expect(await verify(token)).toBe(expected)
    })

    test.each([
      ['a group', 'grp-g1'],
      ['nobody', 'nobody'],
      ['a provider', 'prv-p1'],
      ['a user who is not there', 'usr-none'],
      ['a user with a NUL in his id', 'usr-a\0b'],
      ['a user without id', 'usr-'],
    ])('forged for %s is invalid', async (_, subject) => {
      expect(await verify(forgedToken(`2/tmp-1/${subject}/act/x`))).toBe('400 tokenInvalid')
      expect(await verify(forgedToken(`2/nmd/${subject}/act/x`))).toBe('400 tokenInvalid')
      expect(await verify(forgedToken(`2/nmd/${subject}/act/x\0y`))).toBe('400 tokenInvalid')
    })

    test('of the first version without a record is invalid', async () => {
      expect(await verify(forgedToken('legacyid1'))).toBe('400 tokenInvalid')
    })

    test('that names another subject than its record is told tokenSubjectInvalid', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id)
      const forged = forgedToken(`2/nmd/usr-${other.id}/act/${tokenId}`)
      expect(await verify(forged)).toBe('400 tokenSubjectInvalid')
    })

    test('of a blocked user is told so, after caveats and signature', async () => {
      const blocked = await newUser(zone())
      const expired = await newToken(zone(), blocked.id, { caveats: [until(1)] })
      await zone().asAdmin('PATCH', `/users/${blocked.id}/access_block`, { blocked: true })
      expect(await verify(blocked.token)).toBe('400 userBlocked')
      expect(await verify(expired)).toBe('400 tokenCaveatUnverified')
      expect(await verify(flipped(blocked.token))).toBe('400 tokenInvalid')
    })
  })

  describe('the kind of token', () => {
    test('is told in the words of the reference', async () => {
      const answer = await post('verify_access_token', { token: INVITE })
      expect(answer.parsed).toEqual({
        error: {
          id: 'notAnAccessToken',
          details: {
            received: {
              inviteToken: { inviteType: 'userJoinGroup', groupId: 'GroupId', parameters: {} },
            },
          },
          description:
            'Expected an access token, but received a(n) invite token for a user to join group "GroupId".',
        },
      })
    })

    test('must be the one that was asked for', async () => {
      expect(await verify(await identityOf(user))).toBe('400 notAnAccessToken')
      expect(await identify(INVITE)).toBe('400 notAnIdentityToken')
      expect(await invited(user.token)).toBe('400 notAnInviteToken')
      expect(await invited(INVITE, { expectedInviteType: 'groupJoinGroup' })).toBe('400 notAnInviteToken')
    })

    test('comes before everything else that may be wrong with the token', async () => {
      expect(await verify(await identityOf(user, { revoked: true }))).toBe('400 notAnAccessToken')
    })

    test("of a user's access token is no identity, but its own failures come first", async () => {
      expect(await identify(user.token)).toBe('400 notAnIdentityToken')
      expect(await identify(await withCaveats(until(1)))).toBe('400 tokenCaveatUnverified')
    })

    test('of an invite from elsewhere is right, and the token is invalid', async () => {
      expect(await invited(INVITE)).toBe('400 tokenInvalid')
      expect(await invited(INVITE, { expectedInviteType: 'userJoinGroup' })).toBe('400 tokenInvalid')
    })
  })

  describe('the address', () => {
    let local: string
    let elsewhere: string
    beforeAll(async () => {
      local = await withCaveats({ type: 'ip', whitelist: ['127.0.0.1'] })
      elsewhere = await withCaveats({ type: 'ip', whitelist: ['203.0.113.0/24', '10.0.0.0/8'] })
    })

    test("is the asker's own when none is said", async () => {
      expect(await verify(local)).toBe('accepted')
      expect(await verify(elsewhere)).toBe('400 tokenCaveatUnverified')
    })

    test('is the one that is said', async () => {
      expect(await verify(elsewhere, { peerIp: '203.0.113.9' })).toBe('accepted')
      expect(await verify(elsewhere, { peerIp: '203.0.114.9' })).toBe('400 tokenCaveatUnverified')
      expect(await verify(local, { peerIp: '203.0.113.9' })).toBe('400 tokenCaveatUnverified')
    })

    test('is unknown when null is said, and then meets no caveat', async () => {
      expect(await verify(local, { peerIp: null })).toBe('400 tokenCaveatUnverified')
    })

    test('is looked up for asn and geo caveats; unknown fails whitelist and blacklist alike', async () => {
      const asn = await withCaveats({ type: 'asn', whitelist: [64_500] })
      const country = await withCaveats({ type: 'geo.country', filter: 'blacklist', list: ['PL'] })
      const region = await withCaveats({ type: 'geo.region', filter: 'whitelist', list: ['EU'] })
      for (const token of [asn, country, region]) {
        expect(await verify(token, { peerIp: '203.0.113.9' })).toBe('400 tokenCaveatUnverified')
      }
      zone().ipFacts.current = {
        asnOf: () => 64_500,
        countryOf: () => ({ country: 'DE', continent: 'EU', isInEu: true }),
      }
      for (const token of [asn, country, region]) {
        expect(await verify(token, { peerIp: '203.0.113.9' })).toBe('accepted')
      }
    })
  })

  describe('the consumer', () => {
    let forOther: string
    beforeAll(async () => {
      forOther = await withCaveats({ type: 'consumer', whitelist: [`usr-${other.id}`] })
    })

    test('is who asks, by token or by password', async () => {
      expect(await verify(forOther, {}, bearer(other.token))).toBe('accepted')
      expect(await verify(forOther, {}, basic(other))).toBe('accepted')
      expect(await verify(forOther, {}, bearer(user.token))).toBe('400 tokenCaveatUnverified')
      expect(await verify(forOther)).toBe('400 tokenCaveatUnverified')
    })

    test('is nobody when nobody says who he is, and only then', async () => {
      const forNobody = parseCaveat('consumer = nobody')
      if (forNobody === undefined) throw new Error('the caveat should parse')
      const token = confineToken(user.token, [forNobody], hmacSha256)
      expect(await verify(token)).toBe('accepted')
      expect(await verify(token, {}, bearer(other.token))).toBe('400 tokenCaveatUnverified')
      const consumerToken = await identityOf(other)
      expect(await verify(token, { consumerToken })).toBe('400 tokenCaveatUnverified')
      // Who authenticates with it has said who he is, and who the consumer is remains unknown.
      const used = await zone().ask('GET', '/user', { headers: bearer(token) })
      expect(outcomeOf(used)).toBe('401 unauthorized tokenCaveatUnverified')
    })

    test('is whose identity token is shown, whoever asks', async () => {
      const consumerToken = await identityOf(other)
      expect(await verify(forOther, { consumerToken })).toBe('accepted')
      expect(await verify(forOther, { consumerToken: await identityOf(user) }, bearer(other.token))).toBe(
        '400 tokenCaveatUnverified',
      )
    })

    test.each([
      ['an access token', () => other.token, 'notAnIdentityToken'],
      ['of another zone', () => FOREIGN, 'tokenInvalid'],
      ['revoked', () => identityOf(other, { revoked: true }), 'tokenRevoked'],
    ])('token is refused when it is %s, before the token itself', async (_, consumerToken, reason) => {
      const body = { consumerToken: await consumerToken() }
      expect(await verify(FOREIGN, body)).toBe(`400 badConsumerToken ${reason}`)
    })

    test('token is judged at the address and interface that are said', async () => {
      const caveats = [
        { type: 'ip', whitelist: ['203.0.113.9'] },
        { type: 'interface', interface: 'graphsync' },
      ]
      const consumerToken = await identityOf(other, { caveats })
      const said = { peerIp: '203.0.113.9', interface: 'graphsync', consumerToken }
      expect(await verify(forOther, said)).toBe('accepted')
      expect(await verify(forOther, { ...said, interface: 'rest' })).toBe(
        '400 badConsumerToken tokenCaveatUnverified',
      )
    })

    test('of any kind is met by every user, a group by nobody', async () => {
      const forUsers = await withCaveats({ type: 'consumer', whitelist: ['usr-*'] })
      const forGroup = await withCaveats({ type: 'consumer', whitelist: ['grp-*', 'grp-g1', 'prv-*'] })
      expect(await verify(forUsers, {}, bearer(other.token))).toBe('accepted')
      expect(await verify(forGroup, {}, bearer(other.token))).toBe('400 tokenCaveatUnverified')
    })

    test('of a token says nothing about its subject: that is who is told', async () => {
      const answer = await post('verify_access_token', { token: forOther }, bearer(other.token))
      expect(answer.json.subject).toEqual({ type: 'user', id: user.id })
    })
  })

  describe('the interface', () => {
    test('is unknown unless said, and then no caveat is met', async () => {
      const token = await withCaveats({ type: 'interface', interface: 'rest' })
      expect(await verify(token)).toBe('400 tokenCaveatUnverified')
      expect(await verify(token, { interface: 'rest' })).toBe('accepted')
      expect(await verify(token, { interface: 'oneclient' })).toBe('400 tokenCaveatUnverified')
    })
  })

  describe('the service', () => {
    test('is Onezone itself', async () => {
      expect(await verify(await withCaveats({ type: 'service', whitelist: ['ozw-*'] }))).toBe('accepted')
      const token = await withCaveats({ type: 'service', whitelist: ['opw-*'] })
      expect(await verify(token)).toBe('400 tokenCaveatUnverified')
    })

    test('token is looked at once the body is good', async () => {
      const serviceToken = await identityOf(other)
      expect(await verify(user.token, { serviceToken })).toBe('400 badServiceToken tokenInvalid')
      expect(await verify(user.token, { serviceToken, peerIp: 1 })).toBe('400 badValueIPv4Address')
      // It is a key of access tokens' verification alone.
      expect(await identify(await identityOf(user), { serviceToken })).toBe('accepted')
    })
  })

  test('caveats on data are met when the asker will see to them', async () => {
    const token = await withCaveats({ type: 'data.readonly' }, { type: 'data.path', whitelist: ['L3Mx'] })
    expect(await verify(token)).toBe('400 tokenCaveatUnverified')
    expect(await verify(token, { allowDataAccessCaveats: false })).toBe('400 tokenCaveatUnverified')
    expect(await verify(token, { allowDataAccessCaveats: true })).toBe('accepted')
  })

  test('caveats on calls are left to where the calls are made', async () => {
    const token = await withCaveats({ type: 'api', whitelist: ['opw/get/op_space.*.*:*'] })
    expect(await verify(token)).toBe('accepted')
  })

  test('caveats that a kind of token does not know make it unverified', async () => {
    const identity = await identityOf(user, { caveats: [{ type: 'api', whitelist: ['all/all/*.*.*:*'] }] })
    expect(await identify(identity)).toBe('400 tokenCaveatUnverified')
    expect(await verify(await withCaveats({ scope: 'identityToken' }))).toBe('400 tokenCaveatUnverified')
  })
})
