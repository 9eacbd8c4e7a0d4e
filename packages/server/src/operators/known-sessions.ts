import type { NamedGround } from '../authority/ground.ts'
import { hashOfText } from '../authority/opaque-token.ts'
import { type Dependency, RememberedFacts } from '../authority/remembered-facts.ts'
import { lineKey, loginsKey, tokenKey } from '../change.ts'
import type { Trust } from '../trust.ts'
import { compileRights } from './evaluation.ts'
import { type GrantedRoles, grantedRoles, type OperatorCaller } from './operator-caller.ts'
import { CUSTOM_ROLES_KEY, type RoleReads } from './operator-ports.ts'
import type { FoundSession, SessionVerificationReads } from './session-ports.ts'
import type { SessionKind } from './session.ts'

/** All that verdicts on one session stand on, but for the time and whence it is presented. */
export interface SessionFacts extends OperatorCaller, GrantedRoles {
  readonly kind: SessionKind
  /** 17 decimal digits; of a static token its id. */
  readonly sessionId: string
  readonly sessionKey: string
  /** Decimal digits. */
  readonly sdwanTenantId: string
  /** Unix milliseconds; `Infinity`: never. */
  readonly expiresAtMillis: number
  /** The only address that it is good at; `undefined`: at every. */
  readonly onlyAddress: string | undefined
  /** A bearer is good for nothing else before. */
  readonly isProfileCalled: boolean
  /** Its operator gets in nowhere, for now. */
  readonly isShutOut: boolean
  /** Of a static token: by what its uses are counted. */
  readonly ground: NamedGround | undefined
}

const MAX_REMEMBERED = 16_384
const MAX_BYTES = 64 * 1_048_576
/** Of a session with system roles only, which nearly all are. */
const USUAL_BYTES = 1500
/** Of each permission that a custom role adds or takes: a tenant may give an operator thirty thousand. */
const BYTES_PER_TERM = 600

/** The facts of sessions that were found here, by their text. */
export class SessionMemory extends RememberedFacts<SessionFacts> {
  constructor(maxEntries = MAX_REMEMBERED, maxBytes = MAX_BYTES) {
    super(maxEntries, KINDS, { maxBytes, bytesOf })
  }
}

const KINDS = {
  token: true,
  epoch: true,
  subject: true,
  password: true,
  role: true,
  tenant: true,
  session: true,
  generation: false,
  privilege: false,
  membership: false,
  support: false,
} as const

function bytesOf({ customRoles }: SessionFacts): number {
  const terms = customRoles.reduce(
    (sum, { permissions, disallowPermissions, customPermissions }) =>
      sum + permissions.length + disallowPermissions.length + customPermissions.length,
    0,
  )
  return USUAL_BYTES + BYTES_PER_TERM * terms
}

export interface KnownSessionsDeps {
  readonly sessionVerification: Pick<SessionVerificationReads, 'findByHash'>
  readonly customRoles: Pick<RoleReads, 'findMany'>
  readonly sessionMemory: SessionMemory
  readonly trust: Trust
}

/** What the store says now, remembered where it may be: one read, and two more if it has custom roles. */
export function readSession(deps: KnownSessionsDeps, text: string): Promise<SessionFacts | undefined> {
  return deps.sessionMemory.fill(deps.trust, text, () => findSession(deps, text), dependenciesOf)
}

async function findSession(deps: KnownSessionsDeps, text: string): Promise<SessionFacts | undefined> {
  const found = await deps.sessionVerification.findByHash(hashOfText(text))
  if (found === undefined) return undefined
  const { session, operator } = found
  const grant = session.kind === 'token' ? session.grant : operator.grant
  return factsOf(found, await grantedRoles(deps, operator.tenantId, grant))
}

function factsOf({ session, operator, token }: FoundSession, granted: GrantedRoles): SessionFacts {
  const { tenantId, userId, operatorId, sdwanTenantId, isShutOut } = operator
  const isAddressLocked = session.isAddressLocked && operator.isAddressLocked
  return {
    kind: session.kind,
    sessionId: session.id,
    sessionKey: session.key,
    tenantId,
    sdwanTenantId,
    userId,
    operatorId,
    ...granted,
    rights: compileRights(granted.roles, granted.customRoles),
    isHimself: session.isOwn,
    expiresAtMillis: session.expiresAtMillis ?? Number.POSITIVE_INFINITY,
    onlyAddress: isAddressLocked ? session.clientAddress : undefined,
    isProfileCalled: session.isProfileCalled,
    isShutOut,
    ground: token && {
      kind: 'named',
      tenantId,
      audience: 'sdwan',
      tokenId: session.id,
      record: token,
      subject: { id: operatorId, ref: { kind: 'user', id: userId }, isBlocked: isShutOut },
    },
  }
}

/** `undefined`: the call that it waits for is to be seen by every node at once, so none remembers that it did not come. */
function dependenciesOf(facts: SessionFacts): readonly Dependency[] | undefined {
  if (!facts.isProfileCalled) return undefined
  const { tenantId, userId, kind } = facts
  const user = String(userId)
  const all: readonly Dependency[] = [
    { kind: 'subject', tenantId, key: user },
    { kind: 'role', tenantId, key: user },
    { kind: 'role', tenantId, key: CUSTOM_ROLES_KEY },
    { kind: 'tenant', tenantId, key: String(tenantId) },
  ]
  return kind === 'token' ? [...all, ...ofToken(facts)] : [...all, ...ofSession(facts)]
}

function ofToken({ tenantId, userId, sessionId }: SessionFacts): readonly Dependency[] {
  const line = { tenantId, audience: 'sdwan', subject: { kind: 'user', id: userId } } as const
  return [
    // The session of a token has the token's id.
    { kind: 'token', tenantId, key: tokenKey('sdwan', sessionId) },
    { kind: 'epoch', tenantId, key: lineKey(line) },
  ]
}

function ofSession({ tenantId, userId, sessionId }: SessionFacts): readonly Dependency[] {
  return [
    { kind: 'session', tenantId, key: sessionId },
    { kind: 'session', tenantId, key: loginsKey(userId) },
    { kind: 'password', tenantId, key: String(userId) },
  ]
}
