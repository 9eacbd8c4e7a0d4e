import { Refused } from '../../failure.ts'
import { type Answer, BodyRefused, type Call } from '../dialect.ts'
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
} from './problem.ts'
import { problemAnswer } from './render.ts'
import type { PublicRoute, Route, UserRoute } from './route.ts'
import { routes } from './routes.ts'

/** The order of checks: path, method, who calls, whether he may, the body, then the one domain call. */
export async function answer(deps: JetonDeps, call: Call): Promise<Answer> {
  const atPath = routes.filter(({ path }) => path === call.path)
  if (atPath.length === 0) return problemAnswer(noSuchPath, call.requestId)
  const route = atPath.find(({ method }) => method === call.method)
  if (route === undefined) return notAllowed(call, atPath)
  try {
    return labelled(
      isPublic(route) ? await runPublic(deps, call, route) : await runForUser(deps, call, route),
      route,
    )
  } catch (error) {
    return labelled(refusalAnswer(call, error), route)
  }
}

function isPublic(route: Route): route is PublicRoute {
  return route.callers === 'anyone'
}

async function runPublic(deps: JetonDeps, call: Call, route: PublicRoute): Promise<Answer> {
  const body = route.takesBody ? await readJsonObject(call) : {}
  return route.run(deps, { call, caller: undefined, body })
}

async function runForUser(deps: JetonDeps, call: Call, route: UserRoute): Promise<Answer> {
  const caller = await authenticate(deps, call)
  const { privilege } = route.callers
  if (privilege !== undefined && !(await deps.users.hasPrivilege(caller.id, privilege))) {
    return { ...problemAnswer(problems.forbidden, call.requestId), actorId: caller.uuid }
  }
  // Only now: what a stranger sends costs no parsing.
  const body = route.takesBody ? await readJsonObject(call) : {}
  return { ...(await route.run(deps, { call, caller, body })), actorId: caller.uuid }
}

function notAllowed(call: Call, atPath: readonly Route[]): Answer {
  const answer = problemAnswer(methodNotAllowed, call.requestId)
  const allow = atPath
    .map(({ method }) => method)
    .toSorted()
    .join(', ')
  return { ...answer, headers: { ...answer.headers, allow } }
}

/** Anything but a refusal is a bug, and goes on to the HTTP layer. */
function refusalAnswer(call: Call, error: unknown): Answer {
  if (error instanceof Refused) return problemAnswer(problems[error.failure.kind], call.requestId)
  if (error instanceof ProblemRaised) return problemAnswer(error.problem, call.requestId, error.faults)
  if (error instanceof BodyRefused) return problemAnswer(bodyProblems[error.reason], call.requestId)
  throw error
}

const bodyProblems: Readonly<Record<BodyRefused['reason'], Problem>> = {
  too_large: bodyTooLarge,
  too_slow: bodyTooSlow,
  // Nobody is left to read it.
  cut_off: bodyTooSlow,
}

function labelled(answer: Answer, { operationId, path }: Route): Answer {
  return { ...answer, operationId, routePath: path }
}
