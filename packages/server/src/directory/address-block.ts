const IPV6_GROUPS = 8
const BLOCK_GROUPS = 4

/**
 * Whom an address stands for: an IPv4 address for itself, an IPv6 address for its /64, for whoever has one address of
 * a /64 usually has all of them. Anything else for itself.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  if (tail !== undefined) {
    const after = tail.split(':').filter((group) => group !== '')
    while (groups.length + after.length < IPV6_GROUPS) groups.push('0')
  }
  const block = groups.slice(0, BLOCK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16))
  return `${block.join(':')}::/64`
}
