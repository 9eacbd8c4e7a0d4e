import { parseIpAddress, type IpAddress } from '../ip-address.ts'

/** A block of addresses: those whose first `prefixBits` bits are the network's. */
export interface Cidr {
  readonly network: IpAddress
  readonly prefixBits: number
}

const PREFIX = /^(?:0|[1-9]\d{0,2})$/

/**
 * `10.0.0.0/8`, `fd00::/8`, or a bare address for itself alone.
 * @returns `undefined` for anything else, also for an address with bits beyond its prefix: `10.0.0.1/8` is more likely a slip than a block
 */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/')
  const network = parseIpAddress(addressText)
  if (network === undefined || rest.length > 0) return undefined
  if (prefixText === undefined) return { network, prefixBits: network.length * 8 }
  if (!PREFIX.test(prefixText)) return undefined
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8 in IPv6 clothes.
  const isMapped = network.length === 4 && addressText.includes(':')
  const prefixBits = Number(prefixText) - (isMapped ? 96 : 0)
  if (prefixBits < 0 || prefixBits > network.length * 8) return undefined
  return bitsBeyond(network, prefixBits) ? undefined : { network, prefixBits }
}

/** An IPv4 address is in no IPv6 block, and the other way round. */
export function cidrContains(cidr: Cidr, address: IpAddress): boolean {
  if (address.length !== cidr.network.length) return false
  return address.every(
    (byte, index) => ((byte ^ (cidr.network[index] ?? 0)) & maskOf(cidr.prefixBits, index)) === 0,
  )
}

function bitsBeyond(network: IpAddress, prefixBits: number): boolean {
  return network.some((byte, index) => (byte & ~maskOf(prefixBits, index)) !== 0)
}

/** The part of the prefix that lies in the byte at `index`. */
function maskOf(prefixBits: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefixBits - 8 * index))
  return (0xff << (8 - bits)) & 0xff
}
