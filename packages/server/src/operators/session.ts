import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { CustomRole } from './role.ts'
import type { SystemRole } from './role-names.ts'

/** What a session was opened with: a password, nothing (it is a static token), or a client's id and secret. */
export type SessionKind = 'login' | 'token' | 'bearer'

/** A credential of an operator, as far as it may be shown. It is never changed, and so stays at its first version. */
export interface Session {
  /** 17 decimal digits, which begin with the time of its making. A token's is the token's. */
  readonly id: string
  readonly kind: SessionKind
  readonly tenantId: TenantId
  readonly userId: UserId
  /** Decimal digits. */
  readonly operatorId: string
  /** No secret. */
  readonly key: string
  /** Unix milliseconds; `undefined`: never. */
  readonly expiresAtMillis: number | undefined
  /** Whence it was opened. */
  readonly clientAddress: string
  readonly userAgent: string
  /** Made by the installation, and not to be ended by an operator. */
  readonly isSystemOwned: boolean
}

/** What a token speaks for on its own, however its operator's roles change. */
export interface Grant {
  readonly roles: readonly SystemRole[]
  readonly customRoleIds: readonly string[]
}

/** A session as it is recorded. */
export interface SessionRecord extends Session {
  /** See `hashOfText`. */
  readonly textHash: string
  /** Of tokens: what they speak for. The others speak for what their operator may. */
  readonly grant: Grant
  /** Whether it is good at the address only that it was opened from, where its operator's sessions are to be. */
  readonly isAddressLocked: boolean
  /** Bearers are good for nothing else before their profile was asked for; the others need no such call. */
  readonly isProfileCalled: boolean
  /** Whether its operator himself has opened it: with his password, or in a session that he had opened so. */
  readonly isOwn: boolean
  /** Of login sessions: the version of the password that they were opened with, and are good as long as. */
  readonly passwordVersion: number | undefined
}

/** A static token, with what it speaks for as that is now. */
export interface AuthToken extends Session {
  readonly roles: readonly SystemRole[]
  readonly customRoles: readonly CustomRole[]
}
