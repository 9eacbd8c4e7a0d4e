import type { SessionFacts } from '../../operators/known-sessions.ts'
import { type SessionRefusal, verifySession } from '../../operators/verify-session.ts'
import type { Call } from '../dialect.ts'
import { isSentTwice } from '../token-header.ts'
import type { SdwanDeps } from './deps.ts'
import { refusal } from './refusal.ts'

/** The scheme's case does not matter (RFC 9110, 11.1). */
const BEARER = /^bearer +(\S.*)$/i
/** Of the header's pairs the one with that name; clients quote its value or not (Prisma SD-WAN, credentials). */
const COOKIE = /(?:^|;) *AUTH_TOKEN=("?)([^";, ]*)\1 *(?=;|$)/

/**
 * Who calls: by the cookie if that is good, else by a header. A client that changes over to another operator sends a
 * header beside the cookie that it still has, which is dead by then.
 *
 * @returns no promise where nothing has to be waited for, which is what makes a request cheap
 * @throws {SdwanRefusal} `NOT_AUTHENTICATED`
 */
export function authenticate(deps: SdwanDeps, call: Call): SessionFacts | Promise<SessionFacts> {
  return firstGood(deps, call, credentialsOf(call.headers))
}

/** Whether there is any credential, good or not. */
export function showsCredential({ headers }: Call): boolean {
  return credentialsOf(headers).length > 0
}

function firstGood(
  deps: SdwanDeps,
  call: Call,
  [text, ...others]: readonly string[],
): SessionFacts | Promise<SessionFacts> {
  if (text === undefined) throw refusal('NOT_AUTHENTICATED')
  const otherwise = (judged: SessionFacts | SessionRefusal): SessionFacts | Promise<SessionFacts> =>
    typeof judged === 'string' ? firstGood(deps, call, others) : judged
  const judged = verifySession(deps, text, call.clientAddress)
  return judged instanceof Promise ? judged.then(otherwise) : otherwise(judged)
}

/** All that are there, in the order in which they count. One that is sent twice is none: nobody knows which was meant. */
function credentialsOf(headers: Headers): readonly string[] {
  const texts: string[] = []
  const cookie = headers.get('cookie')
  const fromCookie = cookie === null ? undefined : COOKIE.exec(cookie)?.[2]
  if (fromCookie !== undefined && fromCookie !== '') texts.push(fromCookie)
  const header = headers.get('x-auth-token')
  if (header !== null && !isSentTwice(header)) texts.push(header)
  const authorization = headers.get('authorization')
  const bearer = authorization === null ? undefined : BEARER.exec(authorization)?.[1]
  if (bearer !== undefined && !isSentTwice(bearer)) texts.push(bearer)
  return texts
}
