import type { CallerFacts } from '../../accounts/caller.ts'
import { isAtLeast } from '../../accounts/role.ts'
import { recheckedHashing } from '../../directory/rechecked-hashing.ts'
import { Refused } from '../../failure.ts'
import { type ArrivedBody, arrivedBody, bytesOf, NO_BODY } from '../arrived-body.ts'
import { type Answer, BodyRefused, type Call } from '../dialect.ts'
import { enterAccount, isInstallationOwner } from './account-access.ts'
import { authenticate } from './auth.ts'
import type { AstraDeps } from './deps.ts'
import { problemOf } from './errors.ts'
import { isIdentifier } from './identifier.ts'
import { parseJsonBody } from './json-body.ts'
import { contentTypeFor } from './media-type.ts'
import { type Problem, ProblemRaised, statusOf } from './problem.ts'
import { problemAnswer } from './render.ts'
import { ACCOUNT_ID, type Asked, type Route } from './route.ts'

type Params = Asked['params']

/**
 * One request to a route that is there, through the checks in the order of the API (Astra, §5.2): the first that fails is
 * what the caller is told.
 */
export async function answerRoute(
  deps: AstraDeps,
  route: Route,
  call: Call,
  params: Params,
): Promise<Answer> {
  const { operationId, routePath } = route
  let facts: CallerFacts | undefined
  let answer: Answer
  try {
    // The whole request first: a credential judged while its body is held back could be revoked before that comes.
    const body = route.takesBody ? await arrivedBody(call) : NO_BODY
    const known = authenticate(deps, call.headers)
    facts = known instanceof Promise ? await known : known
    const entering = enter(deps, route, params, facts)
    const entered = entering instanceof Promise ? await entering : entering
    // Waited for here and not on the way: each function that waits is one more promise for each request.
    answer = await answerEntered(deps, route, { call, facts, params, ...entered }, body)
  } catch (error) {
    answer = await refusalAnswer(deps, route, call, error)
  }
  return facts === undefined
    ? { ...answer, operationId, routePath }
    : { ...answer, operationId, routePath, actorId: facts.userUuid }
}

/** A request that no route takes. Who shows no good token is not told that. */
export async function answerWithoutRoute(deps: AstraDeps, call: Call, problem: Problem): Promise<Answer> {
  try {
    requireActive(await authenticate(deps, call.headers))
    return problemAnswer(problem, call.requestId)
  } catch (error) {
    return problemAnswer(raisedBy(error, 1), call.requestId)
  }
}

/** As whom the caller acts where. */
function enter(
  deps: AstraDeps,
  route: Route,
  params: Params,
  facts: CallerFacts,
): ReturnType<typeof enterAccount> {
  if (!(route.isForPending && isPendingSelf(facts, params))) requireActive(facts)
  return enterAccount(deps, route, facts, route.isInAccount ? params[ACCOUNT_ID] : undefined)
}

function answerEntered(
  deps: AstraDeps,
  route: Route,
  entered: Omit<Asked, 'contentType'>,
  body: ArrivedBody,
): Promise<Answer> | Answer {
  const { call } = entered
  requireIds(route, entered.params)
  const query = route.parseQuery(call.query)
  const asked: Asked = { ...entered, contentType: contentTypeOf(route, call) }
  requireAllowed(route, asked)
  const sent = route.takesBody ? route.parseBody(parseJsonBody(bytesOf(body))) : undefined
  if (route.method === 'POST' && deps.isStoreNearlyFull()) throw new Refused({ kind: 'store_full' })
  return route.run(recheckingDeps(deps, route, asked), { ...asked, query, body: sent })
}

function requireActive({ state, isEnabled }: CallerFacts): void {
  if (!isEnabled || state !== 'active') throw new ProblemRaised({ number: 14 })
}

function isPendingSelf({ state, isEnabled, userUuid }: CallerFacts, params: Params): boolean {
  return isEnabled && state === 'pending' && params['user_id'] === userUuid
}

function requireIds({ idNames }: Route, params: Params): void {
  for (const name of idNames) {
    if (!isIdentifier(params[name] ?? '')) throw new ProblemRaised({ number: 35 })
  }
}

function contentTypeOf({ media, isStrictOnAccept }: Route, { headers }: Call): string {
  const contentType = contentTypeFor(headers.get('accept'), media)
  if (contentType === undefined && isStrictOnAccept) throw new ProblemRaised({ number: 32 })
  return contentType ?? 'application/json'
}

/** Before anything is looked up, so that nobody finds out what is there where he may do nothing. */
function requireAllowed(route: Route, asked: Asked): void {
  if (!isAllowed(route, asked)) throw new ProblemRaised({ number: 11 })
}

function isAllowed({ callers, isForPending }: Route, { facts, caller, params }: Asked): boolean {
  return callers.some((who) => {
    if (who === 'installation') return isInstallationOwner(facts)
    if (who !== 'self') return isAtLeast(caller.role, who)
    // Without a role he can do nothing yet, but for what he is himself.
    return params['user_id'] === caller.uuid && (isForPending || caller.role !== undefined)
  })
}

/** Passwords come in bodies: where there is none, nobody hashes. */
function recheckingDeps(deps: AstraDeps, route: Route, asked: Asked): AstraDeps {
  if (!route.takesBody) return deps
  const passwordHashing = recheckedHashing(deps.passwordHashing, async () => {
    const facts = await authenticate(deps, asked.call.headers)
    requireActive(facts)
    const entered = await enterAccount(deps, route, facts, asked.params[ACCOUNT_ID])
    requireAllowed(route, { ...asked, facts, ...entered })
  })
  return { ...deps, passwordHashing }
}

async function refusalAnswer(deps: AstraDeps, route: Route, call: Call, error: unknown): Promise<Answer> {
  const problem = raisedBy(error, route.notFound)
  if (route.method !== 'GET' && statusOf(problem.number) === 404) {
    try {
      // Whoever wants to end something and hears "not there" takes it for dead: so it must be, on every node.
      await deps.settled()
    } catch (unsettled) {
      return problemAnswer(raisedBy(unsettled, route.notFound), call.requestId)
    }
  }
  return problemAnswer(problem, call.requestId)
}

/** Anything but a refusal is a bug, and goes on to the HTTP layer. */
function raisedBy(error: unknown, notFound: 1 | 2): Problem {
  if (error instanceof ProblemRaised) return error.problem
  if (error instanceof Refused) return problemOf(error.failure, notFound)
  if (error instanceof BodyRefused) return { number: BODY_REFUSED[error.reason] }
  throw error
}

const BODY_REFUSED = {
  too_large: 85,
  // Half of a body is no JSON; the catalogue has no status for the time it took.
  too_slow: 7,
  no_room: 24,
  cut_off: 7,
} as const satisfies Readonly<Record<BodyRefused['reason'], Problem['number']>>
