import type { Caveat, ServiceSpec, TokenSubject, TokenType } from '@jeton/token'
import { parseServiceSpec } from '@jeton/token'
import { ZONE_CLUSTER_ID } from '../directory/entity.ts'
import type { ProviderReads, RelationReads } from '../directory/relation-ports.ts'
import type { UserReads } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { findSubject } from './line.ts'
import type { SubjectRef } from './named-token.ts'

export interface SubjectDeps {
  readonly users: UserReads
  readonly providers: ProviderReads
  readonly relations: RelationReads
}

/**
 * Whom a token can speak for, and where: asked when a token is issued or confined, in the order
 * subject → session → services. @see the Onezone API, service caveats and the subject
 *
 * @param subject as the audience shows him; he need not exist
 * @returns who that is; the caller's next reads need not look him up again
 * @throws {Refused} `subject_invalid`, `user_blocked`, `session_invalid`, `service_forbidden`
 */
export async function checkSubject(
  deps: SubjectDeps,
  tenantId: TenantId,
  subject: TokenSubject,
  type: TokenType,
  newCaveats: readonly Caveat[],
): Promise<SubjectRef> {
  const found = await findSubject(deps, tenantId, subject)
  if (found === undefined) throw new Refused({ kind: 'subject_invalid' })
  if (found.isBlocked) throw new Refused({ kind: 'user_blocked' })
  if (type.kind !== 'access') return found.ref
  // There are no sessions to be bound to: such a token could never be used.
  if (type.sessionId !== undefined) throw new Refused({ kind: 'session_invalid' })
  await checkServices(deps.relations, tenantId, found.ref, newCaveats)
  return found.ref
}

/** One after the other and each once: the first that is forbidden is named, and a caveat has room for very many. */
async function checkServices(
  relations: SubjectDeps['relations'],
  tenantId: TenantId,
  subject: SubjectRef,
  newCaveats: readonly Caveat[],
): Promise<void> {
  for (const entry of whitelistedServices(newCaveats)) {
    const service = parseServiceSpec(entry)
    if (service !== undefined && !(await isServiceAllowed(relations, tenantId, subject, service)))
      throw new Refused({ kind: 'service_forbidden', service })
  }
}

function whitelistedServices(caveats: readonly Caveat[]): ReadonlySet<string> {
  return new Set(caveats.filter((caveat) => caveat.type === 'service').flatMap(({ whitelist }) => whitelist))
}

/**
 * Whether a service may act for a subject with an access token of his. Onezone itself may for everybody, a wildcard of
 * a type promises nothing yet; a single provider or panel only where the directory relates it to him.
 */
export async function isServiceAllowed(
  relations: SubjectDeps['relations'],
  tenantId: TenantId,
  subject: SubjectRef,
  service: ServiceSpec,
): Promise<boolean> {
  if (service.type === 'ozw') return service.id === ZONE_CLUSTER_ID || service.id === '*'
  if (subject.kind !== 'user') return false
  if (service.id === '*') return true
  if (service.type === 'opw') return relations.supportsUser(tenantId, service.id, subject.id)
  // Of the zone's panels there is one.
  if (service.type === 'ozp' && service.id !== ZONE_CLUSTER_ID) return false
  return relations.isEffectiveMember(tenantId, subject.id, { kind: 'cluster', onezoneId: service.id })
}
