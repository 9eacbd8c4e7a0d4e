import type { InviteType } from '@jeton/token'
import { INVITE_RULES } from '../../authority/invite-rules.ts'
import { joinByInvite, type Joiner } from '../../authority/join-by-invite.ts'
import { type Callers, admin, anyUser, holderOf } from './callers.ts'
import { ipv4Of } from './ipv4-of.ts'
import { created } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { bodyOf } from './schema.ts'
import { createdAs } from './success.ts'
import { inviteToken } from './values.ts'

/** A way to join something with an invite to it. */
interface Join {
  /** Who joins: the calling user, or what the path names, for which he acts. */
  readonly joiner: Exclude<Joiner['kind'], 'user'> | undefined
  /** Below the path of who joins; what was joined is found there. */
  readonly collection: string
  readonly inviteType: InviteType
  readonly operationId: string
  readonly summary: string
  readonly callers: Callers
}

const JOINS: readonly Join[] = [
  joiningUser('groups', 'userJoinGroup', 'join_group', 'a group'),
  joiningUser('spaces', 'userJoinSpace', 'join_space', 'a space'),
  joiningUser('clusters', 'userJoinCluster', 'user_join_cluster', 'a cluster'),
  joiningUser('harvesters', 'userJoinHarvester', 'join_harvester', 'a harvester'),
  joiningUser('atm_inventories', 'userJoinAtmInventory', 'join_atm_inventory', 'an automation inventory'),
  joiningGroup('parents', 'groupJoinGroup', 'join_parent_group', 'group_add_parent', 'another one'),
  joiningGroup('spaces', 'groupJoinSpace', 'group_join_space', 'group_add_space', 'a space'),
  joiningGroup('clusters', 'groupJoinCluster', 'group_join_cluster', 'group_add_cluster', 'a cluster'),
  joiningGroup(
    'harvesters',
    'groupJoinHarvester',
    'group_join_harvester',
    'group_add_harvester',
    'a harvester',
  ),
  joiningGroup(
    'atm_inventories',
    'groupJoinAtmInventory',
    'group_join_atm_inventory',
    'group_add_atm_inventory',
    'an automation inventory',
  ),
  {
    joiner: 'harvester',
    collection: 'spaces',
    inviteType: 'harvesterJoinSpace',
    operationId: 'harvester_join_space',
    summary: 'Let a harvester collect from a space with an invite of the space',
    callers: [holderOf('harvester_add_space'), admin('oz_harvesters_add_relationships')],
  },
  {
    joiner: 'space',
    collection: 'harvesters',
    inviteType: 'spaceJoinHarvester',
    operationId: 'space_join_harvester',
    summary: 'Let a harvester collect from a space with an invite of the harvester',
    callers: [holderOf('space_add_harvester'), admin('oz_spaces_add_relationships')],
  },
]

function joiningUser(collection: string, inviteType: InviteType, operationId: string, what: string): Join {
  const summary = `Join ${what} with an invite`
  return { joiner: undefined, collection, inviteType, operationId, summary, callers: [anyUser] }
}

function joiningGroup(
  collection: string,
  inviteType: InviteType,
  operationId: string,
  privilege: `group_${string}`,
  what: string,
): Join {
  const summary = `Make a group a member of ${what} with an invite`
  const callers = [holderOf(privilege), admin('oz_groups_add_relationships')]
  return { joiner: 'group', collection, inviteType, operationId, summary, callers }
}

/** `…/join`: consuming an invite. What the path names is not looked up before the caller is known to act for it. */
export const joinRoutes: readonly Route[] = JOINS.map(joinRoute)

function joinRoute({ joiner, collection, inviteType, operationId, summary, callers }: Join): Route {
  const joinBody = bodyOf({ required: { token: inviteToken(inviteType) } })
  return route({
    method: 'POST',
    path: `${joiner === undefined ? '/user' : `/${joiner}s/{id}`}/${collection}/join`,
    operationId,
    summary,
    success: createdAs(),
    refusals: joiner === undefined ? [409] : [404, 409],
    resource: `${INVITE_RULES[inviteType].target}.null.join:private`,
    callers,
    writes: true,
    body: joinBody,
    run: async (deps, { tenant, actor, call, params, body }) => {
      const who = joiner === undefined ? callerOf(actor) : { kind: joiner, onezoneId: params['id'] ?? '' }
      const invite = { actor, presented: body.token, inviteType, ip: ipv4Of(call.clientAddress) }
      const targetId = await joinByInvite(deps, tenant.id, invite, who)
      const place = who.kind === 'user' ? '/user' : `/${who.kind}s/${who.onezoneId}`
      return created(tenant, `${place}/${collection}/${targetId}`)
    },
  })
}

function callerOf(actor: Asked['actor']): Joiner {
  if (actor.kind !== 'user') throw new Error('only users pass as callers here')
  return { kind: 'user', onezoneId: actor.onezoneId }
}
