import type { Failure } from '../failure.ts'

interface UniqueRule {
  /** The constraint's name, which PostgreSQL reports. */
  readonly constraint: string
  /** The columns as SQLite lists them: it reports no names. */
  readonly columns: string
  readonly refusal: Failure
}

/** Every uniqueness that a command can run into, with what it is refused as. */
export const uniqueRules = {
  tenantId: rule('tenants_pkey', 'tenants', ['id'], 'id_taken'),
  tenantDomain: rule('tenants_onezone_domain_key', 'tenants', ['onezone_domain'], 'domain_taken'),
  tenantAstraId: rule('tenants_astra_account_id_key', 'tenants', ['astra_account_id'], 'id_taken'),
  tenantSdwanId: rule('tenants_sdwan_tenant_id_key', 'tenants', ['sdwan_tenant_id'], 'id_taken'),
  tenantDefault: rule('tenants_one_default', 'tenants', ['is_default'], 'id_taken'),
  userId: rule('users_pkey', 'users', ['id'], 'id_taken'),
  userUuid: rule('users_uuid_key', 'users', ['uuid'], 'id_taken'),
  userOnezoneId: rule('users_onezone_id_key', 'users', ['tenant_id', 'onezone_id'], 'id_taken'),
  userOperatorId: rule('users_sdwan_operator_id_key', 'users', ['sdwan_operator_id'], 'id_taken'),
  userUsername: rule('users_username_key', 'users', ['username'], 'username_taken'),
  userEmail: rule('users_email_key', 'users', ['email_key'], 'email_taken'),
  tokenId: rule('named_tokens_pkey', 'named_tokens', ['tenant_id', 'audience', 'id'], 'id_taken'),
  tokenName: rule(
    'named_tokens_name_key',
    'named_tokens',
    ['tenant_id', 'audience', 'subject_kind', 'subject_id', 'epoch', 'name'],
    'name_taken',
  ),
  tokenText: rule('named_tokens_text_hash', 'named_tokens', ['text_hash'], 'id_taken'),
  groupId: rule('account_groups_pkey', 'account_groups', ['tenant_id', 'id'], 'id_taken'),
  groupAuthId: conflictRule('account_groups_auth_key', 'account_groups', ['tenant_id', 'auth_key'], 'authID'),
  bindingId: rule('role_bindings_pkey', 'role_bindings', ['tenant_id', 'id'], 'id_taken'),
  bindingOfUser: conflictRule('role_bindings_user_key', 'role_bindings', ['user_uuid'], 'userID'),
  bindingOfGroup: conflictRule(
    'role_bindings_group_key',
    'role_bindings',
    ['tenant_id', 'group_id'],
    'groupID',
  ),
  credentialId: rule('account_credentials_pkey', 'account_credentials', ['tenant_id', 'id'], 'id_taken'),
  credentialOfPassword: conflictRule(
    'account_credentials_password_key',
    'account_credentials',
    ['tenant_id', 'user_uuid'],
    'name',
  ),
  customPermissionId: rule('custom_permissions_pkey', 'custom_permissions', ['tenant_id', 'id'], 'id_taken'),
  customRoleId: rule('custom_roles_pkey', 'custom_roles', ['tenant_id', 'id'], 'id_taken'),
  customRoleName: rule('custom_roles_name_key', 'custom_roles', ['tenant_id', 'name'], 'name_taken'),
  operatorUser: rule('operators_pkey', 'operators', ['user_id'], 'id_taken'),
  sessionId: rule('operator_sessions_pkey', 'operator_sessions', ['id'], 'id_taken'),
  sessionText: rule('operator_sessions_text_hash_key', 'operator_sessions', ['text_hash'], 'id_taken'),
  clientId: rule('operator_clients_pkey', 'operator_clients', ['client_id'], 'id_taken'),
  providerId: rule('providers_pkey', 'providers', ['id'], 'id_taken'),
  providerOnezoneId: rule('providers_onezone_id_key', 'providers', ['tenant_id', 'onezone_id'], 'id_taken'),
  entityId: rule('entities_pkey', 'entities', ['id'], 'id_taken'),
  entityOnezoneId: rule(
    'entities_onezone_id_key',
    'entities',
    ['tenant_id', 'kind', 'onezone_id'],
    'id_taken',
  ),
  rootKeyId: rule('root_keys_pkey', 'root_keys', ['kid'], 'id_taken'),
  rootKeyActive: rule('root_keys_one_active', 'root_keys', ['is_active'], 'id_taken'),
} as const satisfies Record<string, UniqueRule>

/** @returns `undefined` for a constraint that no command can break: then it is a bug */
export function refusalOfConstraint(constraint: string): Failure | undefined {
  return Object.values(uniqueRules).find((rule) => rule.constraint === constraint)?.refusal
}

/** @param columns as SQLite writes them: `users.tenant_id, users.onezone_id` */
export function refusalOfColumns(columns: string): Failure | undefined {
  return Object.values(uniqueRules).find((rule) => rule.columns === columns)?.refusal
}

type Taken = 'id_taken' | 'domain_taken' | 'name_taken' | 'username_taken' | 'email_taken'

function rule(constraint: string, table: string, columns: readonly string[], kind: Taken): UniqueRule {
  return { constraint, columns: columnsOf(table, columns), refusal: { kind } }
}

/** Of an entry of an account. @param field by which its API knows what is taken */
function conflictRule(
  constraint: string,
  table: string,
  columns: readonly string[],
  field: string,
): UniqueRule {
  return { constraint, columns: columnsOf(table, columns), refusal: { kind: 'entry_conflict', field } }
}

function columnsOf(table: string, columns: readonly string[]): string {
  return columns.map((column) => `${table}.${column}`).join(', ')
}
