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
  const view = new DataView(packed.buffer)
  let at = 0
  for (const part of parts) {
    const { written } = encoder.encodeInto(part, packed.subarray(at + LENGTH_BYTES))
    view.setUint32(at, written)
    at += LENGTH_BYTES + written
  }
  view.setUint32(at, salt.length)
  packed.set(salt, at + LENGTH_BYTES)
  return packed.subarray(0, at + LENGTH_BYTES + salt.length)
}
