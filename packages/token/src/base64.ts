const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Reads standard base64 (RFC 4648, section 4) with its padding, in its one spelling.
 *
 * @returns `undefined` for anything else
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3)
  for (let at = 0, written = 0; at < text.length; at += 4) {
    const group = [0, 1, 2, 3].reduce((bits, char) => (bits << 6) | sextet(text.charAt(at + char)), 0)
    bytes[written++] = group >> 16
    bytes[written++] = group >> 8
    bytes[written++] = group
  }
  const end = bytes.length - padding
  const hasStrayBits = bytes.subarray(end).some((byte) => byte !== 0)
  return hasStrayBits ? undefined : bytes.subarray(0, end)
}

function sextet(char: string): number {
  return char === '=' ? 0 : ALPHABET.indexOf(char)
}
