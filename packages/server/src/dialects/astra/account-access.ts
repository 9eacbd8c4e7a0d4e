import { getById } from '../../accounts/get-by-id.ts'
import type { Account } from '../../accounts/account.ts'
import type { CallerFacts } from '../../accounts/caller.ts'
import { Refused } from '../../failure.ts'
import type { AstraDeps } from './deps.ts'
import { isIdentifier } from './identifier.ts'
import { ProblemRaised } from './problem.ts'
import type { Asked, ResourceKind, Route } from './route.ts'

type Entered = Pick<Asked, 'account' | 'caller'>

/**
 * The account that the path names, and as whom the caller acts in it (Astra, §5.2, 4 to 6).
 * @returns no promise where nothing has to be waited for
 * @throws {ProblemRaised} 12 for what is no account's id; 11 for another account than his own, there or not, and for one
 *   that is closed to him
 */
export function enterAccount(
  deps: AstraDeps,
  route: Route,
  facts: CallerFacts,
  id: string | undefined,
): Entered | Promise<Entered> {
  const { account, tenantId, userUuid: uuid, role } = facts
  const own = { account: { tenantId, id: account.id }, caller: { uuid, role } }
  if (id !== undefined && !isIdentifier(id)) {
    throw new ProblemRaised({ number: 12, invalidParams: [inHeader('must be the id of an account')] })
  }
  if (id !== undefined && id !== account.id) return enterOther(deps, route, facts, id)
  if (!account.isEnabled || account.state === 'deletePending') throw new ProblemRaised({ number: 11 })
  requireOpen(route, account.state)
  return own
}

/** Who administers the installation: an owner of the default tenant's account. */
export function isInstallationOwner({ account, role }: CallerFacts): boolean {
  return account.isDefault && role === 'owner'
}

/**
 * Whoever administers the installation gets an account going: he alone acts in it until it has an owner. The account
 * itself stays his to change, or what is disabled could never be enabled.
 */
async function enterOther(deps: AstraDeps, route: Route, facts: CallerFacts, id: string): Promise<Entered> {
  const account = isInstallationOwner(facts) ? await findAccount(deps, id) : undefined
  if (route.kind === 'account' && isInstallationOwner(facts)) {
    if (account === undefined) throw new Refused({ kind: 'not_in_account' })
  } else if (account === undefined || (await deps.callers.hasOwner(account.tenantId))) {
    throw notYours()
  }
  if (account.state === 'deletePending') throw notYours()
  requireOpen(route, account.state)
  return {
    account: { tenantId: account.tenantId, id },
    caller: { uuid: facts.userUuid, role: 'owner' },
  }
}

async function findAccount(deps: AstraDeps, id: string): Promise<Account | undefined> {
  try {
    return await getById(deps.accountListings.accounts, { tenantId: undefined }, id)
  } catch (error) {
    if (error instanceof Refused && error.failure.kind === 'not_in_account') return undefined
    throw error
  }
}

/** What can change of an account that is not active yet. */
const OPEN_WHILE_PENDING: ReadonlySet<ResourceKind> = new Set(['account', 'user', 'roleBinding'])

function requireOpen({ method, kind }: Route, state: Account['state']): void {
  if (state === 'pending' && method !== 'GET' && !OPEN_WHILE_PENDING.has(kind)) {
    throw new ProblemRaised({ number: 11 })
  }
}

/** The same for an account that is there and one that is not. The name makes the real client say what to look at (Astra, §7.4). */
function notYours(): ProblemRaised {
  return new ProblemRaised({ number: 11, invalidParams: [inHeader('is not the account of the token')] })
}

function inHeader(reason: string): { readonly name: string; readonly reason: string } {
  return { name: 'x-pcloud-accountid', reason }
}
