import { parseIpv4, type TokenSubject } from '@jeton/token'
import type { PresentedToken } from '../../authority/verification-memory.ts'
import { type Presentation, type VerifyDeps, verifyToken } from '../../authority/verify.ts'
import type { TenantId } from '../../directory/tenant.ts'
import { Refused } from '../../failure.ts'

/**
 * Whose identity token that is: the consumer of another token.
 * @throws {Refused} `consumer_token_refused`
 */
export async function consumerOf(
  deps: VerifyDeps,
  tenantId: TenantId,
  token: PresentedToken,
  presentation: Presentation,
): Promise<TokenSubject> {
  const verified = await verifyToken(deps, tenantId, 'onezone', token, { kind: 'identity' }, presentation)
  if (!verified.ok) {
    throw new Refused({ kind: 'consumer_token_refused', why: { kind: 'token_refused', why: verified.why } })
  }
  return { type: 'user', id: verified.subject.id }
}

/** The address as caveats know it: IPv4, or unknown. */
export function ipv4Of(address: string): string | undefined {
  return parseIpv4(address) === undefined ? undefined : address
}
