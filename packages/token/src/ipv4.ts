import { parseInteger } from './json.ts'

const DOT = 0x2e
const ZERO = 0x30

/**
 * Reads dotted IPv4: four decimal octets without leading zeros (some readers take `010` for octal 8, so it is
 * refused).
 *
 * @param end where the address ends, when something follows it
 * @returns the address as an unsigned 32-bit integer
 */
export function parseIpv4(text: string, end = text.length): number | undefined {
  let address = 0
  let octet = -1
  let dots = 0
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return undefined
      address = address * 256 + octet
      octet = -1
    } else {
      const digit = code - ZERO
      if (digit < 0 || digit > 9 || octet === 0) return undefined
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return undefined
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : undefined
}

/** A range of addresses: those that agree with `address` in the first `length` bits. */
export interface Ipv4Mask {
  readonly address: number
  readonly length: number
}

/** Reads `a.b.c.d/len`, or one address, which is a mask of 32. Bits beyond the length are kept. */
export function parseIpv4Mask(text: string): Ipv4Mask | undefined {
  const slash = text.indexOf('/')
  const address = parseIpv4(text, slash < 0 ? text.length : slash)
  const length = slash < 0 ? 32 : (shortLength(text, slash + 1) ?? parseInteger(text.slice(slash + 1)))
  if (address === undefined || typeof length !== 'number' || length < 0 || length > 32) return undefined
  return { address, length }
}

/** Of one or two digits, as nearly all are: this runs whenever a token is judged. */
function shortLength(text: string, start: number): number | undefined {
  const digits = text.length - start
  const first = text.charCodeAt(start) - ZERO
  if (digits === 1) return first >= 0 && first <= 9 ? first : undefined
  const second = text.charCodeAt(start + 1) - ZERO
  const isNumber = digits === 2 && first >= 0 && first <= 9 && second >= 0 && second <= 9
  return isNumber ? first * 10 + second : undefined
}

const SHORTEST_LENGTH = /\/(?:[12]?[0-9]|3[0-2])$/

/** The one spelling of a mask, with its length. Onezone overlooks slashes with nothing between them. */
export function canonicalIpv4Mask(text: string): string | undefined {
  // Nearly all are spelled so already.
  if (SHORTEST_LENGTH.test(text) && parseIpv4Mask(text) !== undefined) return text
  const parts = text.split('/').filter((part) => part !== '')
  const mask = parts.length > 2 ? undefined : parseIpv4Mask(parts.join('/'))
  return mask === undefined ? undefined : `${parts[0]}/${mask.length}`
}

export function isInMask(address: number, mask: Ipv4Mask): boolean {
  // A shift by 32 is a shift by 0 in ECMAScript.
  return mask.length === 0 || (address ^ mask.address) >>> (32 - mask.length) === 0
}
