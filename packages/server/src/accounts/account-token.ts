import type { JsonObject, TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Metadata } from './metadata.ts'

/** A named token for the audience `astra`, as that API shows it. Its text was shown once. */
export interface AccountToken {
  readonly tenantId: TenantId
  /** UUIDv4. */
  readonly id: TokenId
  /** Not unique. */
  readonly name: string
  /** Of its user. */
  readonly userUuid: string
  readonly metadata: Metadata
}

/** What is kept of it with the token's record, beside what that has anyway. */
export function customMetadataOf({ labels, createdBy, modifiedAt, modifiedBy }: Metadata): JsonObject {
  return { labels, createdBy, modifiedAt, ...(modifiedBy !== undefined && { modifiedBy }) }
}
