import { type Caveat, confineToken, decodeToken, type Hmac } from '@jeton/token'
import type { TenantId } from '../directory/tenant.ts'
import { checkSubject, type SubjectDeps } from './subject-rules.ts'

export interface ConfineDeps extends SubjectDeps {
  readonly hmac: Hmac
}

/**
 * Adds caveats to a token, after the checks of an issue: neither its signature nor what it carries already is
 * looked at, yet its subject must be here, unblocked, and allowed at the services that the new caveats name.
 *
 * @param text a token that decodes
 * @throws {Refused} what {@link checkSubject} refuses
 */
export async function confineHere(
  deps: ConfineDeps,
  tenantId: TenantId,
  text: string,
  caveats: readonly Caveat[],
): Promise<string> {
  const { subject, type } = decodeToken(text)
  await checkSubject(deps, tenantId, subject, type, caveats)
  return confineToken(text, caveats, deps.hmac)
}
