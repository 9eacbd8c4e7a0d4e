import type { Failure } from '../../../failure.ts'
import { Refused } from '../../../failure.ts'
import { issueBearer, type IssueBearerDeps } from '../../../operators/bearers.ts'
import { type Answer, BodyRefused, type Call, type Dialect } from '../../dialect.ts'
import {
  invalidClient,
  invalidScope,
  type OAuthProblem,
  OAuthRefused,
  temporarilyUnavailable,
} from './oauth-problem.ts'
import { ACCESS_TOKEN_PATH, OPERATION_ID } from './operation.ts'
import { problemAnswer, tokenAnswer } from './render.ts'
import { readTokenRequest } from './token-request.ts'

export interface OAuthDeps extends IssueBearerDeps {
  /** Whether the disk is so full that nothing new should be written. */
  readonly isStoreNearlyFull: () => boolean
}

/** Where a client trades its id and secret for a bearer (RFC 6749, 4.4): its errors have a form of their own. */
export function sdwanOAuthDialect(deps: OAuthDeps): Dialect {
  return {
    name: 'sdwan-oauth',
    owns: (path) => path === ACCESS_TOKEN_PATH,
    async answer(call) {
      const answer = call.method === 'POST' ? await grant(deps, call) : problemAnswer(methodNotAllowed)
      return { ...answer, operationId: OPERATION_ID, routePath: ACCESS_TOKEN_PATH }
    },
    answerBug: (_, reference) =>
      problemAnswer({
        code: 'server_error',
        status: 500,
        description: `Something broke here. Quote the reference ${reference} to the operator of this server.`,
      }),
    answerUnavailable: (retryAfterSeconds) => problemAnswer(temporarilyUnavailable(retryAfterSeconds)),
  }
}

async function grant(deps: OAuthDeps, call: Call): Promise<Answer> {
  try {
    const request = await readTokenRequest(call)
    if (deps.isStoreNearlyFull()) return problemAnswer(storeFull)
    const { scope, ...asked } = request
    const userAgent = call.headers.get('user-agent') ?? ''
    const bearer = await issueBearer(deps, { ...asked, clientAddress: call.clientAddress, userAgent })
    return tokenAnswer({ ...bearer, scope })
  } catch (error) {
    return problemAnswer(problemOf(error))
  }
}

/** Anything but a refusal is a bug, and goes on to the HTTP layer. */
function problemOf(error: unknown): OAuthProblem {
  if (error instanceof OAuthRefused) return error.problem
  if (error instanceof BodyRefused) return bodyProblems[error.reason]
  const problem = error instanceof Refused ? problems[error.failure.kind] : undefined
  if (problem === undefined) throw error
  return problem
}

const storeFull: OAuthProblem = {
  code: 'temporarily_unavailable',
  status: 507,
  description: 'The disk is full. Nothing was changed.',
}

/** What asking for a bearer is refused for; nothing else can happen to it. */
const problems: { readonly [K in Failure['kind']]?: OAuthProblem } = {
  bad_credentials: invalidClient,
  forbidden: invalidScope,
  password_queue_full: temporarilyUnavailable(1),
  store_full: storeFull,
  store_unavailable: temporarilyUnavailable(1),
  outcome_unknown: temporarilyUnavailable(1),
}

const methodNotAllowed: OAuthProblem = {
  code: 'invalid_request',
  status: 405,
  description: 'Tokens are asked for with POST.',
  headers: { allow: 'POST' },
}

const bodyProblems: Readonly<Record<BodyRefused['reason'], OAuthProblem>> = {
  too_large: { code: 'invalid_request', status: 413, description: 'The body is too large.' },
  too_slow: { code: 'invalid_request', status: 408, description: 'The body did not arrive in time.' },
  no_room: temporarilyUnavailable(1),
  // Nobody is left to read it.
  cut_off: { code: 'invalid_request', status: 408, description: 'The body did not arrive in time.' },
}
