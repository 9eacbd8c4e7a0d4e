import { beforeAll, describe, expect, test } from 'bun:test'
import { onEachDatabase } from './on-each-database.ts'
import { FOREIGN } from './sample-tokens.ts'
import { newToken, newUser, outcomeOf, type TestUser } from './zone.ts'

onEachDatabase((zone) => {
  let user: TestUser
  let other: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
    other = await newUser(zone())
  })

  const infer = async (token: string, more: object = {}) =>
    outcomeOf(await zone().ask('POST', '/tokens/infer_access_token_scope', { body: { token, ...more } }))
  const withCaveats = (...caveats: object[]) => newToken(zone(), user.id, { caveats })
  const identityOf = ({ id }: TestUser) => newToken(zone(), id, { type: { identityToken: {} } })

  describe('the scope of an access token', () => {
    test('is told of a token that is good where its services and interface are ignored', async () => {
      const token = await withCaveats(
        { type: 'service', whitelist: ['opw-*'] },
        { type: 'interface', interface: 'oneclient' },
        { type: 'data.readonly' },
      )
      expect(await infer(user.token)).toBe('accepted')
      expect(await infer(token)).toBe('accepted')
    })

    test('is asked as the subject himself unless a consumer is shown', async () => {
      const forUser = await withCaveats({ type: 'consumer', whitelist: [`usr-${user.id}`] })
      const forOther = await withCaveats({ type: 'consumer', whitelist: [`usr-${other.id}`] })
      const consumerToken = await identityOf(other)
      expect(await infer(forUser)).toBe('accepted')
      expect(await infer(forOther)).toBe('400 tokenCaveatUnverified')
      expect(await infer(forOther, { consumerToken })).toBe('accepted')
      expect(await infer(forUser, { consumerToken })).toBe('400 tokenCaveatUnverified')
    })

    test.each([
      ['an identity token', () => identityOf(user), 'notAnAccessToken'],
      ['a foreign token', () => FOREIGN, 'tokenInvalid'],
      [
        'one for another address',
        () => withCaveats({ type: 'ip', whitelist: ['10.0.0.1'] }),
        'tokenCaveatUnverified',
      ],
    ])('of %s is refused', async (_, token, reason) => {
      expect(await infer(await token())).toBe(`400 ${reason}`)
    })

    test("is refused for the consumer token's own faults", async () => {
      expect(await infer(user.token, { consumerToken: FOREIGN })).toBe('400 badConsumerToken tokenInvalid')
    })
  })
})
