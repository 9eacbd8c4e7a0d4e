import type { UnixSeconds } from '../../ambient.ts'
import { instantOf } from './timestamp.ts'

/**
 * Whether a resource is what the request wants it to be before it is changed (Astra, §8; RFC 9110, 13.1). Of a request
 * with both headers the tag counts; `If-Modified-Since` is for reading and says nothing here.
 *
 * @param etag of the resource as it is, quoted
 */
export function isAsWanted(headers: Headers, etag: string, modifiedAt: UnixSeconds): boolean {
  const tags = headers.get('if-match')
  if (tags !== null) return isMatch(tags, etag)
  const since = instantOfHttpDate(headers.get('if-unmodified-since') ?? '')
  return since === undefined || BigInt(modifiedAt) * NANOS_PER_SECOND <= since
}

const NANOS_PER_SECOND = 1_000_000_000n

/** The documented value is bare, and a tag is quoted: either will do. A weak one matches nothing. */
function isMatch(tags: string, etag: string): boolean {
  return tags.split(',').some((tag) => {
    const wanted = tag.trim()
    return wanted === '*' || wanted === etag || `"${wanted}"` === etag
  })
}

const HTTP_DATE = /^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `undefined` for what is none: then the header is ignored (RFC 9110, 13.1.4). */
function instantOfHttpDate(text: string): bigint | undefined {
  const [, day = '', name = '', year = '', time = ''] = HTTP_DATE.exec(text) ?? []
  const month = String(MONTHS.indexOf(name) + 1).padStart(2, '0')
  return instantOf(`${year}-${month}-${day}T${time}Z`)
}
