import { type AnnouncedLength, NO_LENGTH } from './request-body.ts'

/** What the pipeline wants to know of a request's headers before anybody looks at them. */
export interface HeaderFacts {
  /** Bytes of the longest value, duplicates joined. */
  readonly longestValueBytes: number
  /** The `Host` header; `undefined` when there is none, which is HTTP/1.0's right. */
  readonly host: string | undefined
  readonly announcedBytes: AnnouncedLength
}

const DIGITS = /^\d+$/

/** Looks at each header once. One callback for all requests: a closure each would cost more than the look. */
export function headerFacts(headers: Headers): HeaderFacts {
  facts = { longestValueBytes: 0, host: undefined, announcedBytes: 0 }
  headers.forEach(look)
  return facts
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Of the request being looked at; {@link headerFacts} does not wait in between. */
let facts: Mutable<HeaderFacts>

function look(value: string, name: string): void {
  // The runtime decodes header bytes one by one (ISO 8859-1), so characters are bytes.
  if (value.length > facts.longestValueBytes) facts.longestValueBytes = value.length
  if (name === 'host') facts.host = value
  else if (name === 'content-length') facts.announcedBytes = contentLength(value)
  else if (name === 'transfer-encoding') facts.announcedBytes = 'unknown'
}

/** The runtime refuses lengths that differ; the same one twice it joins to `2, 2`, which is ours to refuse (RFC 9110, 8.6). */
function contentLength(value: string): number {
  const bytes = DIGITS.test(value) ? Number(value) : NO_LENGTH
  return Number.isSafeInteger(bytes) ? bytes : NO_LENGTH
}
