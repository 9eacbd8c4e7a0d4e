import type { JsonObject } from '../../authority/named-token.ts'
import { ExactNumber } from '../../exact-json.ts'
import type { Answer } from '../dialect.ts'
import { CODES } from './codes.ts'
import type { ErrorItem } from './refusal.ts'
import type { Sent } from './route.ts'

/** What is busy now is over in a moment, or it is not and the client asks again. */
const RETRY_AFTER_SECONDS = 1
/** A body may hold a token or personal data, and every one is about now. It is JSON, whatever its texts look like. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store, no-cache',
  pragma: 'no-cache',
  expires: '0',
  'x-content-type-options': 'nosniff',
}

/** What the store knows of an object beside its fields. The times are 17-digit numbers, which no JavaScript number holds. */
export interface Recorded {
  /** From 1, and one more with every change. */
  readonly etag: number
  readonly createdUtc: string | bigint
  readonly updatedUtc: string | bigint
}

/** The fields that every object has beside its own, also within a list (Prisma SD-WAN, system fields). */
export function systemFields({ etag, createdUtc, updatedUtc }: Recorded): JsonObject {
  return {
    _etag: etag,
    _schema: 1,
    _created_on_utc: new ExactNumber(String(createdUtc)),
    _updated_on_utc: new ExactNumber(String(updatedUtc)),
    ...NOTHING_TO_SAY,
  }
}

const NOTHING_TO_SAY = { _error: null, _warning: null, _info: null, _debug: null }
const NOTHING_TO_SAY_TEXT = membersOf(JSON.stringify(NOTHING_TO_SAY))

/**
 * The JSON of an object with {@link systemFields}. Numbers beyond what JavaScript holds cost `JSON.stringify` several
 * times the rest of a small object, so here they are put in as text.
 */
export function objectText(fields: JsonObject, { etag, createdUtc, updatedUtc }: Recorded): string {
  const times = `"_created_on_utc":${createdUtc},"_updated_on_utc":${updatedUtc}`
  return `{${membersOf(JSON.stringify(fields))},"_etag":${etag},"_schema":1,${times},${NOTHING_TO_SAY_TEXT}}`
}

/** One object. @param fields with {@link systemFields} among them, if it has any */
export function objectAnswer(
  sent: Sent,
  fields: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status: 200,
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ ...fields, ...envelope(200, sent.requestId) }),
  }
}

/** @param text of one object with a member at least, as {@link objectText} makes it */
export function textAnswer(sent: Sent, text: string): Answer {
  return { status: 200, headers: HEADERS, body: `{${membersOf(text)},${envelopeText(sent)}}` }
}

/** A list in its envelope. */
export function listAnswer(sent: InTenant, items: readonly JsonObject[]): Answer {
  return listOfTexts(
    sent,
    items.map((item) => JSON.stringify(item)),
  )
}

type InTenant = Sent & { readonly sdwanTenantId: string }

/** @param texts of its items, as {@link objectText} makes them */
export function listOfTexts(sent: InTenant, texts: readonly string[]): Answer {
  const list = `"count":${texts.length},"items":[${texts.join(',')}]`
  return { status: 200, headers: HEADERS, body: `{${list},${listFieldsText(sent)}}` }
}

/** What a list has besides its items and their count. */
function listFieldsText(sent: InTenant): string {
  const { isUnified, sdwanTenantId } = sent
  const fields = { id: null, ...(!isUnified && { tenant_id: sdwanTenantId }), ...LIST_FIELDS }
  return `${membersOf(JSON.stringify(fields))},${envelopeText(sent)}`
}

/** A list that may be too long to be in memory at once: more than one page is sent as the pages come. */
export async function listOfPages(
  sent: InTenant,
  pages: AsyncGenerator<readonly string[], void, undefined>,
): Promise<Answer> {
  const first = await pages.next()
  const second = await pages.next()
  if (first.done === true) return listOfTexts(sent, [])
  if (second.done === true) return listOfTexts(sent, first.value)
  return { status: 200, headers: HEADERS, body: textsOfList(sent, [first.value, second.value], pages) }
}

async function* textsOfList(
  sent: InTenant,
  read: readonly (readonly string[])[],
  pages: AsyncIterable<readonly string[]>,
): AsyncGenerator<string, void, undefined> {
  let count = 0
  for (const page of read) {
    yield `${count === 0 ? '{"items":[' : ','}${page.join(',')}`
    count += page.length
  }
  for await (const page of pages) {
    yield `,${page.join(',')}`
    count += page.length
  }
  yield `],"count":${count},${listFieldsText(sent)}}`
}

const LIST_FIELDS = { _etag: 0, _schema: 0, _created_on_utc: 0, _updated_on_utc: 0 }

/** A list without an envelope: the one operation that answers so. */
export function arrayAnswer(items: readonly JsonObject[]): Answer {
  return { status: 200, headers: HEADERS, body: JSON.stringify(items) }
}

/** @param retryAfterSeconds sent along with a 503 */
export function errorAnswer(
  items: readonly ErrorItem[],
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
  retryAfterSeconds = RETRY_AFTER_SECONDS,
): Answer {
  const [first] = items
  const status = first === undefined ? 500 : CODES[first.code][0]
  return {
    status,
    headers: {
      ...HEADERS,
      ...headers,
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(status === 503 && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ _error: items, ...envelope(status, requestId) }),
  }
}

function envelope(status: number, requestId: string): JsonObject {
  return {
    _status_code: String(status),
    _request_id: requestId,
    _content_length: '0',
  }
}

/** The same as text; an id of a request is digits. */
function envelopeText({ requestId }: Sent): string {
  return `"_status_code":"200","_request_id":"${requestId}","_content_length":"0"`
}

/** The JSON of an object without its braces. */
function membersOf(text: string): string {
  return text.slice(1, -1)
}
