import type { InviteType, TokenType } from '@jeton/token'
import { createNamedToken } from '../../authority/issue.ts'
import { INVITE_RULES } from '../../authority/invite-rules.ts'
import type { SubjectName } from '../../authority/named-token.ts'
import type { EntityKind } from '../../directory/entity.ts'
import { getUser } from '../../directory/users.ts'
import { object } from '../json-schema.ts'
import { admin, type Callers, type Condition, holderOf, providerAt, self } from './callers.ts'
import { requireOwnTokensAllowed } from './caveats-allow.ts'
import type { OnezoneDeps } from './deps.ts'
import { callingUser, entityAt } from './entity-in-path.ts'
import { inviteName } from './legacy-token-name.ts'
import { json } from './render.ts'
import { type Asked, callerAs, namedInPath, type Route, route } from './route.ts'
import { bodyOf } from './schema.ts'
import { tokenText } from './shapes.ts'
import { ok } from './success.ts'

/**
 * `…/token`: how invites were had before they had names and limits. Each is a named invite of the caller that can be
 * used once. Onezone calls them deprecated, and its clients still call them.
 */

interface LegacyInvite {
  readonly kind: EntityKind
  /** Below the path of the entity. */
  readonly collection: string
  readonly inviteType: InviteType
  readonly operationId: string
  readonly summary: string
  /** How the invite's name begins. */
  readonly purpose: string
  /** Who may beside those with the privilege in the entity, or over all of them. */
  readonly also?: Condition
}

const LEGACY_INVITES: readonly LegacyInvite[] = [
  {
    kind: 'group',
    collection: 'users',
    inviteType: 'userJoinGroup',
    operationId: 'create_user_group_invite_token',
    summary: 'Create an invite of a user to a group',
    purpose: 'user invite to group',
  },
  {
    kind: 'group',
    collection: 'children',
    inviteType: 'groupJoinGroup',
    operationId: 'create_child_group_token',
    summary: 'Create an invite of a group to a group',
    purpose: 'group invite to group',
  },
  {
    kind: 'space',
    collection: 'users',
    inviteType: 'userJoinSpace',
    operationId: 'create_space_user_invite_token',
    summary: 'Create an invite of a user to a space',
    purpose: 'user invite to space',
  },
  {
    kind: 'space',
    collection: 'groups',
    inviteType: 'groupJoinSpace',
    operationId: 'create_space_group_token',
    summary: 'Create an invite of a group to a space',
    purpose: 'group invite to space',
  },
  {
    kind: 'space',
    collection: 'providers',
    inviteType: 'supportSpace',
    operationId: 'create_space_support_token',
    summary: 'Create an invite of a provider to support a space',
    purpose: 'support request for space',
  },
  {
    kind: 'cluster',
    collection: 'users',
    inviteType: 'userJoinCluster',
    operationId: 'create_cluster_user_invite_token',
    summary: 'Create an invite of a user to a cluster',
    purpose: 'user invite to cluster',
    also: providerAt('id'),
  },
  {
    kind: 'cluster',
    collection: 'groups',
    inviteType: 'groupJoinCluster',
    operationId: 'create_cluster_group_invite_token',
    summary: 'Create an invite of a group to a cluster',
    purpose: 'group invite to cluster',
    also: providerAt('id'),
  },
  {
    kind: 'harvester',
    collection: 'users',
    inviteType: 'userJoinHarvester',
    operationId: 'create_harvester_user_invite_token',
    summary: 'Create an invite of a user to a harvester',
    purpose: 'user invite to harvester',
  },
  {
    kind: 'harvester',
    collection: 'groups',
    inviteType: 'groupJoinHarvester',
    operationId: 'create_harvester_group_token',
    summary: 'Create an invite of a group to a harvester',
    purpose: 'group invite to harvester',
  },
  {
    kind: 'harvester',
    collection: 'spaces',
    inviteType: 'spaceJoinHarvester',
    operationId: 'create_harvester_invite_space_token',
    summary: 'Create an invite of a space to a harvester',
    purpose: 'space invite to harvester',
  },
]

