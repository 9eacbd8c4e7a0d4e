import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { NO_KEY, type NamedToken, type TokenId } from '../authority/named-token.ts'
import type { TokenWrites } from '../authority/ports.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { UserId } from '../directory/user.ts'
import { newSession, type Opening } from './new-session.ts'
import { type GrantedRoles, grantedRoles, type OperatorCaller } from './operator-caller.ts'
import { mayGive } from './operator-grants.ts'
import type { OperatorReads, OperatorsWrites, RoleReads } from './operator-ports.ts'
import type { CustomRoleRef } from './role.ts'
import { familyOf, type SystemRole } from './role-names.ts'
import { brokenSessionRule, checkMayMint, findSubject } from './session-subjects.ts'
import type { LoginState, OperatorSessionWrites, SessionReads } from './session-ports.ts'
import type { SessionTerms } from './session-terms.ts'
import { newSessionText } from './session-text.ts'
import type { AuthToken, SessionRecord } from './session.ts'

export interface AuthTokenPorts
  extends Pick<OperatorSessionWrites, 'sessions'>,
    Pick<OperatorsWrites, 'customRoles'> {
  readonly tokens: TokenWrites
}

export interface AuthTokenDeps {
  readonly ambient: Ambient
  readonly operators: Pick<OperatorReads, 'find'>
  readonly customRoles: Pick<RoleReads, 'findMany'>
  readonly sessions: SessionReads
  readonly atomically: Atomically<AuthTokenPorts>
  readonly acknowledged: Acknowledged<AuthTokenPorts>
  readonly sdwan: SessionTerms
}

export interface NewAuthToken extends Opening {
  /** Whom it will speak for, by decimal digits. */
  readonly operatorId: string
  /** Without any, nor any of the tenant's own: as many as the operator has. */
  readonly roles: readonly SystemRole[]
  readonly customRoles: readonly CustomRoleRef[]
  /** Unix milliseconds; `undefined`: as long as tokens last by default. */
  readonly expiresAtMillis?: number | undefined
}

/** Who makes a token: by a session, or by his password where that is enough. */
export interface TokenMaker extends OperatorCaller, GrantedRoles {
  readonly sessionId?: string
}

/**
 * A static token. Its text is in the answer, and nowhere else.
 * @throws {Refused} `forbidden`; `session_rule`: `operator_unknown`, `subject_not_permitted`, `expiry_invalid`,
 *   `custom_role_unknown`, `roles_exceed_caller`, `too_many_tokens`, `session_cannot_mint`
 */
export async function createAuthToken(
  deps: AuthTokenDeps,
  caller: TokenMaker,
  request: NewAuthToken,
): Promise<{ readonly token: AuthToken; readonly text: string }> {
  const subject = await findSubject(deps, caller, request.operatorId, NOT_FOR_OTHERS)
  checkMayMint(deps, caller, subject.id)
  const expiresAtMillis = expiryOf(deps, request.expiresAtMillis)
  return insertDespiteTakenIds(true, async () => {
    const made = newSessionText(deps.ambient, deps.sdwan.region)
    const token = await deps.atomically(async (ports) => {
      const operator = await holdForToken(deps, ports, subject.userId)
      const granted = await rolesFor(deps, ports, caller, operator, request)
      const grant = { roles: granted.roles, customRoleIds: granted.customRoles.map(({ id }) => id) }
      const isOwn = caller.isHimself && caller.userId === subject.userId
      const parts = { kind: 'token', expiresAtMillis, grant, isOwn } as const
      const session = newSession(deps.ambient, operator, request, made, parts)
      await ports.tokens.insert(recordOf(deps.ambient, session))
      await ports.sessions.insert(session)
      // Last: until its line is held, all tokens may be deleted, and with them the one that this is made by.
      await checkMaker(deps, ports, caller)
      return { ...session, ...granted }
    })
    return { token, text: made.text }
  })
}

const NOT_FOR_OTHERS = { kind: 'session_rule', rule: 'subject_not_permitted' } as const

/** @throws {Refused} `session_rule` `expiry_invalid`: over already, or later than is allowed */
function expiryOf({ ambient, sdwan }: AuthTokenDeps, wanted: number | undefined): number | undefined {
  const now = ambient.nowMillis()
  const { defaultTokenTtlSeconds, maxTokenTtlSeconds } = sdwan
  const byDefault = defaultTokenTtlSeconds ?? maxTokenTtlSeconds
  const expiry = wanted ?? (byDefault === undefined ? undefined : now + byDefault * 1000)
  const latest = maxTokenTtlSeconds === undefined ? Number.MAX_SAFE_INTEGER : now + maxTokenTtlSeconds * 1000
  if (expiry !== undefined && !(expiry > now && expiry <= latest)) throw brokenSessionRule('expiry_invalid')
  return expiry
}

/**
 * What is revoked at this very moment has no successor: with it the token would go on that is made by it.
 * @throws {Refused} `session_rule` `session_cannot_mint`
 */
async function checkMaker(
  { ambient }: AuthTokenDeps,
  { sessions }: AuthTokenPorts,
  { tenantId, userId, sessionId }: TokenMaker,
): Promise<void> {
  const operator = await sessions.holdOperator(userId)
  const isEnded =
    sessionId !== undefined && (await sessions.find(tenantId, sessionId, ambient.nowMillis())) === undefined
  if (isEnded || operator === undefined || operator.isShutOut) throw brokenSessionRule('session_cannot_mint')
}

