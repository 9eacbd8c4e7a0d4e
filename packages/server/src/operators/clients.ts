import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { hashOfText } from '../authority/opaque-token.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { UserWrites } from '../directory/ports.ts'
import type { User } from '../directory/user.ts'
import { isFullName } from '../directory/user-rules.ts'
import { newUser } from '../directory/users.ts'
import { Refused } from '../failure.ts'
import type { Client, ClientWithSecret } from './client.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { checkMayGive, makeOperatorIn } from './operator-grants.ts'
import type { OperatorsWrites } from './operator-ports.ts'
import type { SystemRole } from './role-names.ts'
import type { ClientReads, OperatorSessionWrites } from './session-ports.ts'
import { administersOperators } from './session-subjects.ts'
import type { SessionTerms } from './session-terms.ts'

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
