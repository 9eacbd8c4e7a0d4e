import type { TokenId } from '../authority/named-token.ts'
import type { AuthTokenDeps } from './auth-tokens.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { brokenSessionRule, findSubject } from './session-subjects.ts'
import type { Session, SessionRecord } from './session.ts'

type SessionDeps = Pick<AuthTokenDeps, 'ambient' | 'operators' | 'sessions' | 'sdwan'>

/**
 * All that speaks for an operator, in the order of its making: logins, tokens and bearers.
 * @throws {Refused} `session_rule` `operator_unknown`; `forbidden`
 */
export async function listSessions(
  deps: SessionDeps,
  caller: OperatorCaller,
  operatorId: string,
): Promise<readonly Session[]> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  return deps.sessions.list(tenantId, userId, ['login', 'token', 'bearer'], deps.ambient.nowMillis())
}

/** @throws {Refused} `session_rule`: `operator_unknown`, `session_unknown`; `forbidden` */
export async function getSession(
  deps: SessionDeps,
  caller: OperatorCaller,
  operatorId: string,
  id: string,
): Promise<Session> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  const session = await deps.sessions.find(tenantId, id, deps.ambient.nowMillis())
  return sessionOf(session, userId)
}

/**
 * It is dead everywhere when this returns; a static token is deleted with its session.
 * @returns what it was
 * @throws {Refused} `session_rule`: `operator_unknown`, `session_unknown`, `system_owned`; `forbidden`
 */
export async function endSession(
  deps: SessionDeps & Pick<AuthTokenDeps, 'acknowledged'>,
  caller: OperatorCaller,
  operatorId: string,
  id: string,
): Promise<Session> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  const now = deps.ambient.nowMillis()
  return deps.acknowledged(async ({ sessions, tokens }) => {
    const session = sessionOf(await sessions.find(tenantId, id, now), userId)
    if (session.isSystemOwned) throw brokenSessionRule('system_owned')
    // Safe as a brand: the session of a token has the token's id.
    if (session.kind === 'token') await tokens.remove(tenantId, 'sdwan', session.id as TokenId)
    else await sessions.end(session)
    return session
  })
}

/** @throws {Refused} `session_rule` `session_unknown` */
function sessionOf(session: SessionRecord | undefined, userId: Session['userId']): SessionRecord {
  if (session?.userId !== userId) throw brokenSessionRule('session_unknown')
  return session
}
