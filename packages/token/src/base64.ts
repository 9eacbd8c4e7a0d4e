const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const WHITE_SPACE = /[\t\n\r ]/g

/**
 * The one spelling of a base64 text (RFC 4648, section 4): padded, no white space (which encoders break lines with),
 * the unused bits of its last character zero.
 *
 * @returns `undefined` for what is no base64, or lacks its padding
 */
export function canonicalBase64(text: string): string | undefined {
  const compact = text.replace(WHITE_SPACE, '')
  if (compact.length % 4 !== 0 || !BASE64.test(compact)) return undefined
  const padding = paddingOf(compact)
  if (padding === 0) return compact
  const last = compact.length - padding - 1
  // Of its six bits the last character before one `=` uses four, before two of them two.
  const used = sextet(compact.charAt(last)) & (padding === 1 ? 0b111100 : 0b110000)
  return `${compact.slice(0, last)}${ALPHABET.charAt(used)}${'='.repeat(padding)}`
}

/** The bytes of a text in its one spelling. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length / 4) * 3)
  for (let at = 0, written = 0; at < text.length; at += 4) {
    const group = [0, 1, 2, 3].reduce((bits, char) => (bits << 6) | sextet(text.charAt(at + char)), 0)
    bytes[written++] = group >> 16
    bytes[written++] = group >> 8
    bytes[written++] = group
  }
  return bytes.subarray(0, bytes.length - paddingOf(text))
}

function paddingOf(text: string): number {
  return text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
}

function sextet(char: string): number {
  return char === '=' ? 0 : ALPHABET.indexOf(char)
}
