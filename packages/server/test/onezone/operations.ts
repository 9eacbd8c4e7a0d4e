import {
  admin,
  anyProvider,
  anyUser,
  type Callers,
  clusterHolder,
  clusterMember,
  holderOf,
  providerAt,
  self,
  supportedBy,
  supporter,
} from '../../src/dialects/onezone/callers.ts'
import type { EntityKind } from '../../src/directory/entity.ts'
import { DIRECTORY_OPERATIONS } from './directory-operations.ts'

/** The operations of the API as its reference lists them: what the server's own route table is held against. */
export interface OperationRow {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Operation and resource, as an `api` caveat matches them. */
  readonly resource: string
  /** What it does by the operation that has taken its place, which the caveat must match, too. */
  readonly besides?: string
  readonly callers: Callers
  /** The status when any of them asks for it with `body`. */
  readonly success: number
  /** The status when an administrator asks who is no provider, on a path of the caller's own. */
  readonly successElsewhere?: number
  readonly body?: unknown
  /** A body that is refused, and with which error. */
  readonly badBody?: readonly [body: unknown, errorIds: string]
  /** What is asked for by the path's `{id}` before anything else. */
  readonly entity?: 'token' | 'user' | 'provider' | 'entity' | EntityKind
}

const TM = admin('oz_tokens_manage')
const CU = clusterHolder('cluster_update')
const CM = clusterMember
const PS = supporter
/** Stands for the serialized token of the caller. */
export const OWN_TOKEN = '<own token>'
/** Stands for an invite of the operation's type. */
export const INVITE = '<invite>'
const BAD_TOKEN = [{ token: '1234' }, 'badValueToken badToken'] as const
const AN_HOUR = { type: 'time', validUntil: 1_800_003_600 }

