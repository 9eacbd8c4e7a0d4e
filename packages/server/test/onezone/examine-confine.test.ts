import { beforeAll, describe, expect, test } from 'bun:test'
import { confineToken } from '@jeton/token'
import { hmacSha256 } from '../../src/hmac.ts'
import { forgedToken } from './forged-token.ts'
import { onEachDatabase } from './on-each-database.ts'
import { FOREIGN, INVITE } from './sample-tokens.ts'
import { errorIds, newTemporaryToken, newToken, newUser, outcomeOf, type TestUser, until } from './zone.ts'

onEachDatabase((zone) => {
  let user: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
  })

  const post = (path: string, body: object) => zone().ask('POST', `/tokens/${path}`, { body })
  const confine = (token: string, ...caveats: object[]) => post('confine', { token, caveats })
  const verify = async (token: string, more: object = {}) =>
    outcomeOf(await post('verify_access_token', { token, ...more }))
  const identityOf = ({ id }: TestUser) => newToken(zone(), id, { type: { identityToken: {} } })

  describe('examination', () => {
    test('tells what a foreign token says of itself, unverified', async () => {
      const answer = await post('examine', { token: FOREIGN })
      expect(answer.status).toBe(200)
      expect(answer.parsed).toEqual({
        onezoneDomain: 'zone.example.org',
        id: 't1',
        persistence: 'named',
        subject: { type: 'user', id: 'u1' },
        type: { accessToken: {} },
        caveats: [],
      })
    })

    test('does not show a generation', async () => {
      const token = await newTemporaryToken(zone(), user.id)
      const { caveats } = (await post('examine', { token })).json
      expect(caveats).toEqual([until(zone().ambient.now() + 3600)])
      expect((await post('examine', { token })).json).toMatchObject({ persistence: 'temporary' })
    })

    test('of a token with a caveat that nobody can read says which', async () => {
      const answer = await post('examine', { token: forgedToken('2/nmd/usr-u1/act/t1', ['time < soon']) })
      expect(`${answer.status} ${errorIds(answer)}`).toBe('400 tokenCaveatUnknown')
    })

    test('shows caveats that nobody gets by asking, in the form that Onezone gives them', async () => {
      const token = forgedToken('+2/tmp-05/usr-/act/', [
        'time < +007',
        'ip = /10.0.0.0//08',
        'geo.country != POL|',
        'consumer = nobody|usr-',
        'api = ozw/get/user..',
        'data.path = L3N=|',
        'data.objectid = zz',
      ])
      expect((await post('examine', { token })).parsed).toEqual({
        onezoneDomain: 'zone.example.org',
        id: '',
        persistence: 'temporary',
        subject: { type: 'user', id: '' },
        type: { accessToken: {} },
        caveats: [
          { type: 'time', validUntil: 7 },
          { type: 'ip', whitelist: ['10.0.0.0/8'] },
          { type: 'geo.country', filter: 'blacklist', list: ['POL', ''] },
          { type: 'consumer', whitelist: ['nobody', 'usr-'] },
          { type: 'api', whitelist: ['ozw/get/user..:private'] },
          { type: 'data.path', whitelist: ['L3M=', ''] },
          { type: 'data.objectid', whitelist: ['zz'] },
        ],
      })
    })

    test('of an invite shows its parameters, always empty', async () => {
      const { json } = await post('examine', { token: INVITE })
      expect(json).toMatchObject({
        type: { inviteToken: { inviteType: 'userJoinGroup', groupId: 'GroupId', parameters: {} } },
      })
    })
  })

  describe('confinement', () => {
    test('adds caveats in their order, and what comes of it is the token narrowed', async () => {
      const caveats = [{ type: 'interface', interface: 'rest' }, until(2_000_000_000)]
      const { token } = (await confine(user.token, ...caveats)).json
      expect(token).toBe(
        confineToken(
          user.token,
          [
            { type: 'interface', interface: 'rest' },
            { type: 'time', validUntil: 2_000_000_000 },
          ],
          hmacSha256,
        ),
      )
      expect((await post('examine', { token })).json.caveats).toEqual(caveats)
      expect(await verify(token, { interface: 'rest' })).toBe('accepted')
      expect(await verify(token)).toBe('400 tokenCaveatUnverified')
    })

    test('by nothing is the same token, without its prefix', async () => {
      expect((await confine(`opp-${user.token}`)).json.token).toBe(user.token)
    })

    test('takes the same caveat twice', async () => {
      const { token } = (await confine(user.token, until(2_000_000_000), until(2_000_000_000))).json
      expect((await post('examine', { token })).json.caveats).toHaveLength(2)
    })

    test('does not look at revocation, expiry or signature', async () => {
      const revoked = await newToken(zone(), user.id, { revoked: true, caveats: [until(1)] })
      expect((await confine(revoked, until(5))).status).toBe(200)
    })

    test('of a foreign token is refused: its subject is not here', async () => {
      expect(outcomeOf(await confine(FOREIGN))).toBe('400 tokenSubjectInvalid')
    })

    test("of a blocked user's token is refused", async () => {
      const blocked = await newUser(zone())
      await zone().asAdmin('PATCH', `/users/${blocked.id}/access_block`, { blocked: true })
      expect(outcomeOf(await confine(blocked.token))).toBe('400 userBlocked')
    })

    test('to a service that the subject may not use is refused; of an identity token nobody asks', async () => {
      const service = { type: 'service', whitelist: ['opw-p1'] }
      expect(outcomeOf(await confine(user.token, service))).toBe('400 tokenServiceForbidden')
      expect(outcomeOf(await confine(await identityOf(user), service))).toBe('accepted')
    })
  })
})
