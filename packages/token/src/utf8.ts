const encoder = new TextEncoder()
// Not fatal: whoever holds a token may append any bytes, and they must still be shown and refused by name. Without
// ignoreBOM a leading EF BB BF would vanish, and the text would no longer stand for the bytes that were signed.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** What bytes that are no UTF-8 are shown as. */
const REPLACEMENT = '\ufffd'

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Bytes that are no UTF-8 come out as U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/**
 * Whether a text and its bytes stand for each other both ways. False for half surrogate pairs, which have no bytes,
 * and for U+FFFD, which stands for bytes that had no text.
 */
export function isFaithfulText(text: string): boolean {
  return text.isWellFormed() && !text.includes(REPLACEMENT)
}