export const OPERATIONS: readonly OperationRow[] = [
  ...['verify_access_token', 'verify_identity_token', 'verify_invite_token'].map(
    (name): OperationRow => ({
      operationId: name,
      method: 'POST',
      path: `/tokens/${name}`,
      resource: `create token.null.${name}:public`,
      callers: 'anyone',
      // The sample is an access token: the other two say that they expected something else.
      success: name === 'verify_access_token' ? 200 : 400,
      body: { token: OWN_TOKEN },
      badBody: BAD_TOKEN,
    }),
  ),
  {
    operationId: 'infer_access_token_scope',
    method: 'POST',
    path: '/tokens/infer_access_token_scope',
    resource: 'create token.null.infer_access_token_scope:public',
    callers: 'anyone',
    success: 200,
    body: { token: OWN_TOKEN },
    badBody: BAD_TOKEN,
  },
  {
    operationId: 'examine_token',
    method: 'POST',
    path: '/tokens/examine',
    resource: 'create token.null.examine:public',
    callers: 'anyone',
    success: 200,
    body: { token: OWN_TOKEN },
    badBody: BAD_TOKEN,
  },
  {
    operationId: 'confine_token',
    method: 'POST',
    path: '/tokens/confine',
    resource: 'create token.null.confine:public',
    callers: 'anyone',
    success: 200,
    body: { token: OWN_TOKEN, caveats: [AN_HOUR] },
    badBody: [{ token: OWN_TOKEN, caveats: ['x'] }, 'badValueCaveat'],
  },
  {
    operationId: 'list_all_named_tokens',
    method: 'GET',
    path: '/tokens/named',
    resource: 'get token.null.list:private',
    callers: [TM],
    success: 200,
  },
  {
    operationId: 'get_named_token',
    method: 'GET',
    path: '/tokens/named/{id}',
    resource: 'get token.{id}.instance:private',
    callers: [self, CU, TM],
    success: 200,
    entity: 'token',
  },
  {
    operationId: 'modify_named_token',
    method: 'PATCH',
    path: '/tokens/named/{id}',
    resource: 'update token.{id}.instance:private',
    callers: [self, CU, TM],
    success: 204,
    entity: 'token',
    body: { revoked: true },
    badBody: [{}, 'missingAtLeastOneValue'],
  },
  {
    operationId: 'delete_named_token',
    method: 'DELETE',
    path: '/tokens/named/{id}',
    resource: 'delete token.{id}.instance:private',
    callers: [self, CU, TM],
    success: 204,
    entity: 'token',
  },
  {
    operationId: 'get_named_token_status',
    method: 'GET',
    path: '/tokens/named/{id}/status',
    resource: 'get token.{id}.instance:shared',
    callers: [self, PS, CM, TM],
    success: 200,
    entity: 'token',
  },
  ...tokensOf('/user', 'current_user', 'user', '{caller}', [self], [self]),
  ...tokensOf('/users/{id}', 'user', 'user', '{id}', [self, TM], [self, PS, TM]),
  ...tokensOf('/provider', 'current_provider', 'provider', '{caller}', [self, TM], [self, TM]).map(
    // Then he passes for a provider that is not there.
    (row): OperationRow => ({
      ...row,
      ...(row.method === 'POST' && { successElsewhere: 400 }),
      ...(row.path.endsWith('{name}') && { successElsewhere: 404 }),
    }),
  ),
  ...tokensOf('/providers/{id}', 'provider', 'provider', '{id}', [self, CU, TM], [self, CM, TM]),
  {
    operationId: 'create_user',
    method: 'POST',
    path: '/users',
    resource: 'create user.null.instance:private',
    callers: [admin('oz_users_create')],
    success: 201,
    body: { fullName: 'Ann Other' },
    badBody: [{ password: 'long enough' }, 'missingRequiredValue'],
  },
  {
    operationId: 'oz_users_list',
    method: 'GET',
    path: '/users',
    resource: 'get user.null.list:private',
    callers: [admin('oz_users_list')],
    success: 200,
  },
  {
    operationId: 'modify_current_user',
    method: 'PATCH',
    path: '/user',
    resource: 'update user.{caller}.instance:private',
    callers: [self, admin('oz_users_update')],
    success: 204,
    body: { fullName: 'Ann Other' },
    badBody: [{ fullName: '-' }, 'badValueFullName'],
  },
  {
    operationId: 'change_user_basic_auth_settings',
    method: 'PATCH',
    path: '/users/{id}/basic_auth',
    resource: 'update user.{id}.basic_auth:private',
    callers: [admin('oz_users_manage_passwords')],
    success: 204,
    entity: 'user',
    body: { newPassword: 'long enough' },
    badBody: [{ newPassword: 'short' }, 'badValuePassword'],
  },
  {
    operationId: 'change_user_password',
    method: 'PATCH',
    path: '/user/password',
    resource: 'update user.{caller}.password:private',
    callers: [self],
    // The sample's old password is wrong: the caller is known, his credentials are not good.
    success: 401,
    body: { oldPassword: 'not this one', newPassword: 'long enough' },
    badBody: [{ oldPassword: 'x', newPassword: 'short' }, 'badValuePassword'],
  },
  {
    operationId: 'toggle_user_access_block',
    method: 'PATCH',
    path: '/users/{id}/access_block',
    resource: 'update user.{id}.access_block:private',
    callers: [admin('oz_users_update')],
    success: 204,
    entity: 'user',
    body: { blocked: true },
    badBody: [{ blocked: 1 }, 'badValueBoolean'],
  },
  ...userAt('/users/{id}', 'user', '{id}', 'user'),
  ...userAt('/user', 'current_user', '{caller}', undefined),
  ...(
    [
      ['get_configuration', '/configuration', 'oz_worker.null.configuration:private'],
      ['get_health', '/health', 'oz_worker.null.health:private'],
      ['list_privileges', '/privileges', 'oz_worker.null.privileges:private'],
      ['check_current_time', '/provider/public/get_current_time', 'provider.null.current_time:private'],
      ['check_my_ip', '/provider/public/check_my_ip', 'provider.null.check_my_ip,*:private'],
    ] as const
  ).map(
    ([operationId, path, resource]): OperationRow => ({
      operationId,
      method: 'GET',
      path,
      resource: `get ${resource}`,
      callers: 'anyone',
      success: 200,
    }),
  ),
  ...providerRows(),
  ...joinRows(),
  ...legacyRows(),
  ...DIRECTORY_OPERATIONS,
]

