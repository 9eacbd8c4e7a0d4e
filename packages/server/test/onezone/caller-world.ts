import { INVITE_KINDS, INVITE_TYPES, type InviteType } from '@jeton/token'
import { INVITE_RULES } from '../../src/authority/invite-rules.ts'
import type { Alternative, Condition, EntityAt } from '../../src/dialects/onezone/callers.ts'
import type { Route } from '../../src/dialects/onezone/route.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import { ENTITY_KINDS, type Entity, type EntityKind } from '../../src/directory/entity.ts'
import { addHarvesterIn } from '../../src/directory/supports.ts'
import type { User } from '../../src/directory/user.ts'
import { inviteTo, type SeededProvider, type SeededZone, type Subject } from './seeded-zone.ts'

/** Whom the path of a request names, and everything that has to be there before it can be refused for its caller. */
export interface World {
  readonly zone: SeededZone
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
  /** Whom it is about; `undefined` where that is the caller, or nobody. */
  readonly subject: User | SeededProvider | undefined
  readonly found: readonly Found[]
  /** Stands for tokens that the body takes: an invite of the operation's type. */
  readonly invite: string | undefined
}

/** One parameter of a path with what is there. */
type Found = {
  readonly parameter: string
  /** The segment before it. */
  readonly under: string
} & (
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'entity'; readonly entity: Entity; readonly provider?: SeededProvider }
  | { readonly kind: 'provider'; readonly provider: SeededProvider }
  | { readonly kind: 'text'; readonly text: string }
)

/** Of whom the token is that a path names. */
export type TokenOf = 'user' | 'provider'

const ENTITIES_UNDER: Readonly<Record<string, EntityKind>> = {
  groups: 'group',
  children: 'group',
  parents: 'group',
  effective_groups: 'group',
  effective_children: 'group',
  effective_parents: 'group',
  spaces: 'space',
  effective_spaces: 'space',
  clusters: 'cluster',
  effective_clusters: 'cluster',
  harvesters: 'harvester',
  effective_harvesters: 'harvester',
  atm_inventories: 'atm_inventory',
  effective_atm_inventories: 'atm_inventory',
}
const USERS_UNDER = new Set(['users', 'effective_users', 'owners'])
const PROVIDERS_UNDER = new Set(['providers', 'effective_providers'])

export async function newWorld(zone: SeededZone, route: Route, tokenOf: TokenOf): Promise<World> {
  const host = await zone.user()
  const named = tokenOf === 'user' ? await zone.user() : await zone.provider(host)
  const found: Found[] = []
  for (const place of placesOf(route)) found.push(await fill(zone, place, host, named))
  await relate(zone, route, found, host)
  const [first] = found
  const subject = first === undefined ? undefined : subjectOf(first, named)
  if (subject !== undefined && found.some(({ under }) => under === 'name')) await nameToken(zone, subject)
  return {
    zone,
    route,
    params: Object.fromEntries(found.map((each) => [each.parameter, idOf(each)])),
    subject,
    found,
    invite: await inviteFor(zone, route, host),
  }
}

interface Place {
  readonly parameter: string
  readonly under: string
}

function placesOf({ path }: Route): readonly Place[] {
  const segments = path.split('/')
  return segments.flatMap((segment, index) => {
    const parameter = /^\{(\w+)\}$/.exec(segment)?.[1]
    return parameter === undefined ? [] : [{ parameter, under: segments[index - 1] ?? '' }]
  })
}

async function fill(
  zone: SeededZone,
  place: Place,
  host: User,
  named: User | SeededProvider,
): Promise<Found> {
  const kind = ENTITIES_UNDER[place.under]
  if (USERS_UNDER.has(place.under)) return { ...place, kind: 'user', user: await zone.user() }
  if (PROVIDERS_UNDER.has(place.under))
    return { ...place, kind: 'provider', provider: await zone.provider(host) }
  if (kind === 'cluster') {
    const provider = await zone.provider(host)
    const ref = { kind, onezoneId: provider.onezoneId }
    const entity = await zone.deps.entities.find(zone.tenant.id, ref)
    if (entity === undefined) throw new Error('a provider has a cluster')
    return { ...place, kind: 'entity', entity, provider }
  }
  if (kind !== undefined) return { ...place, kind: 'entity', entity: await zone.entity(kind, host) }
  if (place.under === 'name') return { ...place, kind: 'text', text: TOKEN_NAME }
  const { id, text } = await zone.named(named)
  return { ...place, kind: 'text', text: place.under === 'client_tokens' ? text : id }
}

/** Every provider has one. */
const TOKEN_NAME = 'root token'

function idOf(found: Found): string {
  switch (found.kind) {
    case 'user':
      return found.user.onezoneId
    case 'entity':
      return found.entity.onezoneId
    case 'provider':
      return found.provider.onezoneId
    case 'text':
      return found.text
  }
}

function subjectOf(found: Found, named: User | SeededProvider): User | SeededProvider | undefined {
  switch (found.kind) {
    case 'user':
      return found.user
    case 'provider':
      return found.provider
    case 'entity':
      return undefined
    case 'text':
      return found.under === 'name' ? undefined : named
  }
}

