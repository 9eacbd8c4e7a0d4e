import type { SeededRandom } from '../../testing/seeded-random.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const ESCAPES: Readonly<Record<string, string>> = { '0': '00', _: '01', '-': '02' }

/** A token text: a good one, a good one that was hurt, or one that was made up. @param good at least one */
export function tokenText(random: SeededRandom, good: readonly [string, ...string[]]): string {
  const text = random.pick(good)
  switch (random.below(10)) {
    case 0:
    case 1:
      return text
    case 2:
    case 3:
      return flipped(random, text)
    case 4:
      return text.slice(0, random.below(text.length))
    case 5:
      return `${random.pick(['opw-', 'opp-', 'ozw-', 'xxx-', '-', 'op', '0', ' '])}${text}`
    case 6:
      return text + random.pick(['0', 'A', '\n', '=', text])
    case 7:
      return Array.from({ length: random.below(600) }, () => letter(random)).join('')
    default:
      return forged(random)
  }
}

function flipped(random: SeededRandom, text: string): string {
  const at = random.below(text.length)
  return text.slice(0, at) + letter(random) + text.slice(at + 1)
}

function letter(random: SeededRandom): string {
  return ALPHABET.charAt(random.below(ALPHABET.length))
}

const identifiers = [
  '2/nmd/usr-u1/act/t1',
  '2/tmp-1/usr-u1/act/t1',
  '2/tmp-0/usr-u1/act/t1',
  '2/tmp--1/usr-u1/act/t1',
  '2/tmp-99999999999999999999/usr-u1/act/t1',
  '2/tmp-1/grp-g1/act/t1',
  '2/tmp-1/nobody/act/t1',
  '2/nmd/nobody/act/t1',
  '2/nmd/prv-p1/idn/t1',
  '2/tmp-1/prv-p1/act/t1',
  '2/nmd/usr-u1/act:session/t1',
  '2/nmd/usr-u1/ujg:group:/t1',
  '2/nmd/usr-u1/ssp:space:ge/t1',
  '2/nmd/usr-u1/xyz:space:/t1',
  '1/nmd/usr-u1/act/t1',
  '3/nmd/usr-u1/act/t1',
  '2/nmd/usr-/act/',
  '2/nmd/usr-u1/act/t1/t2',
  '2/nmd/usr-\u0000/act/\u0000',
  '2/tmp-1/usr-\u0000/act/\u0000',
  "2/nmd/usr-u1/act/' or 1=1 --",
  'legacyid1',
  '',
  '/////',
  `2/nmd/usr-u1/act/${'9'.repeat(5000)}`,
] as const

const caveats = [
  'time < 4102444800',
  'time < 1',
  'time < abc',
  'time < 99999999999999999999999',
  'ip = 10.0.0.0/8',
  'ip = 300.0.0.0/99',
  'asn = 1',
  'asn = ',
  'geo.country != PL',
  'geo.region = EU',
  'service = ozw-onezone',
  'service = opw-*',
  'consumer = usr-u1|grp-*',
  'interface = rest',
  'interface = foo',
  'api = all/all/*.*.*:*',
  'api = all/all/nonsense',
  'data.readonly',
  'data.path = L3MxL2E=',
  'data.objectid = 00',
  'authorization = none',
  'audience = x',
  '',
  '\u0000',
  '|',
] as const

/** Packets of the macaroon format, right in form or slightly off, signed by nobody. */
function forged(random: SeededRandom): string {
  const packets = [packet('location', 'localhost'), packet('identifier', random.pick(identifiers))]
  for (let count = random.below(5); count > 0; count -= 1) packets.push(packet('cid', random.pick(caveats)))
  if (random.chance(0.1)) packets.push(packet('vid', 'third'), packet('cl', 'party'))
  if (random.chance(0.9)) {
    packets.push(
      packet('signature', Buffer.from(random.bytes(random.pick([32, 32, 32, 31, 0]))).toString('latin1')),
    )
  }
  if (random.chance(0.2)) packets.push(random.pick(packets as [string]))
  let bytes = packets.join('')
  if (random.chance(0.2)) bytes = `${random.pick(['0000', 'ffff', '0001', 'zzzz', '002'])}${bytes}`
  return escaped(Buffer.from(bytes, 'latin1').toString('base64url'))
}

function packet(key: string, value: string): string {
  const length = 4 + key.length + 1 + value.length + 1
  return `${length.toString(16).padStart(4, '0')}${key} ${value}\n`
}

/** Base62: base64url with its other two characters, and the escape itself, written as two. */
function escaped(base64url: string): string {
  return base64url.replace(/[0_-]/g, (char) => ESCAPES[char] ?? char)
}
