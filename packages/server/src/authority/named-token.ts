import type { Caveat, Integer, TokenType } from '@jeton/token'
import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { ProviderId } from '../directory/provider.ts'
import type { UserId } from '../directory/user.ts'

declare const brand: unique symbol

/** A named token's id as its audience shows it. A handle, never a secret. */
export type TokenId = string & { readonly [brand]: 'TokenId' }

export const AUDIENCES = ['onezone', 'astra', 'sdwan', 'jeton'] as const

/** The API that a token is for. A token is accepted by its own audience only. */
export type Audience = (typeof AUDIENCES)[number]

/** Who a token speaks for, by canonical id: a user, or a service (a provider of the Onezone). */
export type SubjectRef =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'provider'; readonly id: ProviderId }

/** The same as an audience's token texts name him. Only the Onezone's name providers. */
export interface SubjectName {
  readonly type: 'user' | 'oneprovider'
  readonly id: string
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
  /** Of a token that was issued elsewhere: its secret, sealed under that root key. Then nothing is derived. */
  readonly sealedSecret?: Uint8Array
}

/** Of an opaque token: no ring has such a root key, so nothing will ever be derived from it. */
export const NO_KEY: KeyReference = { kid: 0, salt: new Uint8Array() }

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
  /** Of opaque tokens only: what they are found by, see `hashOfText`. Nothing is derived for them. */
  readonly textHash?: string
  /** Of invites only. */
  readonly invite?: InviteTerms
}

/** What an invite carries beside its type and target. */
export interface InviteTerms {
  /** Those of the entity that whoever joins it gets, in ascending order; `undefined` for types that carry none. */
  readonly privileges: readonly string[] | undefined
  readonly usageLimit: UsageLimit
  readonly usageCount: number
}

/** At least 1. */
export type UsageLimit = Integer | 'infinity'

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
  readonly ref: SubjectRef
  /** Providers never are. */
  readonly isBlocked: boolean
}

/** As token texts name him. */
export function nameOf({ id, ref }: Pick<SubjectState, 'id' | 'ref'>): SubjectName {
  return { type: ref.kind === 'user' ? 'user' : 'oneprovider', id }
}
