import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'bun:test'
import type { TokenSubject } from '@jeton/token'
import { fencedBlocks } from '../../../../../e2e/support/fenced-blocks.ts'
import { verdictOf } from '../../../testing/onezone-client.ts'
import { fieldToken, UNTIL_LATER, vectorToken } from './field-tokens.ts'
import { chunksOf, type Imported, inEachHouse, namedToken, provider, temporarySecret, user } from './house.ts'

const U1: TokenSubject = { type: 'user', id: 'u1' }
const INVITERS = 'invitation-sender'

const RECORDS = [
  user('u1', {
    username: 'ada.u1',
    fullName: 'Ada Lovelace',
    email: 'ada.u1@example.org',
    privileges: ['oz_users_list', 'oz_tokens_manage'],
    creationTime: 1_600_000_000,
  }),
  user('blocked', { blocked: true }),
  user(INVITERS),
  provider('p1', { latitude: 52.5, longitude: -13, subdomain: 'p1' }),
  { record: 'group', id: 'g1', name: 'lab', type: 'unit', privileges: ['oz_spaces_list'] },
  { record: 'group', id: 'g2', name: 'all labs' },
  { record: 'group', id: 'admins', name: 'Admins' },
  { record: 'space', id: 's1', name: 'data' },
  { record: 'harvester', id: 'h1', name: 'harvest' },
  { record: 'membership', of: 'group', id: 'g1', member: 'usr-u1', privileges: ['group_view'] },
  { record: 'membership', of: 'group', id: 'g2', member: 'grp-g1' },
  { record: 'membership', of: 'space', id: 's1', member: 'usr-u1', owner: true },
  { record: 'membership', of: 'cluster', id: 'p1', member: 'grp-g2' },
  { record: 'support', space: 's1', provider: 'p1' },
  { record: 'harvested_space', space: 's1', harvester: 'h1' },
  temporarySecret('usr-u1', 3),
  temporarySecret('prv-p1', 1),
  namedToken('t1', 'usr-u1', {
    caveats: ['time < 4000000000'],
    metadata: { creationTime: 1_650_000_000, custom: { big: 12345678901234567000 } },
  }),
  namedToken('dead', 'usr-u1', { revoked: true }),
  namedToken('of-blocked', 'usr-blocked'),
  namedToken('legacyid1', 'prv-p1', { name: 'root token' }),
  namedToken('1234567890example-id1234567890e', `usr-${INVITERS}`, {
    type: 'ujg:GroupId:',
    secret: 'verySecretSecret5',
    metadata: { creationTime: 1, privileges: ['group_update', 'group_view'], usageLimit: 5, usageCount: 2 },
  }),
] as const

