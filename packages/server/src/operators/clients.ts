import { timingSafeEqual } from 'node:crypto'
import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { hashOfText } from '../authority/opaque-token.ts'
import { insertDespiteTakenIds, newTimedId } from '../directory/new-ids.ts'
import type { PasswordThrottle } from '../directory/password-throttle.ts'
import type { UserWrites } from '../directory/ports.ts'
import type { User } from '../directory/user.ts'
import { isFullName } from '../directory/user-rules.ts'
import { newUser } from '../directory/users.ts'
import { Refused } from '../failure.ts'
import type { Client, ClientWithSecret } from './client.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { checkMayGive, makeOperatorIn } from './operator-grants.ts'
import type { OperatorsWrites, SettingsReads } from './operator-ports.ts'
import type { SystemRole } from './role-names.ts'
import type { ClientReads, LoginState, OperatorSessionWrites } from './session-ports.ts'
import { administersOperators } from './session-subjects.ts'
import type { SessionTerms } from './session-terms.ts'
import { newSessionText, type SessionText } from './session-text.ts'
import type { SessionRecord } from './session.ts'

export interface ClientPorts
  extends Pick<OperatorSessionWrites, 'clients'>,
    Pick<OperatorsWrites, 'operators'> {
  readonly users: UserWrites
}

export interface ClientDeps {
  readonly ambient: Ambient
  readonly clients: ClientReads
  readonly atomically: Atomically<ClientPorts>
  readonly acknowledged: Acknowledged<ClientPorts>
  readonly sdwan: SessionTerms
}

export interface NewClient {
  readonly name: string
  readonly roles: readonly SystemRole[]
}

/** A client with its secret, which is shown this once. */
export interface CreatedClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  /** Decimal digits. */
  readonly operatorId: string
}

const CLIENT_ID_BYTES = 12
const SECRET_BYTES = 32

/**
 * A client is a user of its own, without any name or password to get in by: what blocks, empties or removes a user does
 * the same for it.
 * @throws {Refused} `forbidden`; `operator_rule` for roles that no operator can have, or that the caller may not give
 */
export async function createClient(
  deps: Pick<ClientDeps, 'ambient' | 'atomically' | 'sdwan'>,
  caller: OperatorCaller,
  { name, roles }: NewClient,
): Promise<CreatedClient> {
  checkAdministers(deps, caller)
  checkMayGive(caller, roles, [], deps.ambient.nowMillis())
  return insertDespiteTakenIds(true, async () => {
    const fullName = isFullName(name) ? name : undefined
    const user = newUser(deps.ambient, { tenantId: caller.tenantId, fullName })
    const clientSecret = deps.ambient.randomBytes(SECRET_BYTES).toHex()
    const client = newClient(deps.ambient, user, name, clientSecret)
    await deps.atomically(async (ports) => {
      await ports.users.insert({ user, passwordHash: undefined, passwordVersion: 1 })
      await makeOperatorIn(ports, deps.ambient, user, { roles, isSystemOwned: true })
      await ports.clients.insert(client)
    })
    return { clientId: client.clientId, clientSecret, name, operatorId: user.sdwanOperatorId }
  })
}

function newClient(
  ambient: Ambient,
  { id, tenantId }: User,
  name: string,
  clientSecret: string,
): Omit<ClientWithSecret, 'operatorId' | 'roles'> {
  return {
    clientId: ambient.randomBytes(CLIENT_ID_BYTES).toHex(),
    tenantId,
    userId: id,
    name,
    secretHash: hashOfText(clientSecret),
    createdAt: ambient.now(),
  }
}

/** In ascending order of id. @throws {Refused} `forbidden` */
export function listClients(
  deps: Pick<ClientDeps, 'ambient' | 'clients' | 'sdwan'>,
  caller: OperatorCaller,
): Promise<readonly Client[]> {
  checkAdministers(deps, caller)
  return deps.clients.list(caller.tenantId)
}

/** All that speaks for it is dead when this returns. @throws {Refused} `forbidden`, `client_not_found` */
export async function deleteClient(
  deps: Pick<ClientDeps, 'ambient' | 'acknowledged' | 'sdwan'>,
  caller: OperatorCaller,
  clientId: string,
): Promise<void> {
  checkAdministers(deps, caller)
  await deps.acknowledged(async ({ clients, users }) => {
    const client = await clients.find(caller.tenantId, clientId)
    if (client === undefined) throw new Refused({ kind: 'client_not_found' })
    await users.remove(client.userId)
  })
}

