import type { Audience, TokenLine } from './authority/named-token.ts'
import type { TenantId } from './directory/tenant.ts'
import type { UserId } from './directory/user.ts'

/** What of a verdict's grounds changed. A reader that does not know a kind forgets everything it remembers. */
export type ChangeKind =
  | 'token'
  | 'epoch'
  | 'generation'
  | 'subject'
  | 'password'
  | 'privilege'
  | 'membership'
  | 'support'
  | 'role'
  | 'tenant'
  | 'session'

/** One row of the change feed, before it has its number. */
export interface Change {
  readonly kind: ChangeKind
  readonly tenantId: TenantId
  /** Which one: {@link tokenKey}, {@link lineKey}, or the canonical id of whatever else changed, in decimal. */
  readonly key: string
}

/** Numbers go up with the order of the commits, without a gap. */
export interface NumberedChange extends Change {
  readonly number: number
}

/** Who must hear of a change before it is acknowledged. Synchronous: nothing happens between two of its steps. */
export interface ChangeListener {
  /** A change that this node has not applied before; its kind may be one that this program does not know. */
  apply(change: Omit<NumberedChange, 'kind'> & { readonly kind: string }): void
  /** Forget everything: the feed could not tell what changed. */
  flush(): void
}

/** The key of a `token` change: `audience/id`. */
export function tokenKey(audience: Audience, id: string): string {
  return `${audience}/${id}`
}

/** The key of a `session` change that can concern any login session of that user. Otherwise it is the session's id. */
export function loginsKey(userId: UserId): string {
  return `logins of ${userId}`
}

/** The key of an `epoch` or `generation` change: `audience/subject kind/subject id`. */
export function lineKey(line: TokenLine): string {
  return `${line.audience}/${line.subject.kind}/${line.subject.id}`
}
