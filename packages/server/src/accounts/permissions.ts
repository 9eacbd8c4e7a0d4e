import { Refused } from '../failure.ts'
import type { Caller } from './caller.ts'
import { isAtLeast, type Role } from './role.ts'

/** What somebody wants to do in an account. */
export type Act =
  | { readonly kind: 'read'; readonly of: 'account' | 'users' | 'groups' | 'role_bindings' | 'credentials' }
  | { readonly kind: 'change_account' | 'delete_account' }
  /** Its answer is a secret that speaks for the user. */
  | { readonly kind: 'create_token'; readonly user: Target }
  /** List, get, rename, delete. */
  | { readonly kind: 'manage_tokens'; readonly user: Target }
  /** What the user may himself. */
  | { readonly kind: 'change_profile'; readonly user: Target }
  /** Create, delete, enable, suspend. */
  | { readonly kind: 'manage_user'; readonly user: Target }
  /** Also to make somebody a member. */
  | { readonly kind: 'manage_group'; readonly bound: Role | undefined }
  /** @property from the role that whoever is bound has now; `to`: the one that he is to have, of the binding itself */
  | { readonly kind: 'bind_role'; readonly from: Role | undefined; readonly to: Role | undefined }
  /** @property of whom the credential is a side; `undefined`: nobody */
  | { readonly kind: 'manage_credential'; readonly user: Target | undefined }

/** A user whom something is done to. */
export interface Target {
  readonly uuid: string
  /** `undefined`: none, or not looked up yet; what is permitted then is permitted of somebody at least. */
  readonly role: Role | undefined
}

/**
 * Whether a caller of that role may do that. Whose role is to be looked at need not be known to be there: to ask without
 * it first lets a stranger find out nothing.
 * @see the Astra Control API, roles; who manages whose tokens is our own rule
 */
export function isPermitted(caller: Caller, act: Act): boolean {
  switch (act.kind) {
    case 'read':
      return isAtLeast(caller.role, act.of === 'credentials' ? 'admin' : 'viewer')
    case 'change_account':
    case 'delete_account':
      return isAtLeast(caller.role, 'owner')
    case 'create_token':
      return isSelf(caller, act.user)
    case 'manage_tokens':
    case 'change_profile':
      return isSelf(caller, act.user) || mayTouch(caller, act.user.role)
    case 'manage_user':
      return mayTouch(caller, act.user.role)
    case 'manage_group':
      return mayTouch(caller, act.bound)
    case 'bind_role':
      return mayTouch(caller, act.from) && mayTouch(caller, act.to)
    case 'manage_credential':
      return mayTouch(caller, act.user?.role)
  }
}

/** @throws {Refused} `forbidden` */
export function checkPermitted(caller: Caller, act: Act): void {
  if (!isPermitted(caller, act)) throw new Refused({ kind: 'forbidden' })
}

/** Without a role a user may nothing, not even of his own. */
function isSelf({ uuid, role }: Caller, user: Target): boolean {
  return role !== undefined && uuid === user.uuid
}

/** An admin may touch everybody but owners, and give every role but theirs. */
function mayTouch({ role }: Caller, touched: Role | undefined): boolean {
  return isAtLeast(role, touched === 'owner' ? 'owner' : 'admin')
}
