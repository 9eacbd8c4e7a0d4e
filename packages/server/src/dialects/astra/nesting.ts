import type { AccountUser } from '../../accounts/account-user.ts'
import { findCaller } from '../../accounts/known-callers.ts'
import { findParents, type Parents, type Within } from '../../accounts/parents.ts'
import { checkPermitted } from '../../accounts/permissions.ts'
import { Refused } from '../../failure.ts'
import type { AstraDeps } from './deps.ts'
import type { Asked } from './route.ts'

// One resource is reached by several paths; what stands before it narrows what the path shows (Astra, §6A.1).

/** Whom and what the path names before the resource. @throws {Refused} `not_in_account`, also for a user who is no member */
export function parentsOf(deps: AstraDeps, { account }: Asked, within: Within): Promise<Parents> {
  const { userUuid, groupId } = within
  return userUuid === undefined && groupId === undefined
    ? NO_PARENTS
    : findParents(deps, account.tenantId, within)
}

const NO_PARENTS: Promise<Parents> = Promise.resolve({ user: undefined, group: undefined })

/** The user whose tokens the path is about. @throws {Refused} `not_in_account`; `forbidden` when they are none of the caller's business */
export async function ownerOfTokens(
  deps: AstraDeps,
  asked: Asked,
): Promise<Pick<AccountUser, 'id' | 'userId'>> {
  const { user_id: userUuid, group_id: groupId } = asked.params
  // Most ask for their own, and that the caller is there is known by now.
  if (groupId === undefined && isOwn(asked)) {
    checkPermitted(asked.caller, { kind: 'manage_tokens', user: asked.caller })
    return { id: asked.facts.userUuid, userId: asked.facts.userId }
  }
  const { user } = await parentsOf(deps, asked, { userUuid, groupId })
  if (user === undefined) throw new Refused({ kind: 'not_in_account' })
  const role = (await findCaller(deps, user.userId))?.role
  checkPermitted(asked.caller, { kind: 'manage_tokens', user: { uuid: user.id, role } })
  return user
}

/** Whether the path names the caller himself, in the account that he is of. */
function isOwn({ account, facts, params }: Asked): boolean {
  return params['user_id'] === facts.userUuid && account.tenantId === facts.tenantId
}

/** A path parameter of the route's own path, which is always there. */
export function parameter({ params }: Asked, name: string): string {
  return params[name] ?? ''
}
