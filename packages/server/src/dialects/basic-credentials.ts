/** `ignoreBOM` keeps a byte order mark, so that no two spellings are one name. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface BasicCredentials {
  readonly name: string
  readonly password: string
}

/**
 * What stands behind the scheme word of Basic authentication. A password may hold colons; a name may not (RFC 7617, 2).
 * @returns `undefined` for what is no base64 of UTF-8 with a colon in it
 */
export function decodeBasicCredentials(encoded: string): BasicCredentials | undefined {
  const text = decodeText(encoded)
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 0) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decodeText(encoded: string): string | undefined {
  try {
    const text = utf8.decode(Uint8Array.fromBase64(encoded))
    // No user has such a name, and a database may refuse to be asked for one.
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