/** Nothing of it counts, but an object it must be. */
const anyObjectBody = bodyOf({})
const tokenAnswer = ok(object({ token: tokenText }))

const inviteRoutes = LEGACY_INVITES.map((invite) =>
  route({
    method: 'POST',
    path: `/${invite.kind}s/{id}/${invite.collection}/token`,
    operationId: invite.operationId,
    summary: `${invite.summary} that can be used once`,
    success: tokenAnswer,
    resource: `${invite.kind}.{id}.${aspectOf(invite)}:private`,
    callers: inviters(invite),
    writes: true,
    fetch: entityAt(invite.kind),
    body: anyObjectBody,
    run: (deps, { actor, tenant, entity }) => {
      const type = { kind: 'invite', inviteType: invite.inviteType, targetId: entity.onezoneId } as const
      return issueOnce(deps, { actor, tenant }, type, inviteName(deps.ambient, invite.purpose, entity.name))
    },
  }),
)

/** What `api` caveats call it. */
function aspectOf({ inviteType, collection }: LegacyInvite): string {
  if (inviteType === 'supportSpace') return 'space_support_token'
  return collection === 'children' ? 'invite_group_token' : `invite_${collection.slice(0, -1)}_token`
}

/** Who may invite so by whatever invite: a caller who may not is told so as a caller, not as a token's subject. */
function inviters({ kind, inviteType, also }: LegacyInvite): Callers {
  const { invite, inviteAsAdmin } = INVITE_RULES[inviteType]
  const holder = holderOf(`${kind}_${invite?.slice(kind.length + 1)}`)
  return [holder, admin(inviteAsAdmin), ...(also === undefined ? [] : [also])]
}

const registrationRoutes = [
  {
    prefix: '/user',
    operationId: 'create_provider_registration_token_for_current_user',
    whom: 'the caller',
    fetch: callingUser,
    subject: callerAs('user'),
    callers: [self],
  },
  {
    prefix: '/users/{id}',
    operationId: 'create_provider_registration_token_for_user',
    whom: 'a user',
    fetch: (deps: OnezoneDeps, { tenant, params }: Asked) => getUser(deps, tenant.id, params['id'] ?? ''),
    subject: namedInPath('user'),
    callers: [self, admin('oz_providers_invite')],
  },
].map(({ prefix, operationId, whom, fetch, subject, callers }) =>
  route({
    method: 'POST',
    path: `${prefix}/clusters/provider_registration_token`,
    operationId,
    summary: `Create an invite to register a provider that ${whom} administers`,
    success: tokenAnswer,
    resource: 'user.{subject}.provider_registration_token:private',
    callers,
    writes: true,
    fetch,
    subject,
    body: anyObjectBody,
    run: (deps, { actor, tenant, entity }) => {
      const type = { kind: 'invite', inviteType: 'registerOneprovider', targetId: entity.onezoneId } as const
      const name = inviteName(deps.ambient, 'Oneprovider rgstr. token for', entity.fullName)
      return issueOnce(deps, { actor, tenant }, type, name)
    },
  }),
)

export const deprecatedTokenRoutes: readonly Route[] = [...inviteRoutes, ...registrationRoutes]

/** The invite speaks for the caller, whomever it is about. */
async function issueOnce(
  deps: OnezoneDeps,
  { actor, tenant }: Pick<Asked, 'actor' | 'tenant'>,
  type: TokenType,
  name: string,
) {
  requireOwnTokensAllowed(actor, 'create')
  const { text } = await createNamedToken(deps, {
    tenant,
    audience: 'onezone',
    subject: subjectOf(actor),
    name,
    type,
    caveats: [],
    customMetadata: {},
    isRevoked: false,
    usageLimit: () => 1,
  })
  return json(200, { token: text })
}

function subjectOf(actor: Asked['actor']): SubjectName {
  switch (actor.kind) {
    case 'nobody':
      throw new Error('only users and providers pass as callers here')
    case 'user':
      return { type: 'user', id: actor.onezoneId }
    case 'provider':
      return { type: 'oneprovider', id: actor.onezoneId }
  }
}