function providerRows(): readonly OperationRow[] {
  const current = 'provider.{caller}.instance'
  const registration = {
    name: 'Krakow',
    adminEmail: 'admin@example.org',
    subdomainDelegation: false,
    domain: 'krakow.example.org',
    token: INVITE,
  }
  return [
    {
      operationId: 'oz_providers_list',
      method: 'GET',
      path: '/providers',
      resource: 'get provider.null.list:private',
      callers: [admin('oz_providers_list')],
      success: 200,
    },
    {
      operationId: 'register_provider',
      method: 'POST',
      path: '/providers',
      resource: 'create provider.null.instance:private',
      callers: 'anyone',
      success: 200,
      body: registration,
      badBody: [{ ...registration, subdomainDelegation: true }, 'subdomainDelegationNotSupported'],
    },
    {
      operationId: 'get_provider_details',
      method: 'GET',
      path: '/providers/{id}',
      resource: 'get provider.{id}.instance:protected',
      callers: [anyProvider, CM, supportedBy('id'), admin('oz_providers_view')],
      success: 200,
      entity: 'provider',
    },
    {
      operationId: 'remove_provider',
      method: 'DELETE',
      path: '/providers/{id}',
      resource: 'delete provider.{id}.instance:private',
      callers: [self, clusterHolder('cluster_delete'), admin('oz_providers_delete')],
      success: 204,
      entity: 'provider',
    },
    {
      operationId: 'get_current_provider_details',
      method: 'GET',
      path: '/provider',
      resource: `get ${current}:protected`,
      callers: [self],
      success: 200,
    },
    {
      operationId: 'modify_provider',
      method: 'PATCH',
      path: '/provider',
      resource: `update ${current}:private`,
      callers: [self],
      success: 204,
      body: { latitude: -12.5 },
      badBody: [{}, 'missingAtLeastOneValue'],
    },
    {
      operationId: 'unregister_provider',
      method: 'DELETE',
      path: '/provider',
      resource: `delete ${current}:private`,
      callers: [self],
      success: 204,
    },
    {
      operationId: 'verify_provider_identity',
      method: 'POST',
      path: '/provider/public/verify_provider_identity',
      resource: 'create provider.null.verify_provider_identity:private',
      callers: 'anyone',
      // The sample names a provider that is not there.
      success: 400,
      body: { providerId: 'none', token: OWN_TOKEN },
      badBody: [{ token: OWN_TOKEN }, 'missingRequiredValue'],
    },
  ]
}

function joinRows(): readonly OperationRow[] {
  const groups = admin('oz_groups_add_relationships')
  const rows: readonly (readonly [operationId: string, path: string, type: string, callers: Callers])[] = [
    ['join_group', '/user/groups', 'group', [anyUser]],
    ['join_space', '/user/spaces', 'space', [anyUser]],
    ['user_join_cluster', '/user/clusters', 'cluster', [anyUser]],
    ['join_harvester', '/user/harvesters', 'harvester', [anyUser]],
    ['join_atm_inventory', '/user/atm_inventories', 'atm_inventory', [anyUser]],
    ['join_parent_group', '/groups/{id}/parents', 'group', [holderOf('group_add_parent'), groups]],
    ['group_join_space', '/groups/{id}/spaces', 'space', [holderOf('group_add_space'), groups]],
    ['group_join_cluster', '/groups/{id}/clusters', 'cluster', [holderOf('group_add_cluster'), groups]],
    [
      'group_join_harvester',
      '/groups/{id}/harvesters',
      'harvester',
      [holderOf('group_add_harvester'), groups],
    ],
    [
      'group_join_atm_inventory',
      '/groups/{id}/atm_inventories',
      'atm_inventory',
      [holderOf('group_add_atm_inventory'), groups],
    ],
    [
      'harvester_join_space',
      '/harvesters/{id}/spaces',
      'space',
      [holderOf('harvester_add_space'), admin('oz_harvesters_add_relationships')],
    ],
    [
      'space_join_harvester',
      '/spaces/{id}/harvesters',
      'harvester',
      [holderOf('space_add_harvester'), admin('oz_spaces_add_relationships')],
    ],
  ]
  return rows.map(([operationId, path, type, callers]) => ({
    operationId,
    method: 'POST',
    path: `${path}/join`,
    resource: `create ${type}.null.join:private`,
    callers,
    success: 201,
    body: { token: INVITE },
    badBody: [{ token: OWN_TOKEN }, 'badValueToken notAnInviteToken'],
  }))
}

