import * as fc from 'fast-check'
import {
  type Caveat,
  caveatFromJson,
  INVITE_TYPES,
  parseCaveat,
  type Persistence,
  type TokenSubject,
  type TokenType,
} from '../src/index.ts'
import type { Macaroon } from '../src/macaroon.ts'

/** With the prototype that JSON and the code here give their objects. */
export const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true })

export const id = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/|.:,\ufffd]/.test(text) && text !== '*')
const wildcard = fc.oneof(id, fc.constant('*'))

const listOf = <T>(entry: fc.Arbitrary<T>) => fc.array(entry, { minLength: 1, maxLength: 4 })
const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const joined = (separator: string, ...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.join(separator))

const ipv4 = fc.ipV4()
const mask = fc.oneof(
  ipv4,
  fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([ip, length]) => `${ip}/${length}`),
)
const region = oneOf(
  'Africa',
  'Antarctica',
  'Asia',
  'Europe',
  'EU',
  'NorthAmerica',
  'Oceania',
  'SouthAmerica',
)
const country = fc.oneof(oneOf('PL', 'CZ', 'é'), fc.stringMatching(/^[A-Za-z]{2}$/))
const filter = oneOf('whitelist', 'blacklist')
const serviceType = oneOf('ozw', 'ozp', 'opw', 'opp')
const aspect = fc.oneof(wildcard, joined(',', wildcard, wildcard))
const gri = joined('.', oneOf('*', 'user', 'file', 'op_qos'), wildcard, aspect)
const scope = oneOf('', ':*', ':private', ':auto')
const matchspec = fc
  .tuple(
    fc.oneof(serviceType, fc.constant('all')),
    oneOf('all', 'create', 'get', 'update', 'delete'),
    gri,
    scope,
  )
  .map(([service, operation, pattern, scope]) => `${service}/${operation}/${pattern}${scope}`)
const path = listOf(id).map((parts) => Buffer.from(`/${parts.join('/')}`).toString('base64'))
const objectId = fc
  .tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), id, id)
  .filter(([, uuid, space]) => !`${uuid}${space}`.includes('#'))
  .map(([noise, uuid, space]) => {
    const head = [0, ...noise.slice(0, 3), 0, ...noise.slice(3)]
    return Buffer.from([...head, ...Buffer.from(`guid#${uuid}#${space}`)])
      .toString('hex')
      .toUpperCase()
  })

/** As a reader that keeps all digits gives those that no number holds. */
const longInteger = fc.oneof(
  fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n }),
  fc.bigInt({ min: -(10n ** 40n), max: -(2n ** 53n) }),
)

/** JSON forms of every type, as a client may send them. */
export const caveatJson: fc.Arbitrary<unknown> = fc.oneof(
  record({ type: fc.constant('time'), validUntil: fc.oneof(fc.maxSafeInteger(), longInteger) }),
  record({ type: fc.constant('ip'), whitelist: listOf(mask) }),
  record({ type: fc.constant('asn'), whitelist: listOf(fc.oneof(fc.maxSafeInteger(), longInteger)) }),
  record({ type: fc.constant('geo.country'), filter, list: listOf(country) }),
  record({ type: fc.constant('geo.region'), filter, list: listOf(region) }),
  record({ type: fc.constant('service'), whitelist: listOf(joined('-', serviceType, wildcard)) }),
  record({
    type: fc.constant('consumer'),
    whitelist: listOf(joined('-', oneOf('usr', 'grp', 'prv'), wildcard)),
  }),
  record({ type: fc.constant('interface'), interface: oneOf('rest', 'oneclient', 'graphsync') }),
  record({ type: fc.constant('api'), whitelist: listOf(matchspec) }),
  fc.constant({ type: 'data.readonly' }),
  record({ type: fc.constant('data.path'), whitelist: listOf(path) }),
  record({ type: fc.constant('data.objectid'), whitelist: listOf(objectId) }),
  fc.constant({ scope: 'identityToken' }),
)

export const caveat: fc.Arbitrary<Caveat> = caveatJson.map(caveatFromJson)

const oddEntry = fc.oneof(
  oneOf(
    '',
    ' ',
    'nobody',
    'usr-',
    'ozw-',
    'ozw/get/user..',
    '+07',
    '-0',
    '9'.repeat(30),
    '1.2.3.4//09/',
    ' L3N= ',
  ),
  oneOf('PL', 'EU', '631', 'usr-*', 'ozw-*', 'all/all/*.*.*:*', '10.0.0.0/8', 'L3Mx'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)

/** Serialized caveats and what looks like them, with entries that JSON would not take among those that it would. */
export const oddCaveatText: fc.Arbitrary<string> = fc
  .tuple(
    oneOf(
      'time <',
      'ip =',
      'asn =',
      'geo.country =',
      'geo.country !=',
      'geo.region =',
      'geo.region !=',
      'service =',
    ),
    oneOf(
      'consumer =',
      'interface =',
      'api =',
      'data.readonly',
      'data.path =',
      'data.objectid =',
      'authorization =',
    ),
    fc.boolean(),
    fc.array(oddEntry, { maxLength: 3 }),
  )
  .map(([one, other, isOne, entries]) => `${isOne ? one : other} ${entries.join('|')}`)

/** The caveats among them. */
export const oddCaveat: fc.Arbitrary<Caveat> = oddCaveatText
  .map(parseCaveat)
  .filter((read) => read !== undefined)

export const persistence: fc.Arbitrary<Persistence> = fc.oneof(
  fc.constant({ kind: 'named' } as const),
  record({
    kind: fc.constant('temporary' as const),
    generation: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  }),
)

export const subject: fc.Arbitrary<TokenSubject> = record({
  type: oneOf('user' as const, 'oneprovider' as const),
  id,
})

export const tokenType: fc.Arbitrary<TokenType> = fc.oneof(
  fc.constant({ kind: 'access' } as const),
  record({ kind: fc.constant('access' as const), sessionId: id }),
  fc.constant({ kind: 'identity' } as const),
  record({
    kind: fc.constant('invite' as const),
    inviteType: fc.constantFrom(...INVITE_TYPES),
    targetId: id,
  }),
)

const bytes = fc.uint8Array({ maxLength: 40 })
const signature = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** Any macaroon that packets can hold, with any bytes in it. */
export const macaroon: fc.Arbitrary<Macaroon> = record({
  location: fc.option(bytes, { nil: undefined }),
  identifier: bytes,
  caveats: fc.array(
    fc.oneof(
      record({ cid: bytes }),
      record({ cid: bytes, thirdParty: record({ vid: bytes, location: bytes }) }),
    ),
    { maxLength: 5 },
  ),
  signature: fc.option(signature, { nil: undefined }),
})
