import type { SubjectName } from '../../authority/named-token.ts'
import { type Entity, type EntityRef, isCreatedBy } from '../../directory/entity.ts'
import type { Alternative, Callers, Condition, EntityAt, EntityInPath } from './callers.ts'
import { forbidden, unauthorized } from './catalogue-general.ts'
import type { OnezoneDeps } from './deps.ts'
import { isJsonObject } from './json-value.ts'
import type { Asked } from './route.ts'
import { WireRefusal } from './wire-error.ts'

/** A request as far as it is known when it is asked whether the caller may. */
export interface Claim extends Asked {
  /** Whom the operation is about. */
  readonly subject: SubjectName | undefined
  /** The body as JSON, not yet looked at. */
  readonly sent: unknown
}

/** @throws {WireRefusal} `unauthorized` for nobody, `forbidden` for everybody else who may not */
export async function requireAuthorized(
  deps: OnezoneDeps,
  callers: Exclude<Callers, 'anyone'>,
  claim: Claim,
): Promise<void> {
  if (claim.actor.kind === 'nobody') throw new WireRefusal(unauthorized)
  for (const alternative of callers) if (await meets(deps, alternative, claim)) return
  throw new WireRefusal(forbidden)
}

async function meets(deps: OnezoneDeps, alternative: Alternative, claim: Claim): Promise<boolean> {
  for (const condition of conditionsOf(alternative)) {
    if (!(await isTrue(deps, condition, claim))) return false
  }
  return true
}

export function conditionsOf(alternative: Alternative): readonly Condition[] {
  // `Array.isArray` does not narrow a readonly list away.
  return 'kind' in alternative ? [alternative] : alternative
}

async function isTrue(deps: OnezoneDeps, condition: Condition, claim: Claim): Promise<boolean> {
  const { actor, params, tenant, sent } = claim
  switch (condition.kind) {
    case 'self':
      return isSubject(claim)
    case 'user':
    case 'provider': {
      const { kind, parameter } = condition
      return actor.kind === kind && (parameter === undefined || actor.onezoneId === params[parameter])
    }
    case 'admin':
      return holdsAll(deps, condition.privileges, claim)
    case 'member': {
      const entity = entityAt(condition.entity, claim)
      if (actor.kind !== 'user' || entity === undefined) return false
      return deps.relations.isEffectiveMember(tenant.id, actor.userId, entity)
    }
    case 'privilege': {
      const entity = entityAt(condition.entity, claim)
      if (actor.kind !== 'user' || entity === undefined) return false
      return deps.relations.hasPrivilegeIn(tenant.id, actor.userId, entity, condition.privilege)
    }
    case 'space_owner': {
      if (actor.kind !== 'user') return false
      return deps.relations.isSpaceOwner(tenant.id, actor.userId, params[condition.parameter] ?? '')
    }
    case 'supporter':
      return supportsSubject(deps, claim)
    case 'supported': {
      if (actor.kind !== 'user') return false
      return deps.relations.supportsUser(tenant.id, params[condition.parameter] ?? '', actor.userId)
    }
    case 'supports':
      return supportsEntity(deps, condition.entity, claim)
    case 'no_owner': {
      const owners = await deps.entities.listSpaceOwners(tenant.id, params['id'] ?? '')
      return !owners.includes(params[condition.parameter] ?? '')
    }
    case 'creator': {
      const entity = await findEntity(deps, condition.entity, claim)
      return entity !== undefined && isCreatedBy(entity, params[condition.parameter] ?? '')
    }
    case 'when_sent': {
      const isSent = isJsonObject(sent) && sent[condition.key] !== undefined
      return !isSent || isTrue(deps, condition.condition, claim)
    }
  }
}

/** A provider and a user may have one id. */
function isSubject({ actor, subject }: Claim): boolean {
  if (actor.kind === 'nobody') return false
  return subject?.type === SUBJECT_TYPES[actor.kind] && subject.id === actor.onezoneId
}

const SUBJECT_TYPES = { user: 'user', provider: 'oneprovider' } as const

async function holdsAll(
  { relations }: OnezoneDeps,
  privileges: readonly string[],
  { actor, tenant }: Claim,
): Promise<boolean> {
  if (actor.kind !== 'user') return false
  for (const privilege of privileges) {
    if (!(await relations.hasAdminPrivilege(tenant.id, actor.userId, privilege))) return false
  }
  return true
}

function entityAt(place: EntityAt, { subject, params }: Claim): EntityRef | undefined {
  if (place !== 'cluster_of_subject') return { kind: place.kind, onezoneId: params[place.parameter] ?? '' }
  return subject?.type === 'oneprovider' ? { kind: 'cluster', onezoneId: subject.id } : undefined
}

async function supportsSubject(
  { relations, users }: OnezoneDeps,
  { actor, subject, tenant }: Claim,
): Promise<boolean> {
  if (actor.kind !== 'provider' || subject?.type !== 'user') return false
  const user = await users.findByOnezoneId(tenant.id, subject.id)
  return user !== undefined && relations.supportsUser(tenant.id, actor.onezoneId, user.id)
}

async function supportsEntity(deps: OnezoneDeps, place: EntityInPath, claim: Claim): Promise<boolean> {
  const { actor } = claim
  if (actor.kind !== 'provider') return false
  const entity = await findEntity(deps, place, claim)
  return entity !== undefined && deps.entities.isSupportedBy(entity, actor.providerId)
}

async function findEntity(
  { entities }: OnezoneDeps,
  { kind, parameter }: EntityInPath,
  { params, tenant }: Claim,
): Promise<Entity | undefined> {
  return entities.find(tenant.id, { kind, onezoneId: params[parameter] ?? '' })
}
