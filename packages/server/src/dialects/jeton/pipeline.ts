import { isInstallationAdministrator } from '../../accounts/caller.ts'
import { recheckedHashing } from '../../directory/rechecked-hashing.ts'
import type { User } from '../../directory/user.ts'
import { type Failure, Refused } from '../../failure.ts'
import type { OperatorRule } from '../../operators/operator-rule.ts'
import type { SessionRule } from '../../operators/session-rule.ts'
import { type Answer, BodyRefused, type Call } from '../dialect.ts'
import { type RouteMatch, routeTable } from '../route-table.ts'
import { authenticate } from './auth.ts'
import { readJsonObject } from './body.ts'
import type { JetonDeps } from './deps.ts'
import { problems } from './errors.ts'
import {
  bodyTooLarge,
  bodyTooSlow,
  methodNotAllowed,
  noSuchPath,
  type Problem,
  ProblemRaised,
  unavailable,
} from './problem.ts'
import { problemAnswer } from './render.ts'
import type { Asked, PublicRoute, Route, UserRoute } from './route.ts'
import { routes } from './routes.ts'

const table = routeTable(routes)

/** The order of checks: path, method, the body's arrival, who calls, whether he may, the body, then the one domain call. */
export async function answer(deps: JetonDeps, call: Call): Promise<Answer> {
  const match = table.match(call.method, call.path)
  switch (match.kind) {
    case 'unknown_path':
      return problemAnswer(noSuchPath, call.requestId)
    case 'unknown_method':
      return notAllowed(call, match.path, match.allowed)
    case 'route':
      return labelled(await answerRoute(deps, call, match), match.route)
  }
}

type Match = Extract<RouteMatch<Route>, { kind: 'route' }>

async function answerRoute(deps: JetonDeps, call: Call, { route, params }: Match): Promise<Answer> {
  try {
    return isPublic(route)
      ? await runPublic(deps, { call, params }, route)
      : await runForUser(deps, { call, params }, route)
  } catch (error) {
    return refusalAnswer(call, error)
  }
}

function isPublic(route: Route): route is PublicRoute {
  return route.callers === 'anyone'
}

type Sent = Pick<Asked<unknown>, 'call' | 'params'>

async function runPublic(deps: JetonDeps, sent: Sent, route: PublicRoute): Promise<Answer> {
  const body = route.takesBody ? await readJsonObject(sent.call) : {}
  return route.run(deps, { ...sent, caller: undefined, body })
}

async function runForUser(deps: JetonDeps, sent: Sent, route: UserRoute): Promise<Answer> {
  const { call } = sent
  // The whole request first: a credential judged while its body is held back could be revoked before that comes.
  if (route.takesBody) await call.readBody()
  const caller = await authenticate(deps, call)
  if (!(await mayCall(deps, route, caller))) {
    return { ...problemAnswer(problems.forbidden, call.requestId), actorId: caller.uuid }
  }
  if (route.writes === true && deps.isStoreNearlyFull()) throw new Refused({ kind: 'store_full' })
  // Only now: what a stranger sends costs no parsing.
  const body = route.takesBody ? await readJsonObject(call) : {}
  return {
    ...(await route.run(recheckingDeps(deps, call, route), { ...sent, caller, body })),
    actorId: caller.uuid,
  }
}

async function mayCall(deps: JetonDeps, { callers }: UserRoute, caller: User): Promise<boolean> {
  const { privilege, isForInstallation = false } = callers
  if (isForInstallation && !(await administersInstallation(deps, caller))) return false
  return privilege === undefined || deps.relations.hasAdminPrivilege(caller.tenantId, caller.id, privilege)
}

/** Passwords come in bodies: where there is none, nobody hashes. */
function recheckingDeps(deps: JetonDeps, call: Call, route: UserRoute): JetonDeps {
  if (!route.takesBody) return deps
  const passwordHashing = recheckedHashing(deps.passwordHashing, async () => {
    const caller = await authenticate(deps, call)
    if (!(await mayCall(deps, route, caller))) throw new Refused({ kind: 'forbidden' })
  })
  return { ...deps, passwordHashing }
}

async function administersInstallation({ callers }: JetonDeps, caller: User): Promise<boolean> {
  const facts = await callers.findCaller(caller.id)
  return facts !== undefined && isInstallationAdministrator(facts)
}

function notAllowed(call: Call, routePath: string, allowed: readonly string[]): Answer {
  const answer = problemAnswer(methodNotAllowed, call.requestId)
  return { ...answer, headers: { ...answer.headers, allow: allowed.join(', ') }, routePath }
}

/** Anything but a refusal is a bug, and goes on to the HTTP layer. */
function refusalAnswer(call: Call, error: unknown): Answer {
  if (error instanceof Refused) return refusedAnswer(call, error.failure)
  if (error instanceof ProblemRaised) return problemAnswer(error.problem, call.requestId, error.faults)
  if (error instanceof BodyRefused) return problemAnswer(bodyProblems[error.reason], call.requestId)
  throw error
}

function refusedAnswer({ requestId }: Call, failure: Failure): Answer {
  // What the rules of an audience say of one part of the body is said as what our own say of it.
  const faults =
    failure.kind === 'entry_invalid' ? [{ pointer: `#/${failure.field}`, detail: failure.reason }] : []
  return problemAnswer(isForbidding(failure) ? problems.forbidden : problems[failure.kind], requestId, faults)
}

/** Rules that say who may, of APIs that tell each rule by a name of its own. */
function isForbidding(failure: Failure): boolean {
  if (failure.kind === 'session_rule') return FORBIDDING_SESSIONS.has(failure.rule)
  return failure.kind === 'operator_rule' && failure.rules.every((rule) => FORBIDDING_OPERATORS.has(rule))
}

const FORBIDDING_SESSIONS: ReadonlySet<SessionRule> = new Set([
  'session_cannot_mint',
  'subject_not_permitted',
  'roles_exceed_caller',
])
const FORBIDDING_OPERATORS: ReadonlySet<OperatorRule> = new Set([
  'signup_role_invalid',
  'system_operator_protected',
])

const bodyProblems: Readonly<Record<BodyRefused['reason'], Problem>> = {
  too_large: bodyTooLarge,
  too_slow: bodyTooSlow,
  no_room: { ...unavailable, retryAfterSeconds: 1 },
  // Nobody is left to read it.
  cut_off: bodyTooSlow,
}

function labelled(answer: Answer, { operationId, path }: Route): Answer {
  return { ...answer, operationId, routePath: path }
}
