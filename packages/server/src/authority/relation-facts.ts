import {
  type Caveat,
  type Facts,
  ONEZONE_SERVICE,
  parseCaveat,
  type ServiceSpec,
  type SignedToken,
  type Token,
  type TokenSubject,
} from '@jeton/token'
import type { EntityReads, RelationReads } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { findSubject, type FindSubjectDeps } from './line.ts'
import type { Audience, SubjectRef } from './named-token.ts'
import type { VerificationReads } from './ports.ts'
import { isServiceAllowed } from './subject-rules.ts'

/** What verdicts ask the directory. Nothing of it is remembered: it is read for each verdict that depends on it. */
export type RelationFacts = Pick<Facts, 'isServiceAllowed' | 'isConsumerInGroup'>

export interface RelationDeps extends FindSubjectDeps {
  readonly verification: VerificationReads
  readonly relations: RelationReads
  readonly entities: EntityReads
}

/** What the directory has to be asked before a token can be judged. */
export interface RelationQuestion {
  /** Whether this one may act for the token's subject. */
  readonly service: ServiceSpec | undefined
  /** In which of the groups this user is; none of them are asked of anybody else. */
  readonly consumerId: string
  readonly groupIds: readonly string[]
}

const NO_GROUPS: readonly string[] = []

/** `undefined` for nearly every token: then the verdict depends on no relation, and nothing is read. */
export function relationQuestion(
  token: Token | SignedToken,
  {
    service,
    consumer,
  }: { readonly service: ServiceSpec | undefined; readonly consumer: TokenSubject | undefined },
): RelationQuestion | undefined {
  const isServiceAsked =
    service !== undefined && service.type !== ONEZONE_SERVICE.type && token.type.kind === 'access'
  const groupIds = consumer?.type === 'user' ? listedGroups(token) : NO_GROUPS
  if (!isServiceAsked && groupIds.length === 0) return undefined
  return { service: isServiceAsked ? service : undefined, consumerId: consumer?.id ?? '', groupIds }
}

/** Where nothing was asked, nothing is related. */
export const NO_RELATIONS: RelationFacts = {
  isServiceAllowed: (_, { type }) => type === ONEZONE_SERVICE.type,
  isConsumerInGroup: () => false,
}

/** Reads what was asked. The token's claims are believed as little as before: they say what to look for. */
export async function readRelations(
  deps: RelationDeps,
  tenantId: TenantId,
  audience: Audience,
  token: Token | SignedToken,
  { service, consumerId, groupIds }: RelationQuestion,
): Promise<RelationFacts> {
  const subject = service && (await subjectOf(deps, tenantId, audience, token))
  const isAllowed =
    service !== undefined &&
    subject !== undefined &&
    (await isServiceAllowed(deps.relations, tenantId, subject, service))
  const groups = groupIds.length === 0 ? NO_GROUP : await groupsAmong(deps, tenantId, consumerId, groupIds)
  return { isServiceAllowed: () => isAllowed, isConsumerInGroup: (groupId) => groups.has(groupId) }
}

/** Tokens of version 1 do not say whose they are; their record does. */
async function subjectOf(
  deps: RelationDeps,
  tenantId: TenantId,
  audience: Audience,
  { version, id, subject }: Token | SignedToken,
): Promise<SubjectRef | undefined> {
  if (version === 1) return (await deps.verification.findNamed(tenantId, audience, id))?.subject.ref
  return (await findSubject(deps, tenantId, subject))?.ref
}

const CONSUMER_CAVEAT = 'consumer '
const GROUP_PREFIX = 'grp-'

/** Of all its consumer caveats, each once. */
function listedGroups({ caveats }: Token | SignedToken): readonly string[] {
  let listed: Set<string> | undefined
  for (const each of caveats) {
    const caveat = typeof each === 'string' ? consumerCaveatIn(each) : each
    if (caveat?.type !== 'consumer') continue
    for (const entry of caveat.whitelist) {
      if (entry.startsWith(GROUP_PREFIX)) (listed ??= new Set()).add(entry.slice(GROUP_PREFIX.length))
    }
  }
  return listed === undefined ? NO_GROUPS : [...listed]
}

/** The texts of other caveats are parsed only where they are judged. */
function consumerCaveatIn(text: string): Caveat | undefined {
  return text.startsWith(CONSUMER_CAVEAT) ? parseCaveat(text) : undefined
}

const NO_GROUP: ReadonlySet<string> = new Set()
const ANY_GROUP = '*'
/** A forged token has room for a hundred thousand groups; from so many on, his own ones are read instead. */
const MAX_POINT_READS = 8

/** Those of the groups that the user is an effective member of, and `*` if he is a direct member of any. */
async function groupsAmong(
  deps: RelationDeps,
  tenantId: TenantId,
  consumerId: string,
  groupIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const user = await deps.users.findByOnezoneId(tenantId, consumerId)
  if (user === undefined) return NO_GROUP
  const ids = groupIds.filter((id) => id !== ANY_GROUP)
  const groups = new Set(await effectiveAmong(deps, tenantId, user.id, ids))
  if (ids.length < groupIds.length && (await deps.relations.hasAnyGroup(user.id))) groups.add(ANY_GROUP)
  return groups
}

async function effectiveAmong(
  { relations, entities }: RelationDeps,
  tenantId: TenantId,
  userId: UserId,
  groupIds: readonly string[],
): Promise<readonly string[]> {
  if (groupIds.length > MAX_POINT_READS) return entities.listEffectiveOfUser(userId, 'group')
  const isMember = await Promise.all(
    groupIds.map((onezoneId) => relations.isEffectiveMember(tenantId, userId, { kind: 'group', onezoneId })),
  )
  return groupIds.filter((_, index) => isMember[index])
}
