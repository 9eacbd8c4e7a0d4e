/** What a field of a body is meant to be; good and bad values are chosen accordingly. */
export type Field =
  | 'token'
  | 'caveats'
  | 'token_type'
  | 'name'
  | 'flag'
  | 'object'
  | 'ip'
  | 'interface'
  | 'username'
  | 'full_name'
  | 'privileges'
  | 'invite_type'

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `{token}`, `{name}`, `{subject}` and `{disposable}` are filled in. */
  readonly path: string
  readonly fields?: Readonly<Record<string, Field>>
  /** What a success leaves behind; absent: nothing. */
  readonly effect?: Effect
}

/** What an accepted request did to the world that the fuzz keeps account of. */
export type Effect = 'token_created' | 'token_deleted' | 'tokens_deleted' | 'user_created' | 'user_deleted'

const O = '/api/v3/onezone'
const newToken = {
  name: 'name',
  type: 'token_type',
  caveats: 'caveats',
  customMetadata: 'object',
  revoked: 'flag',
} as const
const ofSubject = `${O}/users/{subject}/tokens`

/** Every operation that is there, about things that the fuzz may change. */
export const operations: readonly [Operation, ...Operation[]] = [
  { method: 'POST', path: `${O}/tokens/examine`, fields: { token: 'token' } },
  { method: 'POST', path: `${O}/tokens/confine`, fields: { token: 'token', caveats: 'caveats' } },
  {
    method: 'POST',
    path: `${O}/tokens/infer_access_token_scope`,
    fields: { token: 'token', consumerToken: 'token' },
  },
  {
    method: 'POST',
    path: `${O}/tokens/verify_access_token`,
    fields: {
      token: 'token',
      peerIp: 'ip',
      interface: 'interface',
      allowDataAccessCaveats: 'flag',
      consumerToken: 'token',
      serviceToken: 'token',
    },
  },
  {
    method: 'POST',
    path: `${O}/tokens/verify_identity_token`,
    fields: { token: 'token', peerIp: 'ip', interface: 'interface', consumerToken: 'token' },
  },
  {
    method: 'POST',
    path: `${O}/tokens/verify_invite_token`,
    fields: { token: 'token', peerIp: 'ip', expectedInviteType: 'invite_type', consumerToken: 'token' },
  },
  { method: 'GET', path: `${O}/tokens/named` },
  { method: 'GET', path: `${O}/tokens/named/{token}` },
  { method: 'GET', path: `${O}/tokens/named/{token}/status` },
  {
    method: 'PATCH',
    path: `${O}/tokens/named/{token}`,
    fields: { name: 'name', revoked: 'flag', customMetadata: 'object' },
  },
  { method: 'DELETE', path: `${O}/tokens/named/{token}`, effect: 'token_deleted' },
  { method: 'POST', path: `${ofSubject}/named`, fields: newToken, effect: 'token_created' },
  { method: 'GET', path: `${ofSubject}/named` },
  { method: 'GET', path: `${ofSubject}/named/name/{name}` },
  { method: 'DELETE', path: `${ofSubject}/named`, effect: 'tokens_deleted' },
  {
    method: 'POST',
    path: `${ofSubject}/temporary`,
    fields: { type: 'token_type', caveats: 'caveats' },
  },
  { method: 'GET', path: `${ofSubject}/temporary` },
  { method: 'DELETE', path: `${ofSubject}/temporary` },
  { method: 'GET', path: `${O}/user/tokens/named` },
  { method: 'GET', path: `${O}/user/tokens/named/name/{name}` },
  { method: 'GET', path: `${O}/user/tokens/temporary` },
  { method: 'GET', path: `${O}/provider/tokens/named` },
  { method: 'GET', path: `${O}/providers/{token}/tokens/named` },
  {
    method: 'POST',
    path: `${O}/users`,
    fields: { fullName: 'full_name', username: 'username' },
    effect: 'user_created',
  },
  { method: 'GET', path: `${O}/users` },
  { method: 'GET', path: `${O}/users/{subject}` },
  { method: 'GET', path: `${O}/user` },
  { method: 'DELETE', path: `${O}/users/{disposable}`, effect: 'user_deleted' },
  { method: 'PATCH', path: `${O}/users/{disposable}/access_block`, fields: { blocked: 'flag' } },
  { method: 'PATCH', path: `${O}/users/{disposable}/basic_auth`, fields: { basicAuthEnabled: 'flag' } },
  {
    method: 'PATCH',
    path: `${O}/users/{disposable}/privileges`,
    fields: { grant: 'privileges', revoke: 'privileges' },
  },
  { method: 'GET', path: `${O}/users/{disposable}/privileges` },
  { method: 'GET', path: `${O}/users/{disposable}/effective_privileges` },
  { method: 'DELETE', path: `${O}/users/{disposable}/privileges` },
  { method: 'PATCH', path: `${O}/user`, fields: { fullName: 'full_name' } },
  { method: 'GET', path: `${O}/user/privileges` },
  { method: 'POST', path: `${O}/user/groups`, fields: { name: 'name', type: 'name' } },
  { method: 'POST', path: `${O}/user/spaces`, fields: { name: 'name' } },
  {
    method: 'POST',
    path: `${O}/harvesters`,
    fields: { name: 'name', harvestingBackendType: 'name', harvestingBackendEndpoint: 'name' },
  },
  { method: 'GET', path: `${O}/user/effective_spaces` },
  { method: 'GET', path: `${O}/groups/{name}/users` },
  { method: 'PATCH', path: `${O}/groups/{name}`, fields: { name: 'name', type: 'name' } },
  { method: 'PUT', path: `${O}/groups/all_users/users/{disposable}`, fields: { privileges: 'privileges' } },
  { method: 'PUT', path: `${O}/groups/all_users/children/{name}`, fields: { privileges: 'privileges' } },
  {
    method: 'PATCH',
    path: `${O}/groups/all_users/users/{disposable}/privileges`,
    fields: { grant: 'privileges', revoke: 'privileges' },
  },
  { method: 'DELETE', path: `${O}/groups/all_users/users/{disposable}` },
  { method: 'PUT', path: `${O}/spaces/{name}/owners/{subject}` },
  { method: 'DELETE', path: `${O}/user/spaces/{name}` },
  { method: 'GET', path: `${O}/configuration` },
  { method: 'GET', path: `${O}/health` },
  { method: 'GET', path: `${O}/privileges` },
  { method: 'GET', path: `${O}/provider/public/get_current_time` },
  { method: 'GET', path: `${O}/provider/public/check_my_ip` },
  { method: 'GET', path: '/v1/me' },
  { method: 'POST', path: '/v1/users', fields: { username: 'username', email: 'name' } },
  { method: 'GET', path: '/v1/tokens/{token}/usage' },
  { method: 'GET', path: '/v1/cluster' },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/readyz' },
]
