import type { Actor } from '../../authority/actor.ts'
import type { SubjectName } from '../../authority/named-token.ts'
import { recheckedHashing } from '../../directory/rechecked-hashing.ts'
import { Refused } from '../../failure.ts'
import { type Answer, BodyRefused, type Call } from '../dialect.ts'
import { AuthenticationFailed, authenticate, selectCredential } from './auth.ts'
import { type Claim, requireAuthorized } from './authorization.ts'
import type { Callers } from './callers.ts'
import { serviceUnavailable } from './catalogue-general.ts'
import { requireCaveatsAllow } from './caveats-allow.ts'
import { admitsJson, isJsonType } from './content.ts'
import type { OnezoneDeps } from './deps.ts'
import { wireError } from './errors.ts'
import { parseJson } from './json-body.ts'
import { isJsonObject } from './json-value.ts'
import { authenticationErrorAnswer, empty, errorAnswer } from './render.ts'
import { type Asked, type Exchange, type Route, takesBody } from './route.ts'
import { WireRefusal } from './wire-error.ts'

const NOBODY: Actor = { kind: 'nobody' }

/**
 * One request to a route that is there, through the checks of Onezone's REST handler. Their order is part of the API
 * (Onezone REST, order of checks): the first that fails is what the caller is told. Only a body that is too large or too
 * slow is refused before, for all of the request must be there.
 */
export async function answerRoute(
  deps: OnezoneDeps,
  route: Route,
  call: Call,
  params: Asked['params'],
): Promise<Answer> {
  let actor = NOBODY
  let answer: Answer
  try {
    // What is at hand is not waited for, and what there is to wait for is waited for here: a verification, asked by nobody
    // and answered from memory, is over in the tick in which its body came.
    const found = deps.tenantAt(call.host)
    const tenant = found instanceof Promise ? await found : found
    // The whole request first: a credential judged while its body is held back could be revoked before that comes.
    const bytes = takesBody(route) ? await call.readBody() : NO_BYTES
    const credential = selectCredential(call.headers)
    if (credential.kind !== 'none') actor = await authenticate(deps, tenant, call, credential)
    // One object for the whole way: what is asked, and what is found out about it.
    const exchange: FilledIn = { call, tenant, actor, params, entity: undefined, body: undefined }
    acceptForm(deps, route, call)
    const known = isForAnyone(route) ? deps.memory.bodyBefore(route.bodyOfBytes, bytes) : undefined
    const sent = known === undefined && takesBody(route) ? parseJson(bytes) : undefined
    if (route.fetch !== undefined) exchange.entity = await fetchEntity(deps, route, exchange)
    const subject = route.subject(exchange, exchange.entity)
    requireTokenAllows(route, exchange, subject)
    // Whoever verifies tokens asks for what anybody may: nothing is made here for nobody to look at.
    const allowed =
      route.callers === 'anyone'
        ? deps
        : await authorized(deps, route, route.callers, { ...exchange, subject, sent })
    exchange.body = known ?? route.body(sent, deps.memory)
    const answering = route.run(allowed, exchange)
    answer = answering instanceof Promise ? await answering : answering
    if (known === undefined) noteBody(deps, route, bytes, exchange.body)
  } catch (error) {
    answer = refusalAnswer(error)
  }
  const { operationId, routePath } = route
  return actor.kind !== 'nobody'
    ? { ...answer, operationId, routePath, actorId: actor.onezoneId }
    : { ...answer, operationId, routePath }
}

type FilledIn = { -readonly [Key in keyof Exchange<unknown, unknown>]: Exchange<unknown, unknown>[Key] }

/** @throws {WireRefusal} where the caller's own token does not allow the operation */
function requireTokenAllows(
  route: Route,
  { actor, params, call }: Asked,
  subject: SubjectName | undefined,
): void {
  requireCaveatsAllow(actor, route.operation, () =>
    route.resource({ ...params, subject: subject?.id ?? '', client_address: call.clientAddress }),
  )
}

/** @throws what is wrong with the form of what was sent, or with ours */
function acceptForm(deps: OnezoneDeps, route: Route, call: Call): void {
  if (!admitsJson(call.headers.get('accept'))) throw new BareRefusal(406)
  if (takesBody(route) && call.hasBody && !isJsonType(call.headers.get('content-type')))
    throw new BareRefusal(415)
  requireRoom(deps, route)
}

/** What anybody may ask the same of again is worth remembering; others have their rights looked up, which takes longer. */
function isForAnyone({ callers }: Route): boolean {
  return callers === 'anyone'
}

function noteBody(deps: OnezoneDeps, route: Route, bytes: Uint8Array, body: unknown): void {
  if (isForAnyone(route) && isJsonObject(body)) deps.memory.noteBody(route.bodyOfBytes, bytes, body)
}

/** Thrown where a request is refused with a status and not a word. */
class BareRefusal extends Error {
  override readonly name = 'BareRefusal'
  readonly status: number

  constructor(status: number) {
    super(String(status))
    this.status = status
  }
}

/** @returns what the operation may go on with @throws {WireRefusal} for a caller who may not */
async function authorized(
  deps: OnezoneDeps,
  route: Route,
  callers: Exclude<Callers, 'anyone'>,
  claim: Claim,
): Promise<OnezoneDeps> {
  await requireAuthorized(deps, callers, claim)
  // Passwords come in bodies: where there is none, nobody hashes.
  return takesBody(route) ? recheckingDeps(deps, callers, claim) : deps
}

async function fetchEntity(deps: OnezoneDeps, route: Route, asked: Asked): Promise<unknown> {
  try {
    return await route.fetch?.(deps, asked)
  } catch (absent) {
    // Whoever wants to revoke, delete or block and hears "not there" takes it for dead: so it must be, on every node.
    if (route.method !== 'GET' && asked.actor.kind !== 'nobody') await deps.settled()
    throw absent
  }
}

const NO_BYTES = new Uint8Array(0)

/** Hashing a password takes a while: who asked for it is asked for again then. */
function recheckingDeps(deps: OnezoneDeps, callers: Exclude<Callers, 'anyone'>, claim: Claim): OnezoneDeps {
  const { tenant, call } = claim
  const passwordHashing = recheckedHashing(deps.passwordHashing, async () => {
    const actor = await authenticate(deps, tenant, call, selectCredential(call.headers))
    await requireAuthorized(deps, callers, { ...claim, actor })
  })
  return { ...deps, passwordHashing }
}

/** Reading and revoking go on when the disk fills up; only what needs room stops. */
function requireRoom(deps: OnezoneDeps, route: Route): void {
  if (route.writes && deps.isStoreNearlyFull()) throw new WireRefusal(serviceUnavailable)
}

function refusalAnswer(error: unknown): Answer {
  if (error instanceof WireRefusal) return errorAnswer(error.error)
  if (error instanceof AuthenticationFailed) return authenticationErrorAnswer(error.error)
  if (error instanceof Refused) return errorAnswer(wireError(error.failure))
  if (error instanceof BareRefusal) return empty(error.status)
  if (error instanceof BodyRefused) return BODY_REFUSED[error.reason]
  throw error
}

const BODY_REFUSED: Readonly<Record<BodyRefused['reason'], Answer>> = {
  too_large: empty(413),
  too_slow: empty(408),
  no_room: errorAnswer(serviceUnavailable),
  cut_off: empty(400),
}