/** The deprecated ways to have tokens. */
function legacyRows(): readonly OperationRow[] {
  const clients = 'user.{caller}.client_tokens:private'
  const registration = 'provider_registration_token'
  const besides = 'create token.null.user_named_token,{caller}:private'
  const space = admin('oz_spaces_add_relationships')
  const group = admin('oz_groups_add_relationships')
  const cluster = admin('oz_clusters_add_relationships')
  const harvester = admin('oz_harvesters_add_relationships')
  const invites: readonly (readonly [
    operationId: string,
    path: string,
    resource: string,
    callers: Callers,
  ])[] = [
    [
      'create_user_group_invite_token',
      'groups/{id}/users',
      'group.{id}.invite_user_token',
      [holderOf('group_add_user'), group],
    ],
    [
      'create_child_group_token',
      'groups/{id}/children',
      'group.{id}.invite_group_token',
      [holderOf('group_add_child'), group],
    ],
    [
      'create_space_user_invite_token',
      'spaces/{id}/users',
      'space.{id}.invite_user_token',
      [holderOf('space_add_user'), space],
    ],
    [
      'create_space_group_token',
      'spaces/{id}/groups',
      'space.{id}.invite_group_token',
      [holderOf('space_add_group'), space],
    ],
    [
      'create_space_support_token',
      'spaces/{id}/providers',
      'space.{id}.space_support_token',
      [holderOf('space_add_support'), space],
    ],
    [
      'create_cluster_user_invite_token',
      'clusters/{id}/users',
      'cluster.{id}.invite_user_token',
      [holderOf('cluster_add_user'), cluster, providerAt('id')],
    ],
    [
      'create_cluster_group_invite_token',
      'clusters/{id}/groups',
      'cluster.{id}.invite_group_token',
      [holderOf('cluster_add_group'), cluster, providerAt('id')],
    ],
    [
      'create_harvester_user_invite_token',
      'harvesters/{id}/users',
      'harvester.{id}.invite_user_token',
      [holderOf('harvester_add_user'), harvester],
    ],
    [
      'create_harvester_group_token',
      'harvesters/{id}/groups',
      'harvester.{id}.invite_group_token',
      [holderOf('harvester_add_group'), harvester],
    ],
    [
      'create_harvester_invite_space_token',
      'harvesters/{id}/spaces',
      'harvester.{id}.invite_space_token',
      [holderOf('harvester_add_space'), harvester],
    ],
  ]
  return [
    {
      operationId: 'create_client_token',
      method: 'POST',
      path: '/user/client_tokens',
      resource: `create ${clients}`,
      callers: [self],
      success: 200,
      body: {},
      badBody: [[], 'malformedData'],
    },
    {
      operationId: 'list_client_tokens',
      method: 'GET',
      path: '/user/client_tokens',
      resource: `get ${clients}`,
      besides: 'get token.null.user_named_tokens,{caller}:private',
      callers: [self],
      success: 200,
    },
    {
      operationId: 'remove_client_token',
      method: 'DELETE',
      path: '/user/client_tokens/{tid}',
      resource: 'delete user.*.client_token,*:private',
      callers: [self, CU, TM],
      success: 204,
    },
    ...invites.map(
      ([operationId, path, resource, callers]): OperationRow => ({
        operationId,
        method: 'POST',
        path: `/${path}/token`,
        resource: `create ${resource}:private`,
        besides,
        callers,
        success: 200,
        entity: 'entity',
        body: {},
        badBody: [[], 'malformedData'],
      }),
    ),
    {
      operationId: 'create_provider_registration_token_for_current_user',
      method: 'POST',
      path: `/user/clusters/${registration}`,
      resource: `create user.{caller}.${registration}:private`,
      besides,
      callers: [self],
      success: 200,
      body: {},
      badBody: [[], 'malformedData'],
    },
    {
      operationId: 'create_provider_registration_token_for_user',
      method: 'POST',
      path: `/users/{id}/clusters/${registration}`,
      resource: `create user.{id}.${registration}:private`,
      besides,
      callers: [self, admin('oz_providers_invite')],
      success: 200,
      entity: 'user',
      body: {},
      badBody: [[], 'malformedData'],
    },
  ]
}

