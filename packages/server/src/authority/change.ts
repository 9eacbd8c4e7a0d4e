import type { Acknowledged } from '../atomically.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { Audience, JsonObject, TokenId } from './named-token.ts'
import type { TokenWrites } from './ports.ts'

export interface ChangeDeps {
  readonly acknowledged: Acknowledged<{ readonly tokens: TokenWrites }>
}

export interface NamedTokenChange {
  readonly name?: string
  /** Takes the place of all there was. */
  readonly customMetadata?: JsonObject
  /** Dead for every holder, confined copies included, until it is set back. */
  readonly isRevoked?: boolean
}

/**
 * Changes what can be changed of a named token, all of it or nothing.
 * @throws {Refused} `token_not_found`, `name_taken`
 */
export async function changeNamedToken(
  deps: ChangeDeps,
  tenantId: TenantId,
  audience: Audience,
  id: TokenId,
  { name, customMetadata, isRevoked }: NamedTokenChange,
): Promise<void> {
  await deps.acknowledged(async ({ tokens }) => {
    const isThere = [
      name === undefined || (await tokens.rename(tenantId, audience, id, name)),
      customMetadata === undefined ||
        (await tokens.setCustomMetadata(tenantId, audience, id, customMetadata)),
      isRevoked === undefined || (await tokens.setRevoked(tenantId, audience, id, isRevoked)),
    ].every(Boolean)
    if (!isThere) throw new Refused({ kind: 'token_not_found' })
  })
}
