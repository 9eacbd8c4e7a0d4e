import { parseIpv4 } from '@jeton/token'

/** The address as caveats know it: IPv4, or unknown. */
export function ipv4Of(address: string): string | undefined {
  return parseIpv4(address) === undefined ? undefined : address
}
