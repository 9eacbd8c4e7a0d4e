import type { Caveat, TokenType } from '@jeton/token'
import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'

declare const brand: unique symbol

/** A named token's id as its audience shows it. A handle, never a secret. */
export type TokenId = string & { readonly [brand]: 'TokenId' }

/** The API that a token is for. A token is accepted by its own audience only. */
export type Audience = 'onezone' | 'astra' | 'sdwan' | 'jeton'

/** Who a token speaks for. Services (Onezone providers) join with their directory. */
export interface SubjectRef {
  readonly kind: 'user'
  readonly id: UserId
}

/** Whose tokens of which audience: what an epoch and a generation belong to. */
export interface TokenLine {
  readonly tenantId: TenantId
  readonly audience: Audience
  readonly subject: SubjectRef
}

/** With which root key, and with which salt, a secret is derived. Worth nothing without the key ring. */
export interface KeyReference {
  readonly kid: number
  /** 16 random bytes. */
  readonly salt: Uint8Array
}

export type JsonObject = { readonly [key: string]: unknown }

/** The record of one named token. */
export interface NamedToken {
  readonly line: TokenLine
  readonly id: TokenId
  readonly name: string
  readonly type: TokenType
  /** As issued. What a holder added by confining is in his text only. */
  readonly caveats: readonly Caveat[]
  readonly customMetadata: JsonObject
  readonly isRevoked: boolean
  readonly createdAt: UnixSeconds
  readonly key: KeyReference
}

/** The current generation of a line's temporary tokens. */
export interface Generation {
  /** From 1. */
  readonly number: number
  readonly key: KeyReference
}

/** What a verdict needs to know of a subject. */
export interface SubjectState {
  /** As the audience's token text names it. */
  readonly id: string
  readonly userId: UserId
  readonly isBlocked: boolean
}
