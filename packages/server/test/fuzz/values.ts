import type { SeededRandom } from '../../testing/seeded-random.ts'
import type { Field } from './operations.ts'
import { tokenText } from './token-texts.ts'

/** Texts that stand where a JSON value belongs: any type, the ends of every range, and what is no JSON at all. */
const nasty: readonly [string, ...string[]] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1e999',
  '9007199254740993',
  '1.5',
  '01',
  'NaN',
  'undefined',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"★"',
  '"a\\nb"',
  '"../../etc/passwd"',
  '"\' or 1=1 --"',
  '"%00"',
  '"constructor"',
  `"${'a'.repeat(129)}"`,
  `"${'a'.repeat(70_000)}"`,
  '[]',
  '{}',
  '[null]',
  '[[[[]]]]',
  '[{}]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1}',
  `${'['.repeat(500)}${']'.repeat(500)}`,
  '['.repeat(200_000),
  `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
]

const someCaveats: readonly [unknown, ...unknown[]] = [
  { type: 'time', validUntil: 4_102_444_800 },
  { type: 'time', validUntil: 1 },
  { type: 'time', validUntil: 1.5 },
  { type: 'time', validUntil: '1' },
  { type: 'ip', whitelist: ['10.0.0.0/8'] },
  { type: 'ip', whitelist: [] },
  { type: 'ip', whitelist: ['::1'] },
  { type: 'asn', whitelist: [1, 2] },
  { type: 'geo.country', filter: 'whitelist', list: ['PL'] },
  { type: 'geo.region', filter: 'blacklist', list: ['EU'] },
  { type: 'geo.region', filter: 'neither', list: ['EU'] },
  { type: 'service', whitelist: ['ozw-onezone'] },
  { type: 'service', whitelist: ['opw-p1'] },
  { type: 'consumer', whitelist: ['usr-*', 'grp-g1'] },
  { type: 'interface', interface: 'rest' },
  { type: 'api', whitelist: ['all/all/*.*.*:*'] },
  { type: 'api', whitelist: ['nonsense'] },
  { type: 'data.readonly' },
  { type: 'data.path', whitelist: ['L3MxL2E='] },
  { type: 'data.path', whitelist: ['Lw=='] },
  { type: 'data.objectid', whitelist: ['00'] },
  { scope: 'identityToken' },
  { type: '__proto__' },
  { type: 'constructor' },
  {},
  'time < 1',
]

const someTypes: readonly [unknown, ...unknown[]] = [
  { accessToken: {} },
  { identityToken: {} },
  { accessToken: { sessionId: 's1' } },
  { inviteToken: { inviteType: 'userJoinGroup', groupId: 'g1' } },
  { inviteToken: { inviteType: 'supportSpace', spaceId: 'a:b' } },
  { inviteToken: {} },
  { accessToken: null },
  {},
]

const words = {
  flag: [true, false],
  object: [{}, { a: { b: [1, null] } }, { __proto__: 1 }, { ключ: '★' }],
  ip: ['10.0.0.1', '255.255.255.255', null, '::1', '10.0.0.256', '010.0.0.1'],
  interface: ['rest', 'oneclient', 'graphsync', 'REST'],
  invite_type: ['userJoinGroup', 'any', 'user_join_group'],
  privileges: [['oz_users_list'], ['oz_users_list', 'oz_nothing'], [], [1]],
} as const satisfies Partial<Record<Field, readonly [unknown, ...unknown[]]>>

/** A value for a field as JSON text, meant to be right or meant to be wrong. */
export function fieldText(
  random: SeededRandom,
  field: Field,
  goodTokens: readonly [string, ...string[]],
): string {
  if (random.chance(0.25)) return random.pick(nasty)
  switch (field) {
    case 'token':
      return JSON.stringify(tokenText(random, goodTokens))
    case 'caveats':
      return JSON.stringify(Array.from({ length: random.below(4) }, () => random.pick(someCaveats)))
    case 'token_type':
      return JSON.stringify(random.pick(someTypes))
    case 'name':
    case 'username':
    case 'full_name':
      return JSON.stringify(`n${random.below(1_000_000)}`)
    case 'flag':
    case 'object':
    case 'ip':
    case 'interface':
    case 'invite_type':
    case 'privileges':
      return JSON.stringify(random.pick<unknown>(words[field]))
  }
}

/** A whole body of those fields as JSON text: some left out, some twice, some that nobody asked for. */
export function bodyText(
  random: SeededRandom,
  fields: Readonly<Record<string, Field>>,
  goodTokens: readonly [string, ...string[]],
): string {
  const members: string[] = []
  for (const [name, field] of Object.entries(fields)) {
    // The required ones come first in the tables, and little is learnt from bodies without them.
    if (random.chance(members.length === 0 ? 0.1 : 0.5)) continue
    members.push(`${JSON.stringify(name)}:${fieldText(random, field, goodTokens)}`)
  }
  if (random.chance(0.05))
    members.push(random.pick(['"extra":1', '"__proto__":{"a":1}', '"":null', '"token":"x"']))
  return `{${members.join(',')}}`
}

/** A body that is no JSON object, whatever it was before. */
export function brokenBody(random: SeededRandom, text: string): Uint8Array {
  const bytes = Buffer.from(text)
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, Math.max(1, bytes.length - 1))
    case 1:
      return Buffer.concat([bytes, Buffer.from(random.pick(['}', ',', '{}', '\u0000', 'x']))])
    case 2:
      return Buffer.from(random.pick(['[]', '"text"', '1', 'null', 'true', '[{}]', '//', "{'a':1}", '{a:1}']))
    case 3:
      return Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc0, 0xaf]), Buffer.from('"}')])
    case 4:
      return Buffer.from(`\ufeff${text}`, 'utf16le')
    default:
      return random.bytes(1 + random.below(200))
  }
}
