/** A segment that is surely a word or a version of our own routes, not a value: `tokens`, `name`, `v3`, `v2.12`. */
const WORD = /^(?:[a-z][a-z_-]{0,31}|v\d{1,2}(?:\.\d{1,2})?)$/
const MAX_SEGMENTS = 12

/**
 * A path for the log when no route's own can be given. Anything that does not look like a word becomes `*`: a path can
 * hold an id, a name, a mistyped password or a whole serialized token.
 */
export function maskPath(path: string): string {
  const segments = path.split('/', MAX_SEGMENTS + 2)
  const shown = segments
    .slice(0, MAX_SEGMENTS + 1)
    .map((segment) => (segment === '' || WORD.test(segment) ? segment : '*'))
  return segments.length > shown.length ? `${shown.join('/')}/…` : shown.join('/')
}
