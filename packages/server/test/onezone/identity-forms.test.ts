import { confineToken, decodeToken } from '@jeton/token'
import { describe, expect, test } from 'bun:test'
import { nameOf } from '../../src/authority/named-token.ts'
import { verifyToken } from '../../src/authority/verify.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { forgedCopy, forgedToken } from './forged-token.ts'
import { as, IDENTITY, onEachSeededZone, outcomeOf, type SeededZone, type Subject } from './seeded-zone.ts'

/** A token of version 1, as it was issued before 20.02: its identifier is no more than the id of its record. */
async function legacyToken(
  zone: SeededZone,
  subject: Subject,
  caveats: readonly string[] = [],
  spelled: (id: string) => string = (id) => id,
): Promise<{ readonly id: string; readonly text: string }> {
  const { id } = await zone.named(subject)
  const record = await zone.deps.tokens.find(zone.tenant.id, 'onezone', id as never)
  if (record === undefined) throw new Error('the token was just made')
  const secret = zone.deps.keyRing.namedSecret(zone.tenant.id, 'onezone', id, record.key)
  const key = hmacSha256(new TextEncoder().encode('macaroons-key-generator'), secret)
  return { id, text: forgedToken(spelled(id), caveats, key) }
}

onEachSeededZone((zone) => {
  const identify = async (token: string, more: object = {}) =>
    zone().ask('POST', '/tokens/verify_identity_token', { body: { token, ...more } })
  const verify = async (token: string, more: object = {}) =>
    zone().ask('POST', '/tokens/verify_access_token', { body: { token, ...more } })
  const call = async (token: string) => outcomeOf(await zone().ask('GET', '/tokens/named', as(token)))
  const scoped = (token: string) => confineToken(token, [{ type: 'scope' }], hmacSha256)

  describe('an identity', () => {
    test('of a provider is told by its identity token and by its access token', async () => {
      const provider = await zone().provider()
      const subject = { type: 'oneprovider', id: provider.onezoneId }
      for (const token of [
        await zone().token(provider, { type: IDENTITY }),
        await zone().temporary(provider, { type: IDENTITY }),
        await zone().temporary(provider),
        provider.rootToken,
        `opw-${provider.rootToken}`,
        `opp-${provider.rootToken}`,
      ]) {
        const { status, json } = await identify(token)
        expect({ status, subject: json.subject }).toEqual({ status: 200, subject })
      }
    })

    test('is told by an access token that carries no authorization, which is good for nothing else', async () => {
      const provider = await zone().provider()
      const token = scoped(provider.rootToken)
      expect(outcomeOf(await identify(token))).toBe('accepted')
      expect(outcomeOf(await verify(token))).toBe('400 tokenCaveatUnverified')
      expect(await call(token)).toBe('401 unauthorized tokenCaveatUnverified')
      // It stands in for an identity token wherever one is asked for.
      const user = await zone().user()
      const whitelist = [`prv-${provider.onezoneId}`]
      const forProvider = await zone().token(user, { caveats: [{ type: 'consumer', whitelist }] })
      expect(outcomeOf(await verify(forProvider, { consumerToken: token }))).toBe('accepted')
    })

    test('of a user is told by no access token, after that has been verified', async () => {
      const user = await zone().user()
      expect(outcomeOf(await identify(await zone().token(user)))).toBe('400 notAnIdentityToken')
      expect(outcomeOf(await identify(scoped(await zone().token(user))))).toBe('400 notAnIdentityToken')
      const expired = await zone().token(user, { caveats: [{ type: 'time', validUntil: 1 }] })
      expect(outcomeOf(await identify(expired))).toBe('400 tokenCaveatUnverified')
      const forged = forgedCopy(await zone().token(user))
      expect(outcomeOf(await identify(forged))).toBe('400 tokenInvalid')
    })

    test('is told by no access token with a service or an api caveat', async () => {
      const provider = await zone().provider()
      for (const caveats of [
        [{ type: 'service', whitelist: ['ozw-onezone'] }],
        [{ type: 'api', whitelist: ['all/all/*.*.*:*'] }],
        [{ type: 'data.readonly' }],
      ] as const) {
        const token = await zone().token(provider, { caveats })
        expect(outcomeOf(await identify(token))).toBe('400 tokenCaveatUnverified')
      }
    })

    test('is told by no identity token with a scope', async () => {
      const token = scoped(await zone().token(await zone().provider(), { type: IDENTITY }))
      expect(outcomeOf(await identify(token))).toBe('400 tokenCaveatUnverified')
    })

    test('is told by no token of a session and no invite, whatever else is wrong with them', async () => {
      const [session, invite] = [
        forgedToken('2/nmd/prv-p1/act:s1/t1'),
        forgedToken('2/nmd/usr-u1/rop:u1:/t1'),
      ]
      expect(outcomeOf(await identify(session))).toBe('400 notAnIdentityToken')
      expect(outcomeOf(await identify(invite))).toBe('400 notAnIdentityToken')
    })
  })

  describe('a token of a session', () => {
    test('is issued to nobody', async () => {
      const headers = as(await zone().token(await zone().user())).headers
      const body = { name: 'of a session', type: { accessToken: { sessionId: 's1' } } }
      expect(outcomeOf(await zone().ask('POST', '/user/tokens/named', { headers, body }))).toBe(
        '400 tokenSessionInvalid',
      )
    })

    test('that was issued elsewhere under the same keys is tokenSessionInvalid, cookie or not', async () => {
      const { id } = await zone().named(await zone().user())
      const found = await zone().deps.tokens.find(zone().tenant.id, 'onezone', id as never)
      if (found === undefined) throw new Error('the token was just made')
      const subject = await zone().deps.verification.findNamed(zone().tenant.id, 'onezone', id)
      const secret = zone().deps.keyRing.namedSecret(zone().tenant.id, 'onezone', id, found.key)
      const key = hmacSha256(new TextEncoder().encode('macaroons-key-generator'), secret)
      const token = forgedToken(`2/nmd/usr-${subject?.subject.id}/act:s1/${id}`, [], key)
      expect(outcomeOf(await verify(token))).toBe('400 tokenSessionInvalid')
      const headers = { ...as(token).headers, cookie: 'SID=s1' }
      expect(outcomeOf(await zone().ask('GET', '/user', { headers }))).toBe(
        '401 unauthorized tokenSessionInvalid',
      )
    })
  })

  describe('a token of version 1', () => {
    test.each([
      ['its id alone', (id: string) => id],
      ['its version and its id', (id: string) => `1/${id}`],
    ])('that says %s is an access token of the subject in its record', async (_, spelled) => {
      const user = await zone().user()
      const { text } = await legacyToken(zone(), user, ['time < 2000000000'], spelled)
      for (let time = 0; time < 2; time += 1) {
        const { status, json } = await verify(text)
        expect({ status, subject: json.subject }).toEqual({
          status: 200,
          subject: { type: 'user', id: user.onezoneId },
        })
      }
      expect(outcomeOf(await zone().ask('GET', '/user', as(text)))).toBe('accepted')
      expect(outcomeOf(await identify(text))).toBe('400 notAnIdentityToken')
    })

    test('of a provider proves its identity, and its services', async () => {
      const user = await zone().user()
      const provider = await zone().provider(user)
      const { text } = await legacyToken(zone(), provider, ['authorization = none'])
      expect((await identify(text)).json.subject).toEqual({ type: 'oneprovider', id: provider.onezoneId })
      const whitelist = [`opp-${provider.onezoneId}`]
      const forPanel = await zone().token(user, { caveats: [{ type: 'service', whitelist }] })
      const headers = { ...as(forPanel).headers, 'x-onedata-service-token': `opp-${text}` }
      expect(outcomeOf(await zone().ask('GET', '/user', { headers }))).toBe('accepted')
    })

    test('is held against the services that may act for the subject in its record', async () => {
      const user = await zone().user()
      const [mine, stranger] = [await zone().provider(), await zone().provider()]
      await zone().support(await zone().entity('space', user), mine)
      const { text } = await legacyToken(zone(), user)
      expect(outcomeOf(await verify(text, { serviceToken: mine.rootToken }))).toBe('accepted')
      expect(outcomeOf(await verify(text, { serviceToken: stranger.rootToken }))).toBe(
        '400 tokenServiceForbidden',
      )
    })

    test('is dead with its record, and revoked with it', async () => {
      const { id, text } = await legacyToken(zone(), await zone().user())
      const { store, tenant } = zone()
      await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id as never, true))
      expect(outcomeOf(await verify(text))).toBe('400 tokenRevoked')
      await store.atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', id as never))
      expect(outcomeOf(await verify(text))).toBe('400 tokenInvalid')
    })

    test('says of itself that it is nobody’s, and is not confined here', async () => {
      const { id, text } = await legacyToken(zone(), await zone().user())
      const examined = await zone().ask('POST', '/tokens/examine', { body: { token: text } })
      expect(examined.json).toMatchObject({
        id,
        persistence: 'named',
        subject: { type: 'nobody', id: null },
        type: { accessToken: {} },
      })
      const confined = await zone().ask('POST', '/tokens/confine', { body: { token: text, caveats: [] } })
      expect(outcomeOf(confined)).toBe('400 tokenSubjectInvalid')
    })

    test('in another’s name is not made of a token of version 2', async () => {
      const { id } = await zone().named(await zone().user())
      expect(outcomeOf(await verify(forgedToken(id)))).toBe('400 tokenInvalid')
    })
  })

  test('whose token it is, is told in the words of its kind', async () => {
    const provider = await zone().provider()
    const { deps, tenant } = zone()
    const presentation = {
      ip: undefined,
      interface: undefined,
      service: undefined,
      consumer: undefined,
      session: 'any',
      allowDataAccessCaveats: false,
    }
    const presented = deps.memory.decode(provider.rootToken)
    const verified = await verifyToken(
      deps,
      tenant.id,
      'onezone',
      presented,
      { kind: 'access' },
      presentation,
    )
    expect(verified.ok && nameOf(verified.subject)).toEqual({ type: 'oneprovider', id: provider.onezoneId })
    expect(decodeToken(provider.rootToken).subject).toEqual({ type: 'oneprovider', id: provider.onezoneId })
  })
})