function checkAdministers(deps: Pick<ClientDeps, 'ambient' | 'sdwan'>, caller: OperatorCaller): void {
  if (!administersOperators(deps, caller)) throw new Refused({ kind: 'forbidden' })
}

export interface IssueBearerDeps {
  readonly ambient: Ambient
  readonly clients: Pick<ClientReads, 'find'>
  readonly tenantSettings: SettingsReads
  readonly passwordThrottle: PasswordThrottle
  readonly atomically: Atomically<Pick<OperatorSessionWrites, 'sessions'>>
  readonly sdwan: SessionTerms
}

export interface BearerRequest {
  readonly clientId: string
  readonly clientSecret: string
  /** Which tenant is meant; `undefined`: the client's. */
  readonly tsgId: string | undefined
  readonly clientAddress: string
  readonly userAgent: string
}

/** A quarter of an hour. (Prisma SD-WAN, unified authentication) */
export const BEARER_TTL_SECONDS = 900

/**
 * A bearer, which is good for nothing but its profile until that was asked for.
 * @throws {Refused} `bad_credentials`, also when the client's operator is shut out; `forbidden` for another tenant's id;
 *   `password_queue_full`
 */
export async function issueBearer(
  deps: IssueBearerDeps,
  request: BearerRequest,
): Promise<{ readonly text: string; readonly expiresInSeconds: number }> {
  const client = await checkSecret(deps, request)
  await checkTenant(deps, client, request.tsgId)
  return insertDespiteTakenIds(true, async () => {
    const made = newSessionText(deps.ambient, deps.sdwan.region)
    await deps.atomically(async ({ sessions }) => {
      const operator = await sessions.holdOperator(client.userId)
      if (operator === undefined || operator.isShutOut) throw new Refused({ kind: 'bad_credentials' })
      await sessions.insert(newBearer(deps.ambient, operator, request, made))
    })
    return { text: made.text, expiresInSeconds: BEARER_TTL_SECONDS }
  })
}

/** @throws {Refused} `bad_credentials`, `password_queue_full` */
async function checkSecret(
  { clients, passwordThrottle }: IssueBearerDeps,
  { clientId, clientSecret, clientAddress }: BearerRequest,
): Promise<ClientWithSecret> {
  const client = await clients.find(clientId)
  // Of so many random bits: to be tried one after the other, but not to be hashed slowly.
  const isRight = await passwordThrottle.attempt(`client ${clientId}`, clientAddress, async () =>
    isSameHash(hashOfText(clientSecret), client?.secretHash ?? NO_HASH),
  )
  if (!isRight || client === undefined) throw new Refused({ kind: 'bad_credentials' })
  return client
}

const NO_HASH = hashOfText('')

function isSameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** By its own id, or by the one that it has been given beside. @throws {Refused} `forbidden` */
async function checkTenant(
  { tenantSettings }: IssueBearerDeps,
  { tenantId }: Client,
  tsgId: string | undefined,
): Promise<void> {
  if (tsgId === undefined) return
  const settings = await tenantSettings.find(tenantId)
  if (tsgId !== settings?.id && tsgId !== settings?.profile.tsg_id) throw new Refused({ kind: 'forbidden' })
}

function newBearer(
  ambient: Ambient,
  { tenantId, userId, operatorId }: LoginState,
  { clientAddress, userAgent }: BearerRequest,
  { text, key }: SessionText,
): SessionRecord {
  return {
    id: newTimedId(ambient),
    kind: 'bearer',
    tenantId,
    userId,
    operatorId,
    key,
    expiresAtMillis: ambient.nowMillis() + BEARER_TTL_SECONDS * 1000,
    clientAddress,
    userAgent,
    isSystemOwned: false,
    textHash: hashOfText(text),
    grant: { roles: [], customRoleIds: [] },
    // Whoever fetches it may hand it to the machines that work with it.
    isAddressLocked: false,
    isProfileCalled: false,
    passwordVersion: undefined,
  }
}
