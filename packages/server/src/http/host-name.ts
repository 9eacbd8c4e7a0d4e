/** A host name or an address in brackets, with an optional port (RFC 9110, 7.2). */
const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{0,5})?$/i

/**
 * @param header a `Host` or `X-Forwarded-Host` header
 * @returns lower case, without port; `undefined` for what is no host, two of them included
 */
export function parseHostName(header: string): string | undefined {
  if (!HOST.test(header)) return undefined
  // Every request comes here: matched groups would be a list of strings each time.
  const end = header.startsWith('[') ? header.indexOf(']') + 1 : header.indexOf(':')
  return (end === -1 ? header : header.slice(0, end)).toLowerCase()
}

/**
 * @param header duplicates and hops joined by commas. The last is the nearest proxy's own word; what stands before it
 *   may be the client's.
 */
export function parseForwardedHostName(header: string): string | undefined {
  return parseHostName(nearestOf(header))
}

/** As {@link parseForwardedHostName}, but with the port: where the client has to ask again. */
export function parseForwardedAuthority(header: string): string | undefined {
  const nearest = nearestOf(header)
  return HOST.test(nearest) ? nearest.toLowerCase() : undefined
}

/** How the client reached the nearest proxy. */
export function parseForwardedScheme(header: string): 'http' | 'https' | undefined {
  const nearest = nearestOf(header).toLowerCase()
  return nearest === 'http' || nearest === 'https' ? nearest : undefined
}

function nearestOf(header: string): string {
  return header.slice(header.lastIndexOf(',') + 1).trim()
}
