import { recheckedHashing } from '../../directory/rechecked-hashing.ts'
import { Refused } from '../../failure.ts'
import { isPermitted } from '../../operators/evaluation.ts'
import type { SessionFacts } from '../../operators/known-sessions.ts'
import { type ArrivedBody, arrivedBody, bytesOf, NO_BODY } from '../arrived-body.ts'
import { type Answer, BodyRefused, type Call } from '../dialect.ts'
import { authenticate, showsCredential } from './auth.ts'
import { type SdwanCode, statusOf } from './codes.ts'
import type { SdwanDeps } from './deps.ts'
import { bodyCodes, itemsOf, type Says } from './errors.ts'
import { isForm, MAX_BODY_BYTES, parseFormBody, parseJsonBody } from './json-body.ts'
import { refusal, SdwanRefusal } from './refusal.ts'
import { errorAnswer } from './render.ts'
import { requestIdOf } from './request-id.ts'
import { isPublic, type OperatorRoute, type PublicRoute, type Route, type Sent, TENANT_ID } from './route.ts'

type Params = Sent['params']

/** One request to a route that is there, through the checks one after the other: the first that fails is told. */
export async function answerRoute(
  deps: SdwanDeps,
  route: Route,
  call: Call,
  params: Params,
): Promise<Answer> {
  const { operationId, routePath, version, isUnified } = route
  const requestId = requestIdOf(deps.ambient, call.requestId)
  const sent: Sent = { call, requestId, version, isUnified, params }
  let actorId: string | undefined
  let answer: Answer
  try {
    // The whole request first: a credential judged while its body is held back could be revoked before that comes.
    const body = route.takesBody ? await arrivedBody(call) : NO_BODY
    if (isPublic(route)) {
      answer = await answerAnyone(deps, route, sent, body)
    } else {
      const known = authenticate(deps, call)
      const caller = known instanceof Promise ? await known : known
      actorId = caller.operatorId
      answer = await answerOperator(deps, route, sent, caller, body)
    }
  } catch (error) {
    answer = await refusalAnswer(deps, route, sent, error)
  }
  return { ...answer, operationId, routePath, ...(actorId !== undefined && { actorId }) }
}

/** A request that no route takes. Who shows no good credential is not told that. */
export async function answerWithoutRoute(
  deps: SdwanDeps,
  call: Call,
  code: SdwanCode,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const requestId = requestIdOf(deps.ambient, call.requestId)
  try {
    requireProfile(await authenticate(deps, call))
    return errorAnswer(refusal(code).items, requestId, headers)
  } catch (error) {
    const { items, headers } = refusalOf(error, {})
    return errorAnswer(items, requestId, headers)
  }
}

function answerAnyone(
  deps: SdwanDeps,
  route: PublicRoute,
  sent: Sent,
  body: ArrivedBody,
): Promise<Answer> | Answer {
  return route.run(deps, { ...sent, body: parsedBody(route, sent, body) })
}

function answerOperator(
  deps: SdwanDeps,
  route: OperatorRoute,
  sent: Sent,
  caller: SessionFacts,
  body: ArrivedBody,
): Promise<Answer> | Answer {
  if (!route.isFirstOfBearers) requireProfile(caller)
  requirePermitted(deps, route, sent, caller)
  const parsed = parsedBody(route, sent, body)
  requireTenant(route, sent, caller)
  if (route.method === 'POST' && deps.isStoreNearlyFull()) throw new Refused({ kind: 'store_full' })
  const exchange = { ...sent, caller, sdwanTenantId: caller.sdwanTenantId, body: parsed }
  return route.run(recheckingDeps(deps, route, sent), exchange)
}

function parsedBody(route: Route, { call }: Sent, body: ArrivedBody): unknown {
  if (!route.takesBody) return undefined
  const bytes = bytesOf(body)
  if (bytes.length > MAX_BODY_BYTES) throw refusal('PAYLOAD_TOO_LARGE')
  const isOfForm = route.takesForm && isForm(call.headers, bytes)
  return route.parseBody(isOfForm ? parseFormBody(bytes) : parseJsonBody(bytes))
}

/** A new access token is good for nothing but the profile until that has been asked for (Prisma SD-WAN, unified). */
function requireProfile({ isProfileCalled }: SessionFacts): void {
  if (!isProfileCalled) throw refusal('PROFILE_REQUIRED')
}

/** Before anything is looked up, so that nobody finds out what is there where he may do nothing. */
function requirePermitted(
  { ambient, sdwan }: SdwanDeps,
  { permission }: OperatorRoute,
  { params }: Sent,
  { rights }: SessionFacts,
): void {
  if (permission === undefined) return
  if (!isPermitted(rights, { permission, params }, ambient.nowMillis(), sdwan.region))
    throw refusal('NOT_PERMITTED')
}

/** An unknown tenant and another one are the same: who is not of it learns nothing about it. */
function requireTenant({ foreignTenant }: Route, { params }: Sent, { sdwanTenantId }: SessionFacts): void {
  const named = params[TENANT_ID]
  if (named !== undefined && named !== sdwanTenantId) throw refusal(foreignTenant)
}

/** Passwords come in bodies: where there is none, nobody hashes. */
function recheckingDeps(deps: SdwanDeps, route: OperatorRoute, sent: Sent): SdwanDeps {
  if (!route.takesBody) return deps
  const passwordHashing = recheckedHashing(deps.passwordHashing, async () => {
    requirePermitted(deps, route, sent, await stillThere(deps, sent.call))
  })
  return { ...deps, passwordHashing }
}

/** @throws {Refused} `session_invalid`: his session was ended after he had got in */
async function stillThere(deps: SdwanDeps, call: Call): Promise<SessionFacts> {
  try {
    return await authenticate(deps, call)
  } catch (error) {
    if (error instanceof SdwanRefusal) throw new Refused({ kind: 'session_invalid' }, error)
    throw error
  }
}

async function refusalAnswer(
  deps: SdwanDeps,
  route: Route,
  { call, requestId }: Sent,
  error: unknown,
): Promise<Answer> {
  const { says } = route
  let told = refusalOf(error, says)
  if (mayBeTakenForDead(route, call, error, told)) {
    try {
      // Whoever wants to end something and hears "not there" takes it for dead: so it must be, on every node.
      await deps.settled()
    } catch (unsettled) {
      told = refusalOf(unsettled, says)
    }
  }
  return errorAnswer(told.items, requestId, told.headers)
}

/** Also by whoever has ended what he came with, was told that it may have happened, and asks again. */
function mayBeTakenForDead(
  route: Route,
  call: Call,
  error: unknown,
  { items: [item] }: SdwanRefusal,
): boolean {
  if (item?.code === 'NOT_AUTHENTICATED') {
    return !isPublic(route) && route.isEnding && showsCredential(call)
  }
  const isOfDomain = error instanceof Refused && item !== undefined
  return isOfDomain && route.method !== 'GET' && [400, 404].includes(statusOf(item.code))
}

/** Anything but a refusal is a bug, and goes on to the HTTP layer. */
function refusalOf(error: unknown, says: Says): SdwanRefusal {
  if (error instanceof SdwanRefusal) return error
  if (error instanceof Refused) return new SdwanRefusal(itemsOf(error.failure, says))
  if (error instanceof BodyRefused) return refusal(bodyCodes[error.reason])
  throw error
}
