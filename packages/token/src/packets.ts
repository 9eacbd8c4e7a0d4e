import { TokenError } from './error.ts'
import type { Macaroon, MacaroonCaveat } from './macaroon.ts'

const HEADER = 4
const NEWLINE = 0x0a
const MAX_PACKET = 0xffff
const SIGNATURE_BYTES = 32

const key = (name: string): Uint8Array => Uint8Array.from(`${name} `, (char) => char.charCodeAt(0))
const LOCATION = key('location')
const IDENTIFIER = key('identifier')
const SIGNATURE = key('signature')
const CID = key('cid')
const VID = key('vid')
const CL = key('cl')
const SHORTEST = HEADER + CL.length + 1

/** Most bytes of a caveat: what one packet holds. */
export const MAX_CAVEAT_BYTES = MAX_PACKET - HEADER - CID.length - 1

/** What has been read so far. Packets come in any order; only a third-party caveat's three keep theirs. */
interface Parts {
  location?: Uint8Array
  identifier?: Uint8Array
  signature?: Uint8Array
  readonly caveats: MacaroonCaveat[]
  /** A `vid` that waits for its `cl`. */
  vid?: Uint8Array
}

/**
 * Reads a macaroon from libmacaroons v1 packets. Each packet: four lowercase hexadecimal digits (its whole length),
 * a key, one space, the value, a newline.
 *
 * @returns copies: in JavaScriptCore a small array of its own is cheaper than a view, which needs a buffer object
 * @throws {TokenError} `badToken`
 */
export function parsePackets(bytes: Uint8Array): Macaroon {
  const parts: Parts = { caveats: [] }
  for (let at = 0; at < bytes.length; ) {
    const end = at + packetLength(bytes, at)
    if (end - at < SHORTEST || end > bytes.length || bytes[end - 1] !== NEWLINE)
      throw new TokenError('badToken')
    takePacket(parts, bytes, at + HEADER, end - 1)
    at = end
  }
  const { location, identifier, signature, caveats, vid } = parts
  if (identifier === undefined || vid !== undefined) throw new TokenError('badToken')
  return { location, identifier, signature, caveats }
}

/** @returns less than {@link SHORTEST} when the four characters are no lowercase hexadecimal digits */
function packetLength(bytes: Uint8Array, at: number): number {
  let length = 0
  for (let digit = at; digit < at + HEADER; digit++) {
    const code = bytes[digit] ?? 0
    if (code >= 0x30 && code <= 0x39) length = (length << 4) | (code - 0x30)
    else if (code >= 0x61 && code <= 0x66) length = (length << 4) | (code - 0x57)
    else return -1
  }
  return length
}

function takePacket(parts: Parts, bytes: Uint8Array, start: number, end: number): void {
  if (hasKey(bytes, start, CID)) takeCid(parts, bytes.slice(start + CID.length, end))
  else if (hasKey(bytes, start, LOCATION)) {
    parts.location = once(parts.location, bytes.slice(start + LOCATION.length, end))
  } else if (hasKey(bytes, start, IDENTIFIER)) {
    parts.identifier = once(parts.identifier, bytes.slice(start + IDENTIFIER.length, end))
  } else if (hasKey(bytes, start, SIGNATURE)) {
    parts.signature = once(parts.signature, bytes.slice(start + SIGNATURE.length, end))
    if (parts.signature.length !== SIGNATURE_BYTES) throw new TokenError('badToken')
  } else if (hasKey(bytes, start, VID)) takeVid(parts, bytes.slice(start + VID.length, end))
  else if (hasKey(bytes, start, CL)) takeCl(parts, bytes.slice(start + CL.length, end))
  else throw new TokenError('badToken')
}

function hasKey(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false
  return true
}

function once(present: Uint8Array | undefined, value: Uint8Array): Uint8Array {
  if (present !== undefined) throw new TokenError('badToken')
  return value
}

function takeCid(parts: Parts, cid: Uint8Array): void {
  if (parts.vid !== undefined) throw new TokenError('badToken')
  parts.caveats.push({ cid })
}

function takeVid(parts: Parts, vid: Uint8Array): void {
  const last = parts.caveats.at(-1)
  if (last === undefined || last.thirdParty !== undefined) throw new TokenError('badToken')
  parts.vid = once(parts.vid, vid)
}

function takeCl(parts: Parts, location: Uint8Array): void {
  const last = parts.caveats.pop()
  if (last === undefined || parts.vid === undefined) throw new TokenError('badToken')
  parts.caveats.push({ cid: last.cid, thirdParty: { vid: parts.vid, location } })
  delete parts.vid
}

/**
 * Writes a macaroon as packets: location, identifier, caveats in order, signature.
 *
 * @throws {TokenError} `tokenTooLarge` when a value does not fit into a packet
 */
export function writePackets(macaroon: Macaroon): Uint8Array {
  const packets: [name: Uint8Array, value: Uint8Array][] = []
  if (macaroon.location !== undefined) packets.push([LOCATION, macaroon.location])
  packets.push([IDENTIFIER, macaroon.identifier])
  for (const { cid, thirdParty } of macaroon.caveats) {
    packets.push([CID, cid])
    if (thirdParty !== undefined) packets.push([VID, thirdParty.vid], [CL, thirdParty.location])
  }
  if (macaroon.signature !== undefined) packets.push([SIGNATURE, macaroon.signature])
  return joinPackets(packets)
}

function joinPackets(packets: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array {
  let total = 0
  for (const [name, value] of packets) total += HEADER + name.length + value.length + 1
  const bytes = new Uint8Array(total)
  let at = 0
  for (const [name, value] of packets) {
    const length = HEADER + name.length + value.length + 1
    if (length > MAX_PACKET) throw new TokenError('tokenTooLarge')
    const digits = length.toString(16).padStart(HEADER, '0')
    for (let digit = 0; digit < HEADER; digit++) bytes[at + digit] = digits.charCodeAt(digit)
    bytes.set(name, at + HEADER)
    bytes.set(value, at + HEADER + name.length)
    at += length
    bytes[at - 1] = NEWLINE
  }
  return bytes
}
