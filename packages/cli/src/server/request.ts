import { CommandFailed } from '../command-failed.ts'
import { isDistrust } from './certificates.ts'
import type { Credential } from './connection.ts'
import { isObject } from './json.ts'
import { refusalFailure } from './refusal.ts'

/** Longer than the server's own limits, so that its answer is heard: a revocation waits at most one lease. */
const TIMEOUT_MS = 30_000

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the server's address, starting with a slash, already percent-encoded. */
  readonly path: string
  readonly body?: unknown
}

/** Where a server is, and what shows that it is the one. */
export interface Address {
  readonly url: string
  /** PEM: trusted instead of what the system trusts. */
  readonly certificates?: string
}

/** One server, asked as somebody or as nobody. */
export interface Server extends Address {
  readonly credential: Credential | undefined
}

/**
 * Sends one request and returns its JSON answer; `undefined` for an answer without a body.
 * @throws {CommandFailed} `noAnswer`, or what {@link refusalFailure} makes of a refusal
 */
export async function request(server: Server, { method, path, body }: ServerRequest): Promise<unknown> {
  const response = await send(server, method, path, body)
  const text = await response.text()
  const answer = parseAnswer(text)
  if (response.ok && (answer !== undefined || text === '')) return answer
  // Onezone's 404 for a thing has a body, its 404 for a path has none; and no path that is asked for here is unknown.
  if (response.ok || (response.status === 404 && answer === undefined)) throw notJeton(server.url)
  throw refusalFailure(server.url, response, answer)
}

/** As {@link request}, for the answers that are an object by contract. */
export async function requestObject(
  server: Server,
  call: ServerRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await request(server, call)
  if (!isObject(answer)) throw notJeton(server.url)
  return answer
}

export function notJeton(url: string): CommandFailed {
  return new CommandFailed(
    'noAnswer',
    `What answers at ${url} is not a Jeton server that this program knows.`,
    {
      next: 'Check the address (JETON_URL, --url) and that both are of the same version.',
    },
  )
}

async function send(server: Server, method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(`${server.url}${path}`, {
      method,
      headers: { ...authentication(server.credential), ...(body === undefined ? {} : JSON_BODY) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would carry the credential to somebody else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(server.certificates !== undefined && { tls: { ca: server.certificates } }),
    })
  } catch (error) {
    throw unreachable(server.url, method, error)
  }
}

const JSON_BODY = { 'Content-Type': 'application/json' }

function authentication(credential: Credential | undefined): Record<string, string> {
  if (credential === undefined) return {}
  if (credential.kind === 'token') return { 'X-Auth-Token': credential.token }
  const { username, password } = credential
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreachable(url: string, method: string, error: unknown): CommandFailed {
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  const code = codeOf(error)
  if (isDistrust(code)) {
    return new CommandFailed('noAnswer', `The certificate of ${url} is not trusted (${code}).`, {
      next: 'Name who signed it, or the certificate itself, with --cacert FILE or JETON_CACERT.',
    })
  }
  const why = code === undefined ? '' : ` (${code})`
  const what = isLate ? `No answer from ${url} within ${TIMEOUT_MS / 1000} s` : `Cannot reach ${url}${why}`
  const isDoubtful = method !== 'GET' && code !== 'ConnectionRefused' && code !== 'ECONNREFUSED'
  const doubt = isDoubtful ? ' The request may have been carried out: a repeat is safe.' : ''
  return new CommandFailed('noAnswer', `${what}.`, {
    next: `Is the server running (jeton serve), and is its address right (JETON_URL, --url)?${doubt}`,
  })
}

/** The runtime's code only: its message may repeat what was sent. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