async function nameToken(zone: SeededZone, owner: User | SeededProvider): Promise<void> {
  if (!('rootToken' in owner)) await zone.named(owner, { name: TOKEN_NAME })
}

/** What a path names second is in what it names first, or the other way round; only what is to be made so is not yet. */
async function relate(
  zone: SeededZone,
  { method, path }: Route,
  [first, second]: readonly Found[],
  host: User,
): Promise<void> {
  if (first?.kind !== 'entity' || second === undefined) return
  // Owners are made of members.
  if (method === 'PUT' && second.under !== 'owners') return
  const { entity } = first
  if (second.kind === 'user') {
    await zone.join(entity, second.user)
    // The last owner of a space cannot go.
    if (second.under === 'owners' && method !== 'PUT') await makeOwner(zone, entity, second.user)
  }
  if (second.kind === 'provider') await support(zone, entity, second.provider, host)
  if (second.kind !== 'entity') return
  const other = second.entity
  const isCollecting = [entity.kind, other.kind].toSorted().join() === 'harvester,space'
  if (isCollecting) {
    const [harvester, space] = entity.kind === 'harvester' ? [entity, other] : [other, entity]
    await zone.store.atomically((writes) =>
      addHarvesterIn(writes, zone.tenant.id, harvester.onezoneId, space.onezoneId),
    )
  } else if (entity.kind === 'group' && (other.kind !== 'group' || /parents\/\{/.test(path))) {
    await zone.join(other, entity)
  } else {
    await zone.join(entity, other)
  }
}

async function makeOwner(zone: SeededZone, space: Entity, user: User): Promise<void> {
  const ref = { kind: 'user', id: user.id } as const
  await zone.store.atomically(async ({ relations }) => {
    await relations.hold(zone.tenant.id)
    await relations.change(space, ref, { privileges: ENTITY_PRIVILEGES.space.all, isOwner: true })
  })
}

/** Of a space itself, of a group a space that it is in, of a harvester one that it collects from. */
async function support(
  zone: SeededZone,
  entity: Entity,
  provider: SeededProvider,
  host: User,
): Promise<void> {
  const space = entity.kind === 'space' ? entity : await zone.entity('space', host)
  await zone.support(space, provider)
  if (entity.kind === 'group') await zone.join(space, entity)
  if (entity.kind === 'harvester') {
    await zone.store.atomically((writes) =>
      addHarvesterIn(writes, zone.tenant.id, entity.onezoneId, space.onezoneId),
    )
  }
}

async function inviteFor(zone: SeededZone, route: Route, host: User): Promise<string | undefined> {
  const inviteType = inviteTypeOf(route)
  if (inviteType === undefined) return undefined
  const { target } = INVITE_RULES[inviteType]
  const invitedTo = target === 'user' ? host : await targetOf(zone, target, host)
  return zone.token(host, { type: inviteTo(inviteType, invitedTo) })
}

async function targetOf(zone: SeededZone, kind: EntityKind, host: User): Promise<Subject> {
  return kind === 'cluster' ? zone.provider(host).then(asCluster) : zone.entity(kind, host)
}

/** Without what tells a provider from others: it is the cluster of that id that is meant. */
function asCluster({ onezoneId }: SeededProvider): Subject {
  return { onezoneId }
}

function inviteTypeOf({ path, operationId }: Route): InviteType | undefined {
  if (operationId === 'register_provider') return 'registerOneprovider'
  const [, whose = '', first = '', second = ''] =
    /^\/(user|groups|harvesters|spaces)(?:\/\{id\})?\/(\w+)\/(join)$/.exec(path) ?? []
  if (second === '') return undefined
  const joiner = whose === 'user' ? 'user' : whose.slice(0, -1)
  const entity = ENTITIES_UNDER[first]
  return INVITE_TYPES.find((type) => {
    const { snakeName } = INVITE_KINDS[type]
    return snakeName === `${joiner}_join_${entity}`
  })
}

/** Who makes a request: the user or the provider with his token. */
export interface Caller {
  readonly token: string
  readonly onezoneId: string
}

/**
 * A caller of whom the conditions are true, and as little else as can be; `undefined` where nobody is, such as a
 * supporting provider of what is no user's.
 */
export async function callerWho(
  world: World,
  alternative: readonly Condition[],
): Promise<Caller | undefined> {
  const caller = await somebody(world, alternative)
  if (caller === undefined) return undefined
  for (const condition of alternative) if (!(await becomes(world, caller, condition))) return undefined
  const isNamed = world.found.some(({ under }) => under === 'name')
  if (isNamed && world.subject === undefined) await nameToken(world.zone, caller)
  return asCaller(world.zone, caller)
}

export async function asCaller(zone: SeededZone, caller: User | SeededProvider): Promise<Caller> {
  return { token: await zone.token(caller), onezoneId: caller.onezoneId }
}

/** Whoever the conditions say he must be, and otherwise somebody who is not there yet. */
async function somebody(
  { zone, subject, found, route }: World,
  alternative: readonly Condition[],
): Promise<User | SeededProvider | undefined> {
  const parameters = alternative.flatMap((condition) =>
    (condition.kind === 'user' || condition.kind === 'provider') && condition.parameter !== undefined
      ? [condition.parameter]
      : [],
  )
  const named = found.find(({ parameter }) => parameters.includes(parameter))
  if (named?.kind === 'user') return named.user
  if (named?.kind === 'entity') return named.provider
  if (named?.kind === 'provider') return named.provider
  const kinds = new Set(alternative.map(({ kind }) => kind))
  if (kinds.has('self') && subject !== undefined) return subject
  const isProvider =
    kinds.has('provider') ||
    kinds.has('supporter') ||
    kinds.has('supports') ||
    (kinds.has('self') && route.path.startsWith('/provider'))
  const caller = isProvider ? await zone.provider(await zone.user()) : await zone.user()
  // On paths below the caller's own it is his entities that are named.
  const [first] = found
  if (route.path.startsWith('/user/') && first?.kind === 'entity' && !isProvider)
    await zone.join(first.entity, caller as User)
  return caller
}

async function becomes(world: World, caller: User | SeededProvider, condition: Condition): Promise<boolean> {
  const { zone, subject } = world
  const isUser = !('rootToken' in caller)
  switch (condition.kind) {
    case 'self':
      return subject === undefined || subject === caller
    case 'user':
      return isUser
    case 'provider':
      return !isUser
    case 'admin':
      if (isUser) await zone.grantAdmin(caller, ...condition.privileges)
      return isUser
    case 'member':
      return isUser && (await join(world, caller, condition.entity, []))
    case 'privilege':
      return isUser && (await join(world, caller, condition.entity, [condition.privilege]))
    case 'space_owner': {
      const space = entityIn(world, condition.parameter)
      if (!isUser || space === undefined) return false
      await join(world, caller, { kind: 'space', parameter: condition.parameter }, [])
      await makeOwner(zone, space, caller)
      return true
    }
    case 'supporter': {
      if (isUser || subject === undefined || 'rootToken' in subject) return false
      await zone.support(await zone.entity('space', subject), caller)
      return true
    }
    case 'supported': {
      const found = world.found.find(({ parameter }) => parameter === condition.parameter)
      if (!isUser || found?.kind !== 'provider') return false
      await zone.support(await zone.entity('space', caller), found.provider)
      return true
    }
    case 'supports': {
      const entity = entityIn(world, condition.entity.parameter)
      if (isUser || entity === undefined) return false
      await support(zone, entity, caller, await zone.user())
      return true
    }
    case 'no_owner':
      return true
    case 'creator':
      return false
    case 'when_sent':
      return becomes(world, caller, condition.condition)
  }
}

/** Into the entity, with those privileges beside whatever he holds there already. */
async function join(
  world: World,
  user: User,
  place: EntityAt,
  privileges: readonly string[],
): Promise<boolean> {
  const { zone, subject } = world
  const kind = place === 'cluster_of_subject' ? 'cluster' : place.kind
  if (place === 'cluster_of_subject' && (subject === undefined || !('rootToken' in subject))) return false
  const onezoneId =
    place === 'cluster_of_subject' ? (subject?.onezoneId ?? '') : (world.params[place.parameter] ?? '')
  const entity = await zone.deps.entities.find(zone.tenant.id, { kind, onezoneId })
  if (entity === undefined) return false
  const isToJoin = world.found.some((each) => each.kind === 'user' && each.user === user)
  if (isToJoin && world.route.method === 'PUT') {
    // He is no member yet: what he holds there, he holds through a group.
    const group = await zone.entity('group', user)
    await zone.join(entity, group, privileges)
    return true
  }
  const ref = { kind: 'user', id: user.id } as const
  await zone.store.atomically(async ({ relations }) => {
    await relations.hold(zone.tenant.id)
    const present = await relations.findMembership(entity, ref)
    const all = [...new Set([...(present?.privileges ?? []), ...privileges])].toSorted()
    if (present === undefined) await relations.add(entity, ref, { privileges: all, isOwner: false })
    else await relations.change(entity, ref, { ...present, privileges: all })
  })
  return true
}

function entityIn({ found }: World, parameter: string): Entity | undefined {
  const there = found.find((each) => each.parameter === parameter)
  return there?.kind === 'entity' ? there.entity : undefined
}

/** All that can be held in the entity, save one. */
export function allBut(privilege: string): readonly string[] {
  const kind = ENTITY_KINDS.find((known) => ENTITY_PRIVILEGES[known].all.includes(privilege))
  if (kind === undefined) throw new Error(`no such privilege: ${privilege}`)
  return ENTITY_PRIVILEGES[kind].all.filter((other) => other !== privilege)
}

export function conditionsIn(alternative: Alternative): readonly Condition[] {
  return 'kind' in alternative ? [alternative] : alternative
}
