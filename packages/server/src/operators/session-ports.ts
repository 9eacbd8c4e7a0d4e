import type { VerificationRecord } from '../authority/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { Client, ClientWithSecret } from './client.ts'
import type { Grant, Session, SessionKind, SessionRecord } from './session.ts'
import type { PasswordPolicy } from './tenant-settings.ts'

/** What of an operator a verdict hangs on. */
export interface OperatorState {
  readonly tenantId: TenantId
  readonly userId: UserId
  /** Decimal digits. */
  readonly operatorId: string
  /** Decimal digits. */
  readonly sdwanTenantId: string
  /** By an administrator, or by the system: he gets in nowhere. */
  readonly isShutOut: boolean
  /** Whether his sessions are good only at the address that they were opened from. */
  readonly isAddressLocked: boolean
  readonly grant: Grant
}

/** All that a verdict on a session hangs on, but for what its custom roles are. */
export interface FoundSession {
  readonly session: SessionRecord
  readonly operator: OperatorState
  /** Of a static token: the record that lives and dies, and that its uses are counted by. */
  readonly token: VerificationRecord | undefined
}

/** The hot path's reads: each is one round trip. */
export interface SessionVerificationReads {
  /**
   * The session with that hash, see `hashOfText`, unless its token, its password or its operator is another one by now.
   * That it has expired is not looked at. Changes that make it another one: `session` of it and of its operator's
   * logins, `token` and `epoch`, `password` of logins, `subject` and `role` of the user, `tenant`.
   */
  findByHash(textHash: string): Promise<FoundSession | undefined>
  /** `undefined`: he is gone, or no operator. */
  findOperator(userId: UserId): Promise<OperatorState | undefined>
}

/** Sessions that have expired are not there for these, nor those whose token or password is another one by now. */
export interface SessionReads {
  /** In the order of their making. */
  list(
    tenantId: TenantId,
    userId: UserId,
    kinds: readonly SessionKind[],
    nowMillis: number,
  ): Promise<readonly SessionRecord[]>
  find(tenantId: TenantId, id: string, nowMillis: number): Promise<SessionRecord | undefined>
}

/** An operator as whoever logs in finds him. */
export interface LoginState extends OperatorState {
  readonly passwordVersion: number
  /** After too many wrong passwords, until an administrator opens it again. */
  readonly isLocked: boolean
  /** IPv4 addresses and prefixes that he may log in from; none: from anywhere. */
  readonly ipv4List: readonly string[]
  readonly failedLogins: number
  /** When his password was set, in Unix milliseconds; `Infinity`: by an API that does not tell, and no login has shown it yet. */
  readonly passwordSetAtMillis: number
  readonly passwordPolicy: PasswordPolicy
}

// Writes inside one transaction. What verdicts hang on is recorded in the same transaction.

export interface SessionWrites {
  /** An operator as he is until the transaction ends: of one operator, one such transaction follows the other. */
  holdOperator(userId: UserId): Promise<LoginState | undefined>
  /** Of a token, after its record among the named tokens. @throws {Refused} `id_taken` */
  insert(session: SessionRecord): Promise<void>
  find(tenantId: TenantId, id: string, nowMillis: number): Promise<SessionRecord | undefined>
  /** Static tokens that are not over. */
  countTokens(tenantId: TenantId, userId: UserId, nowMillis: number): Promise<number>
  /** Of a login or a bearer; a token is ended by removing its record. Idempotent. Change: `session`. */
  end(session: Pick<Session, 'tenantId' | 'id'>): Promise<void>
  /** All logins of an operator. Change: `session`, once for all. */
  endLogins(tenantId: TenantId, userId: UserId): Promise<void>
  /** Of the logins of an operator all but the latest. Change: `session` of each. */
  endLoginsBefore(tenantId: TenantId, userId: UserId, latest: number): Promise<void>
  /** Lets a login session outlive a change of the password. */
  renewLogin(session: Pick<Session, 'id'>, passwordVersion: number): Promise<void>
  /** No change row: until then it is remembered nowhere. */
  noteProfileCall(session: Pick<Session, 'id'>): Promise<void>
}

/** Who wants to log in, before he has shown that it is he. */
export interface LoginReads {
  /** By a username or an e-mail address. In as many queries whether there is such a user or not. */
  find(name: string): Promise<LoginCandidate | undefined>
}

export interface LoginCandidate {
  readonly userId: UserId
  readonly passwordVersion: number
  /** His tenant's. */
  readonly passwordPolicy: PasswordPolicy
}

/** What logging in leaves behind with an operator. None of it is a new version of him, nor a change of what he may. */
export interface LoginWrites {
  /**
   * A password of which nobody knows when it was set counts from then on.
   * @param atMillis Unix milliseconds
   */
  noteLogin(userId: UserId, atMillis: number): Promise<void>
  /** @param lockAfter failures that lock him; `undefined`: however many, none does */
  noteFailure(userId: UserId, lockAfter: number | undefined): Promise<void>
}

/** The passwords that an operator had, the latest first. */
export interface PasswordHistoryReads {
  list(userId: UserId, limit: number): Promise<readonly string[]>
}

export interface PasswordHistoryWrites {
  /** @param password the one that he has now @param keep how many of his passwords, this one included, stay on record */
  note(
    userId: UserId,
    password: { readonly version: number; readonly hash: string; readonly setAtMillis: number },
    keep: number,
  ): Promise<void>
}

/** The background half of expiry: what is over is refused to the millisecond, and removed some time later. */
export interface ExpiredSessions {
  /** In one short transaction, as `DeadTokens`. @returns how many were removed, at most `limit` */
  sweep(limit: number, maxMillis?: number): Promise<number>
}

export interface ClientReads {
  find(clientId: string): Promise<ClientWithSecret | undefined>
  /** In ascending order of id. */
  list(tenantId: TenantId): Promise<readonly Client[]>
}

export interface ClientWrites {
  /** Its operator is there already. @throws {Refused} `id_taken` */
  insert(client: Omit<ClientWithSecret, 'operatorId' | 'roles'>): Promise<void>
  find(tenantId: TenantId, clientId: string): Promise<Client | undefined>
}

/** The ports that change sessions and clients in one transaction. */
export interface OperatorSessionWrites {
  readonly sessions: SessionWrites
  readonly logins: LoginWrites
  readonly passwordHistory: PasswordHistoryWrites
  readonly clients: ClientWrites
}
