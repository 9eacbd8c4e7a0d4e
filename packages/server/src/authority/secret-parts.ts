import type { TenantId } from '../directory/tenant.ts'
import type { Audience } from './named-token.ts'

const encoder = new TextEncoder()
const LENGTH_BYTES = 4

/**
 * What a token secret is derived over: kind ‖ audience ‖ tenant ‖ whose ‖ generation ‖ salt, each part behind its
 * length as four big-endian bytes. Without the lengths `('a', 'bc')` and `('ab', 'c')` would share a secret.
 *
 * @param whose a named token's id, or `<kind>:<id>` of the subject of temporary ones
 * @param generation 0 for named tokens
 */
export function packSecretParts(
  kind: 'named' | 'temporary',
  audience: Audience,
  tenantId: TenantId,
  whose: string,
  generation: number,
  salt: Uint8Array,
): Uint8Array {
  const parts = [kind, audience, String(tenantId), whose, String(generation)]
  // Ids are ASCII, yet a forged one may not be: a UTF-16 unit needs three bytes of UTF-8 at most.
  let capacity = LENGTH_BYTES + salt.length
  for (const part of parts) capacity += LENGTH_BYTES + part.length * 3
  const packed = new Uint8Array(capacity)
  let at = 0
  for (const part of parts) {
    const length = writeText(packed, at + LENGTH_BYTES, part)
    writeLength(packed, at, length)
    at += LENGTH_BYTES + length
  }
  writeLength(packed, at, salt.length)
  packed.set(salt, at + LENGTH_BYTES)
  return packed.subarray(0, at + LENGTH_BYTES + salt.length)
}

/** @returns bytes written. ASCII by hand: the encoder takes longer to begin than this to end. */
function writeText(bytes: Uint8Array, start: number, text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) return encoder.encodeInto(text, bytes.subarray(start)).written
    bytes[start + at] = code
  }
  return text.length
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length >>> 24
  bytes[at + 1] = length >>> 16
  bytes[at + 2] = length >>> 8
  bytes[at + 3] = length
}
