import type { TenantId } from '../directory/tenant.ts'
import type { Audience } from './named-token.ts'

const encoder = new TextEncoder()
const LENGTH_BYTES = 4
const PARTS = 6

/**
 * What a token secret is derived over: kind ‖ audience ‖ tenant ‖ whose ‖ generation ‖ salt, each part behind its
 * length as four big-endian bytes. Without the lengths `('a', 'bc')` and `('ab', 'c')` would share a secret.
 *
 * @param whose a named token's id, or `<kind>:<id>` of the subject of temporary ones
 * @param generation 0 for named tokens
 */
export function packSecretParts(
  kind: 'named' | 'temporary' | 'sealed named' | 'sealed temporary' | 'credential',
  audience: Audience,
  tenantId: TenantId,
  whose: string,
  generation: number,
  salt: Uint8Array,
): Uint8Array {
  const tenant = String(tenantId)
  const number = String(generation)
  // Ids are ASCII, yet a forged one may not be: a UTF-16 unit needs three bytes of UTF-8 at most.
  const chars = kind.length + audience.length + tenant.length + whose.length + number.length
  const packed = new Uint8Array(PARTS * LENGTH_BYTES + chars * 3 + salt.length)
  // One call a part and no list of parts: this runs in every verification.
  let at = appendText(packed, 0, kind)
  at = appendText(packed, at, audience)
  at = appendText(packed, at, tenant)
  at = appendText(packed, at, whose)
  at = appendText(packed, at, number)
  writeLength(packed, at, salt.length)
  packed.set(salt, at + LENGTH_BYTES)
  return packed.subarray(0, at + LENGTH_BYTES + salt.length)
}

/** @returns where the next part begins */
function appendText(packed: Uint8Array, at: number, text: string): number {
  const written = writeText(packed, at + LENGTH_BYTES, text)
  writeLength(packed, at, written)
  return at + LENGTH_BYTES + written
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

function writeLength(packed: Uint8Array, at: number, length: number): void {
  packed[at] = length >>> 24
  packed[at + 1] = length >>> 16
  packed[at + 2] = length >>> 8
  packed[at + 3] = length
}
