import { CommandFailed, type ServerRefusal } from '../command-failed.ts'
import type { ExitName } from '../exit-code.ts'
import { isObject, text } from './json.ts'

const CHECK_CREDENTIALS =
  'Check the name and the password or token: jeton login, JETON_USERNAME and JETON_PASSWORD, or JETON_TOKEN.'

/** What to do about a refusal, where there is something to do. Keys are error ids of all APIs. */
const NEXT: Readonly<Record<string, string>> = {
  unauthorized: CHECK_CREDENTIALS,
  'bad-credentials': CHECK_CREDENTIALS,
  'not-authenticated': CHECK_CREDENTIALS,
  forbidden: 'This user lacks the privilege. Ask an administrator, or name another user with --username.',
  notFound: 'Check the name or the id: jeton token list and jeton user list show what there is.',
  badValueIdentifierOccupied: 'Choose another name.',
  'username-taken': 'Choose another username.',
  'email-taken': 'Choose another e-mail address.',
  'name-taken': 'Choose another name.',
  'domain-taken': 'Choose another host name with --domain.',
  OPERATOR_INVALID_ETAG: 'Somebody has changed it meanwhile. Run the command again.',
  tokenTimeCaveatRequired: 'Say how long it shall live with --expires-in, for example --expires-in 1h.',
  tokenTooLarge: 'Confine the token less, or ask for a new one.',
  notImplemented: 'This version of the server cannot do that yet.',
  'not-implemented': 'This version of the server cannot do that yet.',
}

/** Turns an answer that is not a success into the failure of the command. */
export function refusalFailure(url: string, response: Response, answer: unknown): CommandFailed {
  const refusal = readRefusal(response.status, answer)
  const says = `${refusal.description} (${refusal.id}, HTTP ${refusal.status})`
  const exit = exitOf(response.status)
  if (exit === 'noAnswer') {
    const seconds = response.headers.get('Retry-After')
    const wait = seconds === null ? 'Try again' : `Try again in ${seconds} s`
    return new CommandFailed(exit, `The server at ${url} cannot answer now: ${says}`, {
      next: `${wait}; a repeat is safe.`,
      refusal,
    })
  }
  const next = NEXT[refusal.id]
  return new CommandFailed(exit, `The server refused: ${says}`, { ...(next && { next }), refusal })
}

function exitOf(status: number): ExitName {
  if (status === 401) return 'credentials'
  return status === 503 || status === 502 || status === 504 ? 'noAnswer' : 'failed'
}

function readRefusal(status: number, answer: unknown): ServerRefusal {
  if (isObject(answer) && isObject(answer['error'])) {
    const { id, details } = answer['error']
    const description = describe(answer['error'])
    return { status, id: text(id), description, ...(details === undefined ? {} : { details }) }
  }
  if (isObject(answer) && typeof answer['title'] === 'string') {
    const { title, detail, errors } = answer
    return {
      status,
      id: text(answer['type']).split(':').at(-1) ?? '',
      description: [title, faults(errors) ?? text(detail)].filter(Boolean).join(' '),
      ...(errors === undefined ? {} : { details: errors }),
    }
  }
  const coded = isObject(answer) && Array.isArray(answer['_error']) ? answer['_error'].filter(isObject) : []
  if (coded.length > 0) {
    const description = coded.map(({ message }) => text(message)).join(' ')
    // The first one says what to do, if one does; all of them stand in the details.
    return { status, id: text(coded[0]?.['code']), description, details: coded }
  }
  // Some answers have no body, by the API's own rules (404 of a route, 405, 415, 431).
  return { status, id: 'no-reason-given', description: BARE[status] ?? 'The server gave no reason.' }
}

const BARE: Readonly<Record<number, string>> = {
  413: 'The request is larger than the server takes.',
  431: 'The token or the address is longer than a request header may be.',
}

/** What a problem says of single parts of the body: `username must have …; password must have …`. */
function faults(errors: unknown): string | undefined {
  if (!Array.isArray(errors)) return undefined
  const said = errors
    .filter(isObject)
    .map(({ pointer, detail }) => `${text(pointer).replace(/^#\/?/, '')} ${text(detail)}`)
  return `${said.join('; ')}.`
}

/** Onezone nests the cause ("see details"): the outermost sentence and the innermost, which says why. */
function describe(error: Readonly<Record<string, unknown>>): string {
  const own = text(error['description'])
  const { details } = error
  if (!isObject(details)) return own
  const inner = Object.values(details).find(
    (value) => isObject(value) && typeof value['description'] === 'string',
  )
  return isObject(inner) ? `${own.replace(/ \(see details\)/, '')} ${describe(inner)}` : own
}