inEachHouse('a zone that has moved in', (house) => {
  const verdictsOf = (texts: readonly string[]) =>
    house.serving(async ({ nobody }) => {
      const verdicts: string[] = []
      for (const token of texts) verdicts.push(await nobody.verdict(token))
      return verdicts
    })

  let imported: Imported | undefined
  beforeAll(async () => {
    imported = await house.import(RECORDS)
  })

  test('is taken as a whole but for what every installation has', () => {
    expect(imported?.refusals).toEqual([])
    expect(imported?.counts).toEqual({
      user: { taken: 3 },
      provider: { taken: 1 },
      entity: { taken: 4, known: 1 },
      membership: { taken: 4 },
      support: { taken: 1 },
      harvested_space: { taken: 1 },
      temporary_secret: { taken: 2 },
      named_token: { taken: 5 },
    })
  })

  test('named tokens in the field go on verifying, and what was confined from them', async () => {
    const texts = ['plain-access', 'access-with-time', 'access-with-time-and-ip'].map((name) =>
      vectorToken('examples', name),
    )
    const ofProvider = fieldToken({ id: 'legacyid1', subject: { type: 'oneprovider', id: 'p1' } })
    expect(await verdictsOf([...texts, ofProvider])).toEqual([
      'accepted',
      'accepted',
      // It is for addresses that this test does not come from, which is found out before the signature is.
      'tokenCaveatUnverified',
      'accepted',
    ])
  })

  test('a token from before identifiers had a version verifies, for the subject of its record', async () => {
    expect(await verdictsOf([vectorToken('examples', 'legacy')])).toEqual(['accepted'])
  })

  test('what was revoked there or belongs to somebody blocked is refused', async () => {
    const dead = fieldToken({ id: 'dead', subject: U1 })
    const blocked = fieldToken({ id: 'of-blocked', subject: { type: 'user', id: 'blocked' } })
    expect(await verdictsOf([dead, blocked])).toEqual(['tokenRevoked', 'userBlocked'])
  })

  test('of temporary tokens those of the present generation verify, and no others', async () => {
    const of = (generation: number, secret?: string) =>
      fieldToken({
        id: 'x',
        subject: U1,
        generation,
        caveats: [UNTIL_LATER],
        ...(secret !== undefined && { secret }),
      })
    const texts = [of(3), of(2), of(4), of(3, '1'.repeat(64))]
    expect(await verdictsOf(texts)).toEqual(['accepted', 'tokenRevoked', 'tokenInvalid', 'tokenInvalid'])
  })

  test('a wrong secret, a wrong subject or an id that was not in the export is refused', async () => {
    const texts = [
      fieldToken({ id: 't1', subject: U1, secret: '1'.repeat(64) }),
      fieldToken({ id: 't1', subject: { type: 'user', id: INVITERS } }),
      fieldToken({ id: 't2', subject: U1 }),
    ]
    expect(await verdictsOf(texts)).toEqual(['tokenInvalid', 'tokenSubjectInvalid', 'tokenInvalid'])
  })

  test('invites of every type are as good as they were', async () => {
    const names = Array.from({ length: 14 }, (_, index) => `compat-${String(index + 5).padStart(2, '0')}`)
    const verdicts = await house.serving(({ nobody }) =>
      Promise.all(
        names.map(async (name) => {
          const token = vectorToken('compatibility', name)
          return verdictOf(await nobody.request('POST', '/tokens/verify_invite_token', { token }))
        }),
      ),
    )
    expect(verdicts).toEqual(names.map(() => 'accepted'))
  })

  test('a record shows what it showed there, and a text that verifies', async () => {
    await house.serving(async ({ admin, nobody }) => {
      const token = await admin.findNamedToken('t1')
      expect(token).toMatchObject({
        id: 't1',
        name: 'token t1',
        subject: U1,
        caveats: [{ type: 'time', validUntil: 4_000_000_000 }],
        metadata: { creationTime: 1_650_000_000 },
        revoked: false,
      })
      expect(await nobody.verdict(String(token?.['token']))).toBe('accepted')
      expect((await admin.findNamedToken('1234567890example-id1234567890e'))?.['metadata']).toEqual({
        creationTime: 1,
        custom: {},
        privileges: ['group_update', 'group_view'],
        usageLimit: 5,
        usageCount: 2,
      })
    })
  })

  test('the example of the format’s page is taken as it stands there', async () => {
    const path = join(import.meta.dir, '../../../../../docs/formats/onezone-export.md')
    const example = fencedBlocks(readFileSync(path, 'utf8')).find(({ language }) => language === 'json')
    const { refusals, lines } = await house.import([], { chunks: chunksOf(example?.text ?? '') })
    expect(refusals).toEqual([])
    expect(lines).toBe(10)
  })

  describe('people', () => {
    test('are who they were, with their privileges and without a password', async () => {
      await house.serving(async ({ admin }) => {
        expect((await admin.request('GET', '/users/u1')).json).toMatchObject({
          userId: 'u1',
          username: 'ada.u1',
          fullName: 'Ada Lovelace',
          emails: ['ada.u1@example.org'],
          creationTime: 1_600_000_000,
          basicAuthEnabled: false,
          blocked: false,
        })
        const privileges = await admin.request('GET', '/users/u1/privileges')
        expect(privileges.json?.['privileges']).toEqual(['oz_tokens_manage', 'oz_users_list'])
        const effective = await admin.request('GET', '/users/u1/effective_privileges')
        expect(effective.json?.['privileges']).toContain('oz_spaces_list')
      })
    })

    test('are members through any depth: the provider accepts a member of a group of its cluster', async () => {
      const token = vectorToken('examples', 'plain-access')
      const serviceToken = `opp-${fieldToken({
        id: 'identity',
        subject: { type: 'oneprovider', id: 'p1' },
        generation: 1,
        type: { kind: 'identity' },
        caveats: [UNTIL_LATER],
      })}`
      const verdict = await house.serving(({ nobody }) =>
        nobody.request('POST', '/tokens/verify_access_token', { token, serviceToken }),
      )
      expect(verdictOf(verdict)).toBe('accepted')
    })
  })
})
