import type { JsonObject } from '../../authority/named-token.ts'
import { ExactNumber } from '../../exact-json.ts'
import type { Answer } from '../dialect.ts'
import { CODES } from './codes.ts'
import type { ErrorItem } from './refusal.ts'
import type { Sent } from './route.ts'

/** What is busy now is over in a moment, or it is not and the client asks again. */
const RETRY_AFTER_SECONDS = 1
/** A body may hold a token or personal data, and every one is about now. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store, no-cache',
  pragma: 'no-cache',
  expires: '0',
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

/** A list in its envelope. */
export function listAnswer(
  sent: Sent & { readonly sdwanTenantId: string },
  items: readonly JsonObject[],
): Answer {
  return {
    status: 200,
    headers: HEADERS,
    body: JSON.stringify({
      count: items.length,
      items,
      id: null,
      ...(!sent.isUnified && { tenant_id: sent.sdwanTenantId }),
      ...LIST_FIELDS,
      ...envelope(200, sent.requestId),
    }),
  }
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
