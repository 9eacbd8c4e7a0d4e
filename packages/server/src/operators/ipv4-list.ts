import { type IpAddress, parseIpAddress } from '../ip-address.ts'

const PREFIX = /^(?:[0-9]|[12][0-9]|3[0-2])$/

/**
 * Whether an address is in a list of IPv4 addresses and prefixes; in the empty list everything is. An entry that is
 * neither has nobody in it, and no IPv6 address is in a list that is not empty.
 */
export function isInIpv4List(list: readonly string[], address: string): boolean {
  if (list.length === 0) return true
  const bytes = parseIpAddress(address)
  return bytes?.length === 4 && list.some((entry) => isIn(entry, bytes))
}

function isIn(entry: string, address: IpAddress): boolean {
  const [network = '', prefix = '32', ...rest] = entry.split('/')
  const bytes = parseIpAddress(network)
  if (bytes?.length !== 4 || rest.length > 0 || !PREFIX.test(prefix)) return false
  // A shift by all 32 bits would be one by none.
  const mask = prefix === '0' ? 0 : 2 ** 32 - 2 ** (32 - Number(prefix))
  return (toNumber(bytes) & mask) === (toNumber(address) & mask)
}

function toNumber(bytes: IpAddress): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
