import type { JsonObject } from '../../authority/named-token.ts'

interface Shown {
  readonly text: string
  etag: string | undefined
  /** By content type, of which there are three at most. */
  headers: Map<string, Headers> | undefined
}

type Headers = Readonly<Record<string, string>>

/** Entries never change; where the store gives the very same one again, it is the same text again. */
const known = new WeakMap<object, Shown>()

/** The JSON of an entry as it is shown. @param show always the same for entries of its kind */
export function shownText<Entry extends object>(entry: Entry, show: (entry: Entry) => JsonObject): string {
  return shownOf(entry, show).text
}

/** What an entry as shown is recognised by (Astra, §8). */
export function etagOf<Entry extends object>(entry: Entry, show: (entry: Entry) => JsonObject): string {
  const shown = shownOf(entry, show)
  shown.etag ??= `"${new Bun.CryptoHasher('md5').update(shown.text).digest('hex')}"`
  return shown.etag
}

/**
 * What goes before an entry's text. The very same object each time, for what sends it builds it once.
 * @param others besides the content type and the tag
 */
export function shownHeaders<Entry extends object>(
  entry: Entry,
  show: (entry: Entry) => JsonObject,
  contentType: string,
  others: Headers,
): Headers {
  const shown = shownOf(entry, show)
  shown.headers ??= new Map()
  const before = shown.headers.get(contentType)
  if (before !== undefined) return before
  const headers = { ...others, 'content-type': contentType, etag: etagOf(entry, show) }
  shown.headers.set(contentType, headers)
  return headers
}

function shownOf<Entry extends object>(entry: Entry, show: (entry: Entry) => JsonObject): Shown {
  const before = known.get(entry)
  if (before !== undefined) return before
  const shown: Shown = { text: JSON.stringify(show(entry)), etag: undefined, headers: undefined }
  known.set(entry, shown)
  return shown
}
