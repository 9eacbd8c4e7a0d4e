import type { RawAnswer } from '../../testing/raw-connection.ts'

/** What each status may come with. A status that is not here is not documented. */
const forms: Readonly<Record<number, readonly Form[]>> = {
  200: ['json'],
  201: ['json', 'location'],
  204: ['empty'],
  400: ['error', 'empty'],
  401: ['error'],
  403: ['error'],
  404: ['error', 'empty'],
  405: ['empty', 'error'],
  406: ['empty'],
  409: ['error'],
  413: ['empty', 'error'],
  414: ['empty'],
  415: ['empty', 'error'],
  431: ['empty'],
  501: ['error'],
  503: ['error'],
}

type Form = 'json' | 'empty' | 'location' | 'error' | 'neither'

/** The only errors that a 501 or 503 may carry. */
const excusedErrors: ReadonlySet<unknown> = new Set([
  'notImplemented',
  'serviceUnavailable',
  'temporaryFailure',
  'urn:jeton:problem:not-implemented',
  'urn:jeton:problem:too-many-logins',
])

/** What is wrong with an answer, whatever it answers; `undefined` when nothing is. */
export function complaintAbout(answer: RawAnswer, isHead: boolean): string | undefined {
  const allowed = forms[answer.status]
  if (allowed === undefined) return `status ${answer.status} is not documented`
  if (isHead) return answer.body === '' ? undefined : 'a HEAD was answered with a body'
  const form = formOf(answer)
  if (!allowed.includes(form)) return `a ${answer.status} in the form '${form}'`
  if (answer.status >= 500 && !excusedErrors.has(errorIdOf(answer))) return `an inexcusable ${answer.status}`
  if (answer.status === 405 && !answer.headers.has('allow')) return 'a 405 that does not say what is allowed'
  if (answer.status === 503 && !answer.headers.has('retry-after'))
    return 'a 503 that does not say when to try again'
  return undefined
}

function formOf({ status, headers, body }: RawAnswer): Form {
  if (body === '') return status === 201 && headers.has('location') ? 'location' : 'empty'
  const json = parsed(body)
  if (json === undefined) return 'neither'
  if (status < 400) return headers.get('content-type') === 'application/json' ? 'json' : 'neither'
  return isEnvelope(json) || isProblem(json, status) ? 'error' : 'neither'
}

/** Onezone's: `{"error": {"id", "details"?, "description"}}` and nothing beside. */
function isEnvelope(json: unknown): boolean {
  if (!isObject(json) || Object.keys(json).join() !== 'error' || !isObject(json['error'])) return false
  const { id, description, details, ...rest } = json['error']
  return (
    typeof id === 'string' &&
    typeof description === 'string' &&
    (details === undefined || isObject(details)) &&
    Object.keys(rest).length === 0
  )
}

/** RFC 9457. */
function isProblem(json: unknown, status: number): boolean {
  return isObject(json) && typeof json['type'] === 'string' && json['status'] === status
}

function errorIdOf({ body }: RawAnswer): unknown {
  const json = parsed(body)
  if (!isObject(json)) return undefined
  return isObject(json['error']) ? json['error']['id'] : json['type']
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
