import { CommandFailed } from '../command-failed.ts'
import { isDistrust, readCertificates } from '../server/certificates.ts'
import type { Call } from './call.ts'
import type { Options } from './command-line.ts'

export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly text: string
}

/** Longer than the server's own limits, so that its answer is heard: a revocation waits at most one lease. */
const DEFAULT_TIMEOUT_SECONDS = 30

/** @throws {CommandFailed} `noAnswer`, `usage` */
export async function send(
  host: string,
  call: Call,
  credential: Readonly<Record<string, string>>,
  { insecure, caFile, maxTimeSeconds = DEFAULT_TIMEOUT_SECONDS }: Options,
): Promise<Answer> {
  const { method, path, headers, body } = call
  const certificates = caFile === undefined ? undefined : readCertificates(caFile)
  try {
    const response = await fetch(`${host}${path}`, {
      method,
      headers: [
        ...Object.entries(credential),
        ...(body === undefined ? [] : [['Content-Type', 'application/json']]),
        ...headers.map((header) => [...header]),
      ],
      ...(body !== undefined && { body }),
      // A redirect would carry the credential to somebody else: whoever wants to follow it sees where it leads.
      redirect: 'manual',
      signal: AbortSignal.timeout(maxTimeSeconds * 1000),
      tls: { rejectUnauthorized: !insecure, ...(certificates !== undefined && { ca: certificates }) },
    })
    const { status, statusText } = response
    return { status, statusText, headers: response.headers, text: await response.text() }
  } catch (error) {
    throw unanswered(host, call, error, maxTimeSeconds)
  }
}

function unanswered(host: string, { method }: Call, error: unknown, seconds: number): CommandFailed {
  // The runtime's code only: its message may repeat what was sent.
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new CommandFailed('noAnswer', `No answer from ${host} within ${seconds} s.`, {
      next: doubt(method),
    })
  }
  if (isDistrust(code)) {
    return new CommandFailed('noAnswer', `The certificate of ${host} is not trusted (${code}).`, {
      next: 'Name who signed it with --cacert FILE; -k trusts any, for tests only.',
    })
  }
  const why = code === '' ? '' : ` (${code})`
  const isCertain = code === 'ConnectionRefused' || code === 'ECONNREFUSED'
  const next = 'Is the server running, and is its address right (--host, ONEZONE_HOST)?'
  return new CommandFailed('noAnswer', `Cannot reach ${host}${why}.`, {
    next: isCertain ? next : `${next} ${doubt(method)}`,
  })
}

function doubt(method: string): string {
  return method === 'GET' ? 'Try again.' : 'The request may have been carried out: look before you repeat it.'
}
