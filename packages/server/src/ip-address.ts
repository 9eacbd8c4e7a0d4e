/** Network byte order: 4 bytes for IPv4, 16 for IPv6. IPv4 in IPv6 clothes (`::ffff:a.b.c.d`) has 4. */
export type IpAddress = Uint8Array

const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/
const IPV6_PART = /^[0-9a-f]{1,4}$/i

/** @returns `undefined` for anything but one address in its usual spelling: no zone, no port, no brackets, no leading zeros in IPv4 */
export function parseIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** Dotted decimal, or the canonical text of RFC 5952. */
export function printIpAddress(address: IpAddress): string {
  return address.length === 4 ? address.join('.') : printIpv6(address)
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.', 5)
  if (parts.length !== 4 || !parts.every((part) => IPV4_PART.test(part) && Number(part) <= 255)) {
    return undefined
  }
  return Uint8Array.from(parts, Number)
}

// The longest spelling, eight groups with an IPv4 tail, has 45 characters.
const MAX_IPV6_CHARS = 45

function parseIpv6(text: string): IpAddress | undefined {
  if (text.length > MAX_IPV6_CHARS) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? '', true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  // `::` stands for at least one group (RFC 4291, 2.2).
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  const address = Uint8Array.from([...head, ...Array<number>(missing).fill(0), ...tail])
  return isMappedIpv4(address) ? address.slice(12) : address
}

/** The bytes of the groups of one half; the last may be an IPv4 address where the half is the address's end. */
function parseGroups(half: string, isEnd: boolean): number[] | undefined {
  if (half === '') return []
  const bytes: number[] = []
  const groups = half.split(':')
  for (const [index, group] of groups.entries()) {
    if (isEnd && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group)
      if (ipv4 === undefined) return undefined
      bytes.push(...ipv4)
    } else if (IPV6_PART.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else {
      return undefined
    }
  }
  return bytes
}

// A v4 client on a v6 socket arrives as ::ffff:a.b.c.d. Compare and show it as v4, or every v4 rule fails.
function isMappedIpv4(address: IpAddress): boolean {
  return address.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff))
}

function printIpv6(address: IpAddress): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((address[2 * index] ?? 0) << 8) | (address[2 * index + 1] ?? 0)).toString(16),
  )
  const run = longestZeroRun(groups)
  if (run.length < 2) return groups.join(':')
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`
}

/** The first of the longest runs of zero groups (RFC 5952, 4.2.3). */
function longestZeroRun(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== '0') start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}
