import { cidrContains, type Cidr } from './cidr.ts'
import { parseIpAddress, printIpAddress, type IpAddress } from '../ip-address.ts'

/** What stands for an address that cannot be known; no rule about addresses matches it. */
export const UNKNOWN_ADDRESS = 'unknown'

/** `a.b.c.d:port` and `[v6]:port`, as some proxies write their hops. */
const HOP_WITH_PORT = /^(?:([\d.]+):\d{1,5}|\[([^\]]*)\](?::\d{1,5})?)$/

/**
 * Who sent the request. Each trusted proxy appends the address that it saw, so the list is read from the right and
 * only as far as it was written by proxies that are trusted: what stands left of the first other address is that
 * client's own invention.
 *
 * A hop that is no address makes the client unknown. Falling back to the proxy's own address would let a client who
 * sends nonsense pass for the proxy, which is on every list of inside addresses.
 *
 * @param peer the TCP peer, as the runtime writes it
 * @param forwardedFor the `X-Forwarded-For` header, duplicates joined by commas in their order; `null` when there is none
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  trustedProxies: readonly Cidr[],
): string {
  if (forwardedFor === null || !isTrusted(parsePeer(peer), trustedProxies)) return showPeer(peer)
  const hops = forwardedFor.split(',')
  let client: IpAddress | undefined
  for (let index = hops.length - 1; index >= 0; index--) {
    client = parseHop(hops[index] ?? '')
    if (!isTrusted(client, trustedProxies)) break
  }
  return client === undefined ? UNKNOWN_ADDRESS : printIpAddress(client)
}

/** Whether the TCP peer is a proxy whose `X-Forwarded-…` headers count. */
export function isTrustedPeer(peer: string, trustedProxies: readonly Cidr[]): boolean {
  return trustedProxies.length > 0 && isTrusted(parsePeer(peer), trustedProxies)
}

function isTrusted(address: IpAddress | undefined, trustedProxies: readonly Cidr[]): boolean {
  return address !== undefined && trustedProxies.some((cidr) => cidrContains(cidr, address))
}

function parseHop(hop: string): IpAddress | undefined {
  const text = hop.trim()
  const match = HOP_WITH_PORT.exec(text)
  return parseIpAddress(match?.[1] ?? match?.[2] ?? text)
}

function parsePeer(peer: string): IpAddress | undefined {
  return parseIpAddress(withoutZone(peer))
}

function showPeer(peer: string): string {
  // Nearly every peer: nothing to rewrite, so nothing is parsed.
  if (!peer.includes(':')) return peer === '' ? UNKNOWN_ADDRESS : peer
  const address = parsePeer(peer)
  return address === undefined ? UNKNOWN_ADDRESS : printIpAddress(address)
}

/** `fe80::1%eth0` names the interface that a link-local peer came in by: true here, meaningless elsewhere. */
function withoutZone(peer: string): string {
  const zone = peer.indexOf('%')
  return zone === -1 ? peer : peer.slice(0, zone)
}
