import { beforeAll, describe, expect, test } from 'bun:test'
import { ExactNumber } from '../../src/exact-json.ts'
import { onEachDatabase } from './on-each-database.ts'
import { errorIds, newNamedToken, newToken, newUser, type TestUser } from './zone.ts'

/** A number in a body, spelled so. */
const as = (text: string) => new ExactNumber(text)
const FAR = '12345678901234567890'

onEachDatabase((zone) => {
  let user: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
  })

  const create = (body: object) =>
    zone().asAdmin('POST', `/users/${user.id}/tokens/named`, { name: 'exact numbers', ...body })
  const shown = async (id: string) => (await zone().asAdmin('GET', `/tokens/named/${id}`)).text
  const post = (path: string, body: object) => zone().ask('POST', `/tokens/${path}`, { body })

  describe('metadata', () => {
    const numbers = { big: as(FAR), long: as('9'.repeat(2000)), one: as('1.0'), power: as('1E3'), plain: 1.5 }
    const written = `"custom":{"big":${FAR},"long":${'9'.repeat(2000)},"one":1.0,"plain":1.5,"power":1E3}`

    test('comes back with its numbers as they were sent', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id, { customMetadata: numbers })
      expect(await shown(tokenId)).toContain(written)
    })

    test('that is changed does too', async () => {
      const { tokenId } = await newNamedToken(zone(), user.id)
      await zone().asAdmin('PATCH', `/tokens/named/${tokenId}`, { customMetadata: numbers })
      expect(await shown(tokenId)).toContain(written)
    })

    test('that is a number is no object, however it is spelled', async () => {
      expect(errorIds(await create({ customMetadata: as('1.0') }))).toBe('badValueJSON')
    })
  })

  describe('a caveat', () => {
    const time = { type: 'time', validUntil: as(FAR) }
    const asn = { type: 'asn', whitelist: [as('9007199254740993'), 631] }

    test('holds integers of any length, and shows all of their digits', async () => {
      const { tokenId, token } = await newNamedToken(zone(), user.id, { caveats: [time, asn] })
      const written = `"caveats":[{"type":"time","validUntil":${FAR}},{"type":"asn","whitelist":[9007199254740993,631]}]`
      expect(await shown(tokenId)).toContain(written)
      expect((await post('examine', { token })).text).toContain(written)
      expect((await post('verify_access_token', { token })).text).toContain(
        '{"caveat":{"type":"asn","whitelist":[9007199254740993,631]}}',
      )
    })

    test('that ends so far away leaves so many seconds', async () => {
      const token = await newToken(zone(), user.id, { caveats: [time] })
      const ttl = BigInt(FAR) - BigInt(zone().ambient.now())
      expect((await post('verify_access_token', { token })).text).toContain(`"ttl":${ttl}`)
    })

    test.each([
      ['an end with an exponent', { type: 'time', validUntil: as('2e9') }],
      ['an end with a fraction', { type: 'time', validUntil: as('2000000000.0') }],
      ['a system with a fraction', { type: 'asn', whitelist: [as('631.0')] }],
      ['an end of too many digits', { type: 'time', validUntil: as(`1${'0'.repeat(1000)}`) }],
    ])('with %s is refused as it was sent', async (_, caveat) => {
      const refused = await create({ caveats: [caveat] })
      expect(errorIds(refused)).toBe('badValueCaveat')
      expect(refused.text).toContain(`"details":{"caveat":${JSON.stringify(caveat)}}`)
    })

    test('that ends too late makes no temporary token, and one that ended long ago does', async () => {
      const temporary = (validUntil: ExactNumber) =>
        zone().asAdmin('POST', `/users/${user.id}/tokens/temporary`, {
          caveats: [{ type: 'time', validUntil }],
        })
      expect(errorIds(await temporary(as(FAR)))).toBe('tokenTimeCaveatRequired')
      expect((await temporary(as(`-${FAR}`))).status).toBe(201)
    })
  })

  test.each([
    ['2e9', 'badValueInteger'],
    ['1.0', 'badValueInteger'],
    ['-9007199254740993', 'badValueTooLow'],
  ])('the usage limit %s is told %s', async (text, expected) => {
    const type = { inviteToken: { inviteType: 'registerOneprovider', adminUserId: user.id } }
    expect(errorIds(await create({ type, usageLimit: as(text) }))).toBe(expected)
  })

  test('a usage limit of many digits is kept to the last one', async () => {
    const type = { inviteToken: { inviteType: 'registerOneprovider', adminUserId: user.id } }
    for (const usageLimit of [as(FAR), FAR]) {
      const { tokenId } = await newNamedToken(zone(), user.id, { type, usageLimit })
      expect(await shown(tokenId)).toContain(`"usageLimit":${FAR}`)
    }
  })

  test.each([
    ['a name', { name: as('1.0') }, 'badValueString'],
    ['a type', { type: as('1.0') }, 'badValueTokenType'],
    ['what an access token holds', { type: { accessToken: as('1.0') } }, 'badValueTokenType'],
    ['what an invite holds', { type: { inviteToken: as('1.0') } }, 'badValueTokenType'],
    ['the caveats', { caveats: as('1.0') }, 'badData'],
    ['whether it is revoked', { revoked: as('1.0') }, 'badValueBoolean'],
  ])('%s is no number, however that is spelled', async (_, body, expected) => {
    expect(errorIds(await create(body))).toBe(expected)
  })
})
