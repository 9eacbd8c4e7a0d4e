import { createRequire } from 'node:module'
import {
  type Caveat,
  type Context,
  decodeToken,
  type Facts,
  type Hmac,
  judge,
  mintToken,
  parseCaveat,
  type TokenSubject,
} from '@jeton/token'
import { median } from './table.ts'

/** What checking one token costs within a process. */
export interface TokenRow {
  readonly what: string
  /** The median of the rounds. */
  readonly micros: number
}

/** What deserialize and verify may take on Bun, in microseconds: the first of {@link tokenRows}. */
export const TOKEN_GOAL_MICROS = 6

const hmac: Hmac = (key, message) => new Bun.CryptoHasher('sha256', key).update(message).digest()

const NOW = 1_700_000_000
const ADDRESS = '10.3.4.5'
const SUBJECT: TokenSubject = { type: 'user', id: '461698917aa4c176fd86a111b6e7231ca998f1' }
const SECRET = new TextEncoder().encode('0123456789abcdef'.repeat(4))
const CAVEATS: readonly Caveat[] = [
  { type: 'time', validUntil: NOW + 3600 },
  { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.1.7/32'] },
  { type: 'interface', interface: 'rest' },
]
const CONTEXT: Context = {
  now: NOW,
  ip: ADDRESS,
  interface: 'rest',
  service: undefined,
  consumer: undefined,
  session: undefined,
  allowDataAccessCaveats: false,
}
const FACTS: Facts = {
  record: { kind: 'named', subject: SUBJECT, isRevoked: false, secret: SECRET },
  subject: 'active',
  isSessionOfSubject: false,
  isServiceAllowed: () => true,
  isConsumerInGroup: () => false,
  asnOf: () => undefined,
  countryOf: () => undefined,
}

/**
 * Deserialize and verify a named token with three caveats (time, ip, interface), everything included that a verifier
 * does who knows the secret: decoding, identifier, key derivation, HMAC chain, caveats. Beside it the same by npm
 * `macaroon`, and the five HMACs alone, below which nobody comes.
 */
export function tokenRows(rounds = 101): readonly TokenRow[] {
  const text = mintToken(
    {
      location: 'zone.example.org',
      id: '4c71496ba3dff0052c04c697b12fe157ch9a1f',
      persistence: { kind: 'named' },
      subject: SUBJECT,
      type: { kind: 'access' },
      caveats: CAVEATS,
      secret: SECRET,
    },
    hmac,
  )
  return mediansInTurns(rounds, [
    ['@jeton/token, decode and judge', () => verifyOurs(text)],
    ['@jeton/token, decode alone', () => decodeToken(text)],
    ['npm `macaroon`, import and verify', verifierOfPeer(text)],
    ['five HMACs, nothing else', hmacsOf(text)],
  ])
}

function verifyOurs(text: string): void {
  const verdict = judge(decodeToken(text), { kind: 'access' }, CONTEXT, FACTS, hmac)
  if (!verdict.ok) throw new RangeError(verdict.why.kind)
}

/** As much of npm `macaroon` as is used here; it comes without types. */
interface PeerModule {
  newMacaroon(parts: {
    readonly version: 2
    readonly location: string
    readonly identifier: Uint8Array
    readonly rootKey: Uint8Array
  }): PeerMacaroon
  importMacaroon(base64: string): PeerMacaroon
  bytesToBase64(bytes: Uint8Array): string
}

interface PeerMacaroon {
  addFirstPartyCaveat(cid: Uint8Array): void
  exportBinary(): Uint8Array
  verify(key: Uint8Array, check: (caveat: string) => string | null): void
}

/**
 * The peer has the same macaroon in its own binary format, for it reads no v1 packets, in base64. Caveats it leaves
 * to its caller, who reads them with our parser.
 */
function verifierOfPeer(text: string): () => void {
  // The module has these functions; the building of the macaroon and a first call prove it before any is timed.
  const peer = createRequire(import.meta.url)('macaroon') as PeerModule
  const { location, macaroon } = decodeToken(text)
  const theirs = peer.newMacaroon({ version: 2, location, identifier: macaroon.identifier, rootKey: SECRET })
  for (const { cid } of macaroon.caveats) theirs.addFirstPartyCaveat(cid)
  const base64 = peer.bytesToBase64(theirs.exportBinary())
  return () => peer.importMacaroon(base64).verify(SECRET, checkForPeer)
}

function checkForPeer(text: string): string | null {
  return isMetHere(parseCaveat(text)) ? null : 'unmet'
}

function isMetHere(caveat: Caveat | undefined): boolean {
  if (caveat?.type === 'time') return NOW < caveat.validUntil
  if (caveat?.type === 'ip') return caveat.whitelist.includes('10.0.0.0/8') && ADDRESS.startsWith('10.')
  return caveat?.type === 'interface' && caveat.interface === 'rest'
}

function hmacsOf(text: string): () => void {
  const { macaroon } = decodeToken(text)
  const messages = [SECRET, macaroon.identifier, ...macaroon.caveats.map(({ cid }) => cid)]
  return () => {
    let key: Uint8Array = SECRET
    for (const message of messages) key = hmac(key, message)
  }
}

const WARM_UP_SHARE = 0.2
const CALLS = 1000

/** Each round measures all of them, one after the other: what else the machine does then falls on all alike. */
function mediansInTurns(
  rounds: number,
  calls: readonly (readonly [what: string, call: () => void])[],
): readonly TokenRow[] {
  const warmUp = Math.floor(rounds * WARM_UP_SHARE)
  const measured = Array.from({ length: warmUp + rounds }, () => calls.map(([, call]) => microsOf(call)))
  return calls.map(([what], at) => ({
    what,
    micros: median(measured.slice(warmUp).map((round) => round[at] ?? Number.NaN)),
  }))
}

function microsOf(call: () => void): number {
  // Nobody pays for the garbage of the one before.
  Bun.gc(true)
  const startedAt = performance.now()
  for (let calls = 0; calls < CALLS; calls += 1) call()
  return ((performance.now() - startedAt) * 1000) / CALLS
}

if (import.meta.main) {
  const rows = tokenRows()
  const ours = rows[0]?.micros ?? Number.NaN
  for (const { what, micros } of rows) {
    process.stdout.write(
      `${what.padEnd(36)} ${micros.toFixed(2).padStart(6)} µs  ${(micros / ours).toFixed(2)} of ours\n`,
    )
  }
  const verdict = ours <= TOKEN_GOAL_MICROS ? 'met' : 'missed'
  process.stdout.write(`Goal, at most ${TOKEN_GOAL_MICROS} µs: ${verdict}\n`)
}
