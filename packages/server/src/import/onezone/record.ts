import type { Caveat, TokenType } from '@jeton/token'
import type { UnixSeconds } from '../../ambient.ts'
import type { InviteTerms, JsonObject, SubjectName, TokenId } from '../../authority/named-token.ts'
import type { EntityRef, MemberRef } from '../../directory/entity.ts'

/** What one line of an export says. @see docs/formats/onezone-export.md */
export type ImportRecord =
  | UserRecord
  | ProviderRecord
  | EntityRecord
  | MembershipRecord
  | SupportRecord
  | HarvestedSpaceRecord
  | TemporarySecretRecord
  | NamedTokenRecord

export type RecordKind = ImportRecord['kind']

interface Identified {
  /** What identifies it among those of its kind. */
  readonly key: string
  /**
   * How dead it is, where it can die and stay: 1 for who is blocked or what is revoked, the generation of temporary
   * tokens; otherwise 0. Only ever followed upwards.
   */
  readonly state: number
}

export interface UserRecord extends Identified {
  readonly kind: 'user'
  readonly id: string
  readonly username: string | undefined
  readonly fullName: string | undefined
  readonly email: string | undefined
  readonly isBlocked: boolean
  /** Admin privileges, held directly. */
  readonly privileges: readonly string[]
  readonly createdAt: UnixSeconds | undefined
}

export interface ProviderRecord extends Identified {
  readonly kind: 'provider'
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly subdomain: string | undefined
  readonly adminEmail: string
  /** Degrees. */
  readonly latitude: number
  readonly longitude: number
  readonly createdAt: UnixSeconds | undefined
}

export interface EntityRecord extends Identified {
  readonly kind: 'entity'
  readonly entity: EntityRef
  readonly name: string
  /** Of groups only. */
  readonly type: string | undefined
  /** The admin privileges that a group gives to its members. */
  readonly privileges: readonly string[]
  readonly createdAt: UnixSeconds | undefined
}

export interface MembershipRecord extends Identified {
  readonly kind: 'membership'
  readonly entity: EntityRef
  readonly member: MemberRef
  readonly privileges: readonly string[]
  /** Of a space, and only users. */
  readonly isOwner: boolean
}

export interface SupportRecord extends Identified {
  readonly kind: 'support'
  readonly spaceId: string
  readonly providerId: string
  readonly isReadonly: boolean
}

export interface HarvestedSpaceRecord extends Identified {
  readonly kind: 'harvested_space'
  readonly spaceId: string
  readonly harvesterId: string
}

export interface TemporarySecretRecord extends Identified {
  readonly kind: 'temporary_secret'
  readonly subject: SubjectName
  readonly generation: number
  readonly secret: Uint8Array
}

export interface NamedTokenRecord extends Identified {
  readonly kind: 'named_token'
  readonly id: TokenId
  readonly name: string
  readonly subject: SubjectName
  readonly type: TokenType
  readonly caveats: readonly Caveat[]
  readonly secret: Uint8Array
  readonly customMetadata: JsonObject
  readonly isRevoked: boolean
  readonly createdAt: UnixSeconds | undefined
  readonly invite: InviteTerms | undefined
}
