import { describe, expect, test } from 'bun:test'
import { NotAnExport } from '../../../src/import/onezone/header.ts'
import { MAX_LINE_BYTES } from '../../../src/import/onezone/lines.ts'
import { NoSuchTenant } from '../../../src/import-onezone.ts'
import { fieldToken } from './field-tokens.ts'
import {
  chunksOf,
  HEAD,
  inEachHouse,
  namedToken,
  provider,
  temporarySecret,
  thrownBy,
  user,
} from './house.ts'

const SUBJECT = 'usr-present'
const PRESENT = [
  user('present', { username: 'taken.name', email: 'taken@example.org' }),
  provider('p-present'),
]
const [FIRST, SECOND] = [PRESENT.length + 2, PRESENT.length + 3]
const A_SPACE = { record: 'space', id: 's-refusals', name: 'space' }

const UNSOUND = 'it is deeper than 128 levels, or holds half a surrogate pair or a number out of range'

/** One record each, and why it is refused. */
const BAD: readonly (readonly [title: string, record: unknown, why: string])[] = [
  ['a line that is no JSON', '{"record":', 'it is no JSON'],
  ['an empty line', '', 'it is no JSON'],
  ['a line that is no object', '["user"]', 'it is no JSON object'],
  ['a number for a record', '12345678901234567890', 'it is no JSON object'],
  [
    'a line too long to be read',
    JSON.stringify(user('long', { fullName: 'x'.repeat(MAX_LINE_BYTES) })),
    'it is too long, or not UTF-8',
  ],
  [
    'a line of lists in lists',
    `{"record":"user","id":"x","privileges":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    UNSOUND,
  ],
  [
    'metadata of objects in objects',
    JSON.stringify(namedToken('x', SUBJECT, { metadata: { custom: { a: 'DEEP' } } })).replace(
      '"DEEP"',
      '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000),
    ),
    UNSOUND,
  ],
  [
    'metadata with a number that none holds',
    JSON.stringify(namedToken('x', SUBJECT, { metadata: { custom: { a: 'HUGE' } } })).replace(
      '"HUGE"',
      '1e999',
    ),
    UNSOUND,
  ],
  ['a second head', HEAD, 'a second export begins here: import it from a file of its own'],
  [
    'a record of no kind',
    { id: 'x' },
    'record must be one of user, provider, group, space, harvester, atm_inventory, membership, support, harvested_space, temporary_secret, named_token',
  ],
  [
    'a record named like something of every object',
    { record: 'constructor' },
    'record must be one of user, provider, group, space, harvester, atm_inventory, membership, support, harvested_space, temporary_secret, named_token',
  ],
  ['a field that nobody knows', user('x', { admin: true }), '"admin" is no field of it'],
  [
    'a field of metadata that nobody knows',
    namedToken('x', SUBJECT, { metadata: { uses: 1 } }),
    'metadata."uses" is no field of it',
  ],
  ['a user without an id', { record: 'user' }, 'id is missing'],
  [
    'an id that a token cannot carry',
    user('a/b'),
    'id must be an id: 1 to 128 letters, digits, dots, hyphens and underscores, the first no dot',
  ],
  [
    'an id of 129 characters',
    user('x'.repeat(129)),
    'id must be an id: 1 to 128 letters, digits, dots, hyphens and underscores, the first no dot',
  ],
  [
    'a username that is none',
    user('x', { username: '-' }),
    'username must be 2 to 32 letters, digits, dots, hyphens and underscores',
  ],
  [
    'a full name that is none',
    user('x', { fullName: '<b>' }),
    'fullName must be a full name of 2 to 128 characters',
  ],
  ['an e-mail address that is none', user('x', { email: 'x' }), 'email must be an e-mail address'],
  [
    'an admin privilege that there is not',
    user('x', { privileges: ['oz_everything'] }),
    'privileges must be a list of admin privileges',
  ],
  ['a flag that is no flag', user('x', { blocked: 1 }), 'blocked must be true or false'],
  ['a time that is none', user('x', { creationTime: -1 }), 'creationTime must be a Unix time in seconds'],
  [
    'a time with a fraction',
    '{"record":"user","id":"x","creationTime":1e9}',
    'creationTime must be a Unix time in seconds',
  ],
  ['a username that is taken here', user('x', { username: 'taken.name' }), 'its username is taken here'],
  [
    'an e-mail address that is taken here',
    user('x', { email: 'Taken@Example.org' }),
    'its e-mail address is taken here',
  ],
  ['a provider on the moon', provider('x', { latitude: 91 }), 'latitude must be a number from -90 to 90'],
  [
    'a group of a type that there is not',
    { record: 'group', id: 'x', name: 'x', type: 'gang' },
    'type must be one of organization, unit, team, role_holders',
  ],
  [
    'a name with a control character',
    { record: 'space', id: 'x', name: 'a\u0000b' },
    'name must be a text of 1 to 256 characters without control characters',
  ],
  [
    'a membership of nobody known',
    { record: 'membership', of: 'space', id: 's-refusals', member: 'usr-x' },
    'not here, or deleted here: user x',
  ],
  [
    'a membership in nothing known',
    { record: 'membership', of: 'cluster', id: 'x', member: SUBJECT },
    'not here, or deleted here: provider x',
  ],
  [
    'a membership of a provider',
    { record: 'membership', of: 'space', id: 's-refusals', member: 'prv-p-present' },
    'member must be usr-ID or grp-ID',
  ],
  [
    'a privilege of another kind of entity',
    { record: 'membership', of: 'space', id: 's-refusals', member: SUBJECT, privileges: ['group_view'] },
    'privileges must be a list of privileges of a space',
  ],
  [
    'an owner of a group',
    { record: 'membership', of: 'group', id: 'admins', member: SUBJECT, owner: true },
    'owner may be true only of a user in a space',
  ],
  [
    'a group within itself',
    { record: 'membership', of: 'group', id: 'admins', member: 'grp-admins' },
    'the group would be a member of itself, directly or through others',
  ],
  [
    'a support by a provider who is not there',
    { record: 'support', space: 's-refusals', provider: 'x' },
    'not here, or deleted here: provider x',
  ],
  [
    'a harvester that is not there',
    { record: 'harvested_space', space: 's-refusals', harvester: 'x' },
    'not here, or deleted here: entity harvester:x',
  ],
  ['a temporary secret of a group', temporarySecret('grp-g', 1), 'subject must be usr-ID or prv-ID'],
  [
    'a temporary secret of an unknown subject',
    temporarySecret('usr-x', 1),
    'not here, or deleted here: user x',
  ],
  [
    'a generation below the first',
    temporarySecret(SUBJECT, 0),
    'generation must be an integer from 1 to 1000000000',
  ],
  [
    'a generation beyond all measure',
    temporarySecret(SUBJECT, 1_000_000_001),
    'generation must be an integer from 1 to 1000000000',
  ],
  [
    'a secret that was cut off',
    temporarySecret(SUBJECT, 1, 'short'),
    'secret must be the secret as a text of 16 to 256 bytes',
  ],
  [
    'a secret of 257 bytes',
    namedToken('x', SUBJECT, { secret: 'x'.repeat(257) }),
    'secret must be the secret as a text of 16 to 256 bytes',
  ],
  ['a token of an unknown subject', namedToken('x', 'usr-x'), 'not here, or deleted here: user x'],
  ['a token of an unknown provider', namedToken('x', 'prv-x'), 'not here, or deleted here: provider x'],
  ['a token of nobody', namedToken('x', 'nobody'), 'subject must be usr-ID or prv-ID'],
  ['a token without a secret', namedToken('x', SUBJECT, { secret: undefined }), 'secret is missing'],
  [
    'a token of no type',
    namedToken('x', SUBJECT, { type: 'root' }),
    'type must be a token type as it stands in the token: act, idn, ujs:ID: …',
  ],
  [
    'a target that no token can carry',
    namedToken('x', SUBJECT, { type: 'ujs:a/b:' }),
    'type holds what no token can carry',
  ],
  [
    'a name that is none',
    namedToken('x', SUBJECT, { name: '-' }),
    'name must be a token name of 2 to 128 characters',
  ],
  [
    'a caveat of no known type',
    namedToken('x', SUBJECT, { caveats: ['moon = full'] }),
    'caveats must be a list of caveats, as they stand in the token',
  ],
  [
    'caveats that make the token too large',
    namedToken('x', SUBJECT, { caveats: Array(60_000).fill('time < 4000000000') }),
    'the token would be longer than any may be',
  ],
  [
    'metadata that is no object',
    namedToken('x', SUBJECT, { metadata: [] }),
    'metadata must be a JSON object',
  ],
  [
    'a usage limit of nothing',
    namedToken('x', SUBJECT, { type: 'ujs:s:', metadata: { usageLimit: 0 } }),
    'metadata.usageLimit must be an integer from 1, or "infinity"',
  ],
  [
    'a usage limit of what is no invite',
    namedToken('x', SUBJECT, { metadata: { usageLimit: 1 } }),
    'metadata."usageLimit" is no field of it',
  ],
  [
    'a privilege that the invite cannot carry',
    namedToken('x', SUBJECT, { type: 'ujs:s:', metadata: { privileges: ['group_view'] } }),
    'metadata.privileges must be a list of privileges that userJoinSpace can carry',
  ],
]

inEachHouse('an import refuses', (house) => {
  describe('by its line, and takes the rest:', () => {
    test.each(BAD)('%s', async (_, record, why) => {
      const { refusals, counts } = await house.import([...PRESENT, record, A_SPACE])
      expect(refusals).toEqual([[FIRST, why]])
      const { taken = 0, known = 0 } = counts.entity ?? {}
      expect(taken + known).toBeGreaterThan(0)
    })

    test('a line that is not UTF-8', async () => {
      const lines = [Buffer.from(`${JSON.stringify(HEAD)}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a])]
      const { refusals } = await house.import([], { chunks: chunksFrom(lines) })
      expect(refusals).toEqual([[2, 'it is too long, or not UTF-8']])
    })

    test('the second record of one id, wherever in the file it stands', async () => {
      const far = Array.from({ length: 600 }, (_, index) => namedToken(`far-${index}`, SUBJECT))
      const records = [
        ...PRESENT,
        namedToken('dup', SUBJECT),
        namedToken('dup', SUBJECT, { name: 'other' }),
        ...far,
        namedToken('dup', SUBJECT),
      ]
      const { refusals } = await house.import(records)
      expect(refusals).toEqual([
        [SECOND, 'it stands in this file already'],
        [SECOND + 601, 'it stands in this file already'],
      ])
      await house.serving(async ({ admin }) => {
        expect((await admin.findNamedToken('dup'))?.['name']).toBe('token dup')
      })
    })

    test('the second token of one name, and takes hundreds about it', async () => {
      const many = (from: string) =>
        Array.from({ length: 200 }, (_, index) => namedToken(`${from}-${index}`, SUBJECT))
      const named = (id: string) => namedToken(id, SUBJECT, { name: 'one name' })
      const { refusals, counts } = await house.import([
        ...PRESENT,
        ...many('before'),
        named('one'),
        named('two'),
        ...many('after'),
      ])
      expect(refusals).toEqual([[FIRST + 201, 'its subject has another token of that name here']])
      expect(counts.named_token).toEqual({ taken: 401, refused: 1 })
    })

    test('a temporary secret where temporary tokens were issued here, for they would be dead', async () => {
      await house.import([user('issued')])
      const token = await house.serving(({ admin }) =>
        admin.createTemporaryToken('issued', Math.floor(Date.now() / 1000) + 3600),
      )
      const { refusals } = await house.import([temporarySecret('usr-issued', 5)])
      expect(refusals).toEqual([[2, 'temporary tokens of that subject were issued or revoked here']])
      expect(await house.serving(({ nobody }) => nobody.verdict(token))).toBe('accepted')
    })

    test('a user whose id somebody has who was made here', async () => {
      const id = await house.serving(({ admin }) => admin.createUser({ username: 'made.here' }))
      const { refusals } = await house.import([user(id)])
      expect(refusals).toEqual([[2, 'its id is taken here by something that was not imported']])
    })

    test('and says nothing of a value, which may be a secret in the wrong place', async () => {
      const secret = 'hunter2-hunter2-hunter2'
      const { refusals } = await house.import([
        namedToken('x', SUBJECT, { name: `-${secret}` }),
        user('x', { username: `-${secret}` }),
        `{"secret": "${secret}`,
      ])
      expect(refusals.length).toBe(3)
      expect(JSON.stringify(refusals)).not.toContain('hunter2')
    })
  })

  describe('as a whole, before anything is written:', () => {
    const importText = (text: string) => house.import([], { chunks: chunksOf(text) })

    test('an export of a future version', async () => {
      const text = `${JSON.stringify({ record: 'export', version: 2, newField: [] })}\n${JSON.stringify(user('future'))}\n`
      const thrown = await thrownBy(importText(text))
      expect(thrown).toBeInstanceOf(NotAnExport)
      expect(String(thrown)).toContain('The export is of version 2 of the format')
      await house.serving(async ({ admin }) => {
        expect((await admin.request('GET', '/users/future')).status).toBe(404)
      })
    })

    test.each([
      ['an empty file', ''],
      ['a file without a head', `${JSON.stringify(user('u'))}\n`],
      ['a head without a version', '{"record":"export"}\n'],
      ['a head whose version is no integer', '{"record":"export","version":"1"}\n'],
      ['a head with a field that nobody knows', '{"record":"export","version":1,"secrets":"sealed"}\n'],
      ['a file that is no text', '\u0000\u0001\u0002'],
    ])('%s', async (_, text) => {
      expect(await thrownBy(importText(text))).toBeInstanceOf(NotAnExport)
    })

    test('an export for a tenant that there is not', async () => {
      expect(await thrownBy(house.import([], { tenantDomain: 'nowhere.example.org' }))).toBeInstanceOf(
        NoSuchTenant,
      )
    })
  })

  describe('strictly,', () => {
    const strict = { isStrict: true }

    test.each([
      ['a record that is none', '{}'],
      ['a record that the store refuses', user('strict-x', { username: 'taken.name' })],
      ['a record that names what is not here', namedToken('strict-x', 'usr-x')],
    ])('everything after %s, and has taken what stands before it', async (_, bad) => {
      const id = `strict-${Bun.nanoseconds()}`
      const records = [...PRESENT, user(`${id}-before`), bad, user(`${id}-after`), '{}']
      const { refusals, isStopped, lines } = await house.import(records, strict)
      expect(refusals.map(([line]) => line)).toEqual([SECOND])
      expect([isStopped, lines]).toEqual([true, SECOND])
      await house.serving(async ({ admin }) => {
        expect((await admin.request('GET', `/users/${id}-before`)).status).toBe(200)
        expect((await admin.request('GET', `/users/${id}-after`)).status).toBe(404)
      })
    })

    test('nothing where there is nothing to refuse', async () => {
      expect(await house.import(PRESENT, strict)).toMatchObject({ refused: 0, isStopped: false })
    })
  })

  describe('in a dry run', () => {
    const dry = { isDryRun: true }

    test('what it would refuse, and writes nothing', async () => {
      const records = [
        user('dry'),
        user('dry-taken', { username: 'taken.name' }),
        { record: 'group', id: 'g-dry', name: 'dry' },
        { record: 'membership', of: 'group', id: 'g-dry', member: 'usr-dry' },
        temporarySecret('usr-dry', 1),
        namedToken('t-dry', 'usr-dry'),
        namedToken('t-dry-x', 'usr-nobody'),
        temporarySecret('usr-dry', 2),
        namedToken('t-dry', 'usr-dry'),
      ]
      await house.import(PRESENT)
      const { refusals, counts } = await house.import(records, dry)
      expect(refusals).toEqual([
        [3, 'its username is taken here'],
        [8, 'not here, or deleted here: user nobody'],
        [9, 'it stands in this file already'],
        [10, 'it stands in this file already'],
      ])
      expect(counts).toMatchObject({
        user: { taken: 1, refused: 1 },
        entity: { taken: 1 },
        membership: { taken: 1 },
        temporary_secret: { taken: 1 },
        named_token: { taken: 1, refused: 1 },
      })
      const verdict = fieldToken({ id: 't-dry', subject: { type: 'user', id: 'dry' } })
      await house.serving(async ({ admin, nobody }) => {
        expect((await admin.request('GET', '/users/dry')).status).toBe(404)
        expect(await nobody.verdict(verdict)).toBe('tokenInvalid')
      })
      expect((await house.import(records.slice(0, 1))).counts).toEqual({ user: { taken: 1 } })
    })

    test('strictly no more than the first', async () => {
      const { refusals, isStopped } = await house.import(['{}', '{}'], { ...dry, isStrict: true })
      expect([refusals.length, isStopped]).toEqual([1, true])
    })
  })
})

async function* chunksFrom(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  yield* chunks
  return undefined
}
