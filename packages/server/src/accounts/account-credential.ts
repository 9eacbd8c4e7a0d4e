import type { UnixSeconds } from '../ambient.ts'
import type { TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { Metadata } from './metadata.ts'

export const KEY_TYPES = [
  'generic',
  'passwordHash',
  'apikey',
  'kubeconfig',
  'certificate',
  'privkey',
  's3',
] as const

export type KeyType = (typeof KEY_TYPES)[number]

/** What an account keeps a secret under. The secret itself is never shown again. */
export interface AccountCredential {
  readonly tenantId: TenantId
  /** UUIDv4. */
  readonly id: string
  /** Of a password the user's uuid, of a token's side the token's id. */
  readonly name: string
  /** `undefined`: as `generic`, but it was not said. */
  readonly keyType: KeyType | undefined
  readonly isValid: boolean
  readonly validFrom: UnixSeconds | undefined
  readonly validUntil: UnixSeconds | undefined
  /** What it is a side of; `undefined`: it stands for itself. */
  readonly paired: PairedWith | undefined
  readonly metadata: Metadata
}

export type PairedWith = { readonly userId: UserId; readonly userUuid: string } & (
  | /** Comes and goes with that token. */ { readonly kind: 'token'; readonly tokenId: TokenId }
  /** Is the user's one password. */
  | { readonly kind: 'password' }
)

/** The label that tells of a credential's key type. */
export const KEY_TYPE_LABEL = 'astra.netapp.io/labels/read-only/credType'
