import { decodeToken } from '@jeton/token'
import { hmacSha256 } from '../../src/hmac.ts'

/** What nobody here would mint: any identifier, any caveat text, signed with a key that no zone has. */
export function forgedToken(
  identifier: string,
  caveats: readonly string[] = [],
  key: Uint8Array = new Uint8Array(32),
): string {
  const encoder = new TextEncoder()
  let signature = hmacSha256(key, encoder.encode(identifier))
  const packets = [packet('location', encoder.encode('zone.example.org'))]
  packets.push(packet('identifier', encoder.encode(identifier)))
  for (const caveat of caveats) {
    const cid = encoder.encode(caveat)
    signature = hmacSha256(signature, cid)
    packets.push(packet('cid', cid))
  }
  packets.push(packet('signature', signature))
  return base62(Buffer.concat(packets))
}

/** A token that says the same as that one, and is signed with another key. */
export function forgedCopy(token: string): string {
  const { identifier, caveats } = decodeToken(token)
  return forgedToken(identifier, caveats)
}

function packet(key: string, value: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(`${key} `), value, Buffer.from('\n')])
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, '0')), body])
}

const ESCAPES: Readonly<Record<string, string>> = { '0': '00', _: '01', '-': '02' }

function base62(bytes: Buffer): string {
  return bytes.toString('base64url').replace(/[0_-]/g, (char) => ESCAPES[char] ?? char)
}
