import { parseIpAddress } from './ip-address.ts'

const BLOCK_BYTES = 8

/**
 * Whom an address stands for where clients are counted: an IPv4 address for itself, an IPv6 address for its /64, for
 * whoever has one address of a /64 usually has all of them. Anything else for itself.
 */
export function addressBlock(address: string): string {
  const bytes = address.includes(':') ? parseIpAddress(address) : undefined
  return bytes === undefined ? address : bytes.subarray(0, BLOCK_BYTES).toHex()
}