function tokensOf(
  prefix: string,
  name: string,
  kind: 'user' | 'provider',
  subject: string,
  callers: Callers,
  onlookers: Callers,
): readonly OperationRow[] {
  const named = `${prefix}/tokens/named`
  const temporary = `${prefix}/tokens/temporary`
  return [
    {
      operationId: `create_named_token_for_${name}`,
      method: 'POST',
      path: named,
      resource: `create token.null.${kind}_named_token,${subject}:private`,
      callers,
      success: 201,
      body: { name: 'a new token' },
      badBody: [{ name: 'x' }, 'badValueName'],
    },
    {
      operationId: `list_named_tokens_of_${name}`,
      method: 'GET',
      path: named,
      resource: `get token.null.${kind}_named_tokens,${subject}:private`,
      callers,
      success: 200,
    },
    {
      operationId: `delete_named_tokens_of_${name}`,
      method: 'DELETE',
      path: named,
      resource: `delete token.null.${kind}_named_tokens,${subject}:private`,
      callers,
      success: 204,
    },
    {
      operationId: `get_named_token_of_${name}_by_name`,
      method: 'GET',
      path: `${named}/name/{name}`,
      resource: `get token.{name}.${kind}_named_token,${subject}:private`,
      callers,
      success: 200,
    },
    {
      operationId: `create_temporary_token_for_${name}`,
      method: 'POST',
      path: temporary,
      resource: `create token.null.${kind}_temporary_token,${subject}:private`,
      callers,
      success: 201,
      body: { caveats: [AN_HOUR] },
      badBody: [{ caveats: [] }, 'tokenTimeCaveatRequired'],
    },
    {
      operationId: `get_temporary_token_generation_of_${name}`,
      method: 'GET',
      path: temporary,
      resource: `get temporary_token_secret.${subject}.${kind}:shared`,
      callers: onlookers,
      success: 200,
    },
    {
      operationId: `revoke_all_temporary_tokens_of_${name}`,
      method: 'DELETE',
      path: temporary,
      resource: `delete token.null.${kind}_temporary_tokens,${subject}:private`,
      callers,
      success: 204,
    },
  ]
}

function userAt(
  path: string,
  name: string,
  subject: string,
  entity: 'user' | undefined,
): readonly OperationRow[] {
  const common = entity === undefined ? {} : { entity }
  const change = { body: { grant: ['oz_users_list'] }, badBody: [{}, 'missingAtLeastOneValue'] as const }
  const privileges = `${path}/privileges`
  const direct = `user.${subject}.oz_privileges:private`
  return [
    {
      ...common,
      operationId: `get_${name}`,
      method: 'GET',
      path,
      resource: `get user.${subject}.instance:protected`,
      callers: [self, admin('oz_users_view')],
      success: 200,
    },
    {
      ...common,
      operationId: `remove_${name}`,
      method: 'DELETE',
      path,
      resource: `delete user.${subject}.instance:private`,
      callers: [self, admin('oz_users_delete')],
      success: 204,
    },
    {
      ...common,
      operationId: `list_${name}_admin_privileges`,
      method: 'GET',
      path: privileges,
      resource: `get ${direct}`,
      callers: [self, admin('oz_view_privileges')],
      success: 200,
    },
    {
      ...common,
      operationId: `list_${name}_effective_admin_privileges`,
      method: 'GET',
      path: `${path}/effective_privileges`,
      resource: `get user.${subject}.eff_oz_privileges:private`,
      callers: [self, admin('oz_view_privileges')],
      success: 200,
    },
    {
      ...common,
      ...change,
      operationId: `update_${name}_admin_privileges`,
      method: 'PATCH',
      path: privileges,
      resource: `update ${direct}`,
      callers: [admin('oz_set_privileges')],
      success: 204,
    },
    {
      ...common,
      operationId: `remove_${name}_admin_privileges`,
      method: 'DELETE',
      path: privileges,
      resource: `delete ${direct}`,
      callers: [admin('oz_set_privileges')],
      success: 204,
    },
  ]
}
