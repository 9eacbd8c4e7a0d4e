/** The operations of the API as its reference lists them: what the server's own route table is held against. */
export interface OperationRow {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Operation and resource, as an `api` caveat matches them. */
  readonly resource: string
  /** `self`: the user whom it is about; a privilege: whoever holds it. Empty: everybody. */
  readonly callers: readonly string[]
  /** The status when the user whom it is about, or else an administrator, asks for it with `body`. */
  readonly success: number
  readonly body?: unknown
  /** A body that is refused, and with which error. */
  readonly badBody?: readonly [body: unknown, errorIds: string]
  /** What is asked for by the path's `{id}` before anything else. */
  readonly entity?: 'token' | 'user'
}

const TM = 'oz_tokens_manage'
/** Stands for the serialized token of the one whom it is about. */
export const OWN_TOKEN = '<own token>'
const BAD_TOKEN = [{ token: '1234' }, 'badValueToken badToken'] as const
const AN_HOUR = { type: 'time', validUntil: 1_800_003_600 }

export const OPERATIONS: readonly OperationRow[] = [
  ...['verify_access_token', 'verify_identity_token', 'verify_invite_token'].map(
    (name): OperationRow => ({
      operationId: name,
      method: 'POST',
      path: `/tokens/${name}`,
      resource: `create token.null.${name}:public`,
      callers: [],
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
    callers: [],
    success: 200,
    body: { token: OWN_TOKEN },
    badBody: BAD_TOKEN,
  },
  {
    operationId: 'examine_token',
    method: 'POST',
    path: '/tokens/examine',
    resource: 'create token.null.examine:public',
    callers: [],
    success: 200,
    body: { token: OWN_TOKEN },
    badBody: BAD_TOKEN,
  },
  {
    operationId: 'confine_token',
    method: 'POST',
    path: '/tokens/confine',
    resource: 'create token.null.confine:public',
    callers: [],
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
    callers: ['self', TM],
    success: 200,
    entity: 'token',
  },
  {
    operationId: 'modify_named_token',
    method: 'PATCH',
    path: '/tokens/named/{id}',
    resource: 'update token.{id}.instance:private',
    callers: ['self', TM],
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
    callers: ['self', TM],
    success: 204,
    entity: 'token',
  },
  {
    operationId: 'get_named_token_status',
    method: 'GET',
    path: '/tokens/named/{id}/status',
    resource: 'get token.{id}.instance:shared',
    callers: ['self', TM],
    success: 200,
    entity: 'token',
  },
  ...tokensOf('/user', 'current_user', 'user', '{caller}', ['self', TM]),
  ...tokensOf('/users/{id}', 'user', 'user', '{id}', ['self', TM]),
  // There are no providers, so nobody is one and whoever may ask learns that this is not built yet.
  ...tokensOf('/provider', 'current_provider', 'provider', '', [TM]).map(notImplemented),
  ...tokensOf('/providers/{id}', 'provider', 'provider', '{id}', [TM]).map(notImplemented),
  {
    operationId: 'create_user',
    method: 'POST',
    path: '/users',
    resource: 'create user.null.instance:private',
    callers: ['oz_users_create'],
    success: 201,
    body: { fullName: 'Ann Other' },
    badBody: [{ password: 'long enough' }, 'missingRequiredValue'],
  },
  {
    operationId: 'oz_users_list',
    method: 'GET',
    path: '/users',
    resource: 'get user.null.list:private',
    callers: ['oz_users_list'],
    success: 200,
  },
  {
    operationId: 'modify_current_user',
    method: 'PATCH',
    path: '/user',
    resource: 'update user.{caller}.instance:private',
    callers: ['self', 'oz_users_update'],
    success: 204,
    body: { fullName: 'Ann Other' },
    badBody: [{ fullName: '-' }, 'badValueFullName'],
  },
  {
    operationId: 'change_user_basic_auth_settings',
    method: 'PATCH',
    path: '/users/{id}/basic_auth',
    resource: 'update user.{id}.basic_auth:private',
    callers: ['oz_users_manage_passwords'],
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
    callers: ['self'],
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
    callers: ['oz_users_update'],
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
      ['get_current_time', '/provider/public/get_current_time', 'provider.null.current_time:private'],
      ['check_my_ip_address', '/provider/public/check_my_ip', 'provider.null.check_my_ip,*:private'],
    ] as const
  ).map(
    ([operationId, path, resource]): OperationRow => ({
      operationId,
      method: 'GET',
      path,
      resource: `get ${resource}`,
      callers: [],
      success: 200,
    }),
  ),
]

function tokensOf(
  prefix: string,
  name: string,
  kind: 'user' | 'provider',
  subject: string,
  callers: readonly string[],
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
      callers,
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

function notImplemented(row: OperationRow): OperationRow {
  return {
    ...row,
    success: 501,
    ...(row.badBody !== undefined && { badBody: [row.badBody[0], 'notImplemented'] as const }),
  }
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
      callers: ['self', 'oz_users_view'],
      success: 200,
    },
    {
      ...common,
      operationId: `remove_${name}`,
      method: 'DELETE',
      path,
      resource: `delete user.${subject}.instance:private`,
      callers: ['self', 'oz_users_delete'],
      success: 204,
    },
    {
      ...common,
      operationId: `list_${name}_admin_privileges`,
      method: 'GET',
      path: privileges,
      resource: `get ${direct}`,
      callers: ['self', 'oz_view_privileges'],
      success: 200,
    },
    {
      ...common,
      operationId: `list_${name}_effective_admin_privileges`,
      method: 'GET',
      path: `${path}/effective_privileges`,
      resource: `get user.${subject}.eff_oz_privileges:private`,
      callers: ['self', 'oz_view_privileges'],
      success: 200,
    },
    {
      ...common,
      ...change,
      operationId: `update_${name}_admin_privileges`,
      method: 'PATCH',
      path: privileges,
      resource: `update ${direct}`,
      callers: ['oz_set_privileges'],
      success: 204,
    },
    {
      ...common,
      operationId: `remove_${name}_admin_privileges`,
      method: 'DELETE',
      path: privileges,
      resource: `delete ${direct}`,
      callers: ['oz_set_privileges'],
      success: 204,
    },
  ]
}
