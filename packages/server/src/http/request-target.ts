/** The two parts of a request target that routing and dialects look at. */
export interface Target {
  readonly path: string
  /** Without the question mark. */
  readonly query: string
}

/** For what has no path: the authority form of CONNECT. */
export const NO_TARGET: Target = { path: '', query: '' }

const SLASH = 47
/** Where to look for the path in a URL that the runtime gives: behind `https://`, or `http://` and a character of its host. */
const SCHEME_CHARS = 'https://'.length

/** @param url as the runtime gives it: absolute, or the bare request target when the `Host` header is none */
export function splitTarget(url: string): Target {
  const start = url.charCodeAt(0) === SLASH ? 0 : url.indexOf('/', SCHEME_CHARS)
  if (start === -1) return NO_TARGET
  const question = url.indexOf('?', start)
  return question === -1
    ? { path: url.slice(start), query: '' }
    : { path: url.slice(start, question), query: url.slice(question + 1) }
}

/** @param url as for {@link splitTarget}; without a good `Host` header nobody knows the authority, and it is empty */
export function originParts(url: string): readonly [scheme: string, authority: string] {
  const [, scheme = 'http', authority = ''] = ORIGIN.exec(url) ?? []
  return [scheme, authority]
}

const ORIGIN = /^(https?):\/\/([^/?#]*)/
