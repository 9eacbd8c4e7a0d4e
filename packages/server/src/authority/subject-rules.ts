import type { Caveat, ServiceSpec, TokenSubject, TokenType } from '@jeton/token'
import { parseServiceSpec } from '@jeton/token'
import type { UserReads } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { User } from '../directory/user.ts'
import { Refused } from '../failure.ts'

/**
 * Whom a token can speak for, and where: asked when a token is issued or confined, in the order
 * subject → session → services. @see the Onezone API, service caveats and the subject
 *
 * @param subjectId as the audience shows it
 * @returns the user; the caller's next reads need not look him up again
 * @throws {Refused} `subject_invalid`, `user_blocked`, `session_invalid`, `service_forbidden`
 */
export async function checkSubject(
  users: UserReads,
  tenantId: TenantId,
  subject: TokenSubject,
  type: TokenType,
  newCaveats: readonly Caveat[],
): Promise<User> {
  const user = subject.type === 'user' ? await users.findByOnezoneId(tenantId, subject.id) : undefined
  if (user === undefined) throw new Refused({ kind: 'subject_invalid' })
  if (user.isBlocked) throw new Refused({ kind: 'user_blocked' })
  if (type.kind !== 'access') return user
  // There are no sessions to be bound to: such a token could never be used.
  if (type.sessionId !== undefined) throw new Refused({ kind: 'session_invalid' })
  for (const service of whitelistedServices(newCaveats)) {
    if (!isServiceAllowed(subject, service)) throw new Refused({ kind: 'service_forbidden', service })
  }
  return user
}

/**
 * Whether a service may act for a subject with an access token of his. Onezone itself may for everybody, a
 * wildcard of a type promises nothing yet; a single provider or panel only where the directory relates it to him.
 */
export function isServiceAllowed(subject: TokenSubject, service: ServiceSpec): boolean {
  if (service.type === 'ozw') return service.id === 'onezone' || service.id === '*'
  return subject.type === 'user' && service.id === '*'
}

function whitelistedServices(caveats: readonly Caveat[]): readonly ServiceSpec[] {
  return caveats
    .filter((caveat) => caveat.type === 'service')
    .flatMap((caveat) => caveat.whitelist)
    .map(parseServiceSpec)
    .filter((service) => service !== undefined)
}