/** So that two that are made at once are counted one after the other. */
async function holdForToken(
  { ambient, sdwan }: AuthTokenDeps,
  { sessions }: AuthTokenPorts,
  userId: UserId,
): Promise<LoginState> {
  const operator = await sessions.holdOperator(userId)
  if (operator === undefined || operator.isShutOut) throw brokenSessionRule('operator_unknown')
  const active = await sessions.countTokens(operator.tenantId, userId, ambient.nowMillis())
  if (active >= sdwan.maxActiveTokens) throw brokenSessionRule('too_many_tokens')
  return operator
}

/** Those asked for, each once, or else the operator's own; in either case no more than the caller may himself. */
async function rolesFor(
  { ambient }: Pick<AuthTokenDeps, 'ambient'>,
  { customRoles }: AuthTokenPorts,
  caller: TokenMaker,
  { tenantId, grant }: LoginState,
  request: NewAuthToken,
): Promise<GrantedRoles> {
  const isOwn = request.roles.length === 0 && request.customRoles.length === 0
  const refs = isOwn ? grant.customRoleIds.map((id) => ({ id })) : request.customRoles
  const found = await customRoles.resolve(tenantId, refs)
  const known = found.filter((role) => role !== undefined)
  if (!isOwn && known.length < found.length) throw brokenSessionRule('custom_role_unknown')
  const granted = {
    roles: isOwn ? grant.roles : [...new Set(request.roles)],
    customRoles: [...new Map(known.map((role) => [role.id, role])).values()],
  }
  if (!isAll(caller, granted) && !mayGrant(caller, granted, ambient.nowMillis())) {
    throw brokenSessionRule('roles_exceed_caller')
  }
  return granted
}

function mayGrant(caller: OperatorCaller, { roles, customRoles }: GrantedRoles, nowMillis: number): boolean {
  return roles.every((role) => familyOf(role) === 'tenant') && mayGive(caller, roles, customRoles, nowMillis)
}

/** Whether they are the caller's own, which he may pass on as they are: also one that is switched off now. */
function isAll(caller: GrantedRoles, granted: GrantedRoles): boolean {
  return namesOf(caller) === namesOf(granted)
}

function namesOf({ roles, customRoles }: GrantedRoles): string {
  return JSON.stringify([roles.toSorted(), customRoles.map(({ id }) => id).toSorted()])
}

/** What lives and dies, and is found by nothing but its session. */
function recordOf(ambient: Ambient, { tenantId, userId, id }: SessionRecord): NamedToken {
  return {
    line: { tenantId, audience: 'sdwan', subject: { kind: 'user', id: userId } },
    // Safe as a brand: this is where the ids of these tokens come from.
    id: id as TokenId,
    name: id,
    type: { kind: 'access' },
    caveats: [],
    customMetadata: {},
    isRevoked: false,
    createdAt: ambient.now(),
    key: NO_KEY,
  }
}

/** In the order of their making. @throws {Refused} `session_rule` `operator_unknown`; `forbidden` */
export async function listAuthTokens(
  deps: Pick<AuthTokenDeps, 'ambient' | 'operators' | 'customRoles' | 'sessions' | 'sdwan'>,
  caller: OperatorCaller,
  operatorId: string,
): Promise<readonly AuthToken[]> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  const tokens = await deps.sessions.list(tenantId, userId, ['token'], deps.ambient.nowMillis())
  const ids = [...new Set(tokens.flatMap(({ grant }) => grant.customRoleIds))]
  const { customRoles } = await grantedRoles(deps, tenantId, { roles: [], customRoleIds: ids })
  const byId = new Map(customRoles.map((role) => [role.id, role]))
  return tokens.map((token) => ({
    ...token,
    roles: token.grant.roles,
    customRoles: token.grant.customRoleIds.map((id) => byId.get(id)).filter((role) => role !== undefined),
  }))
}

/** @throws {Refused} `session_rule`: `operator_unknown`, `session_unknown`; `forbidden` */
export async function getAuthToken(
  deps: Pick<AuthTokenDeps, 'ambient' | 'operators' | 'customRoles' | 'sessions' | 'sdwan'>,
  caller: OperatorCaller,
  operatorId: string,
  id: string,
): Promise<AuthToken> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  const token = await deps.sessions.find(tenantId, id, deps.ambient.nowMillis())
  return { ...tokenOf(token, userId), ...(await grantedRoles(deps, tenantId, tokenOf(token, userId).grant)) }
}

/**
 * It is dead everywhere when this returns.
 * @returns what it was
 * @throws {Refused} `session_rule`: `operator_unknown`, `session_unknown`, `system_owned`; `forbidden`
 */
export async function deleteAuthToken(
  deps: AuthTokenDeps,
  caller: OperatorCaller,
  operatorId: string,
  id: string,
): Promise<AuthToken> {
  const { tenantId, userId } = await findSubject(deps, caller, operatorId)
  const now = deps.ambient.nowMillis()
  const token = await deps.acknowledged(async ({ sessions, tokens }) => {
    const found = tokenOf(await sessions.find(tenantId, id, now), userId)
    if (found.isSystemOwned) throw brokenSessionRule('system_owned')
    // Safe as a brand: the session of a token has the token's id.
    await tokens.remove(tenantId, 'sdwan', found.id as TokenId)
    return found
  })
  return { ...token, ...(await grantedRoles(deps, tenantId, token.grant)) }
}

/** @throws {Refused} `session_rule` `session_unknown` */
function tokenOf(session: SessionRecord | undefined, userId: UserId): SessionRecord {
  if (session?.kind !== 'token' || session.userId !== userId) throw brokenSessionRule('session_unknown')
  return session
}
