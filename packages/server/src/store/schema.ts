import type { Generated } from 'kysely'

/**
 * The tables, as both databases hand their rows to Kysely: integers as numbers, flags as 0 or 1, bytes as bytes.
 * What a column means stands in the migration that made it.
 */
export interface Schema {
  readonly tenants: TenantRow & WithDefaults<TenantAccountColumns>
  readonly users: UserRow & WithDefaults<UserAccountColumns>
  readonly user_privileges: { readonly user_id: number; readonly privilege: string }
  readonly token_lines: TokenLineRow
  readonly named_tokens: NamedTokenTable
  readonly sweeps: SweepRow
  readonly root_keys: RootKeyRow
  readonly changes: ChangeRow
  readonly change_counter: {
    readonly id: number
    readonly incarnation: string
    readonly last_number: number
  }
  readonly change_floor: { readonly id: number; readonly oldest: number }
  readonly node_leases: LeaseRow
  readonly token_usage: UsageRow
  readonly import_marks: ImportMarkRow
  readonly providers: ProviderRow
  readonly entities: EntityRow
  readonly group_privileges: {
    readonly tenant_id: number
    readonly privilege: string
    readonly group_id: number
  }
  readonly entity_users: {
    readonly entity_id: number
    readonly user_id: number
    readonly privileges: number
    readonly is_owner: number
  }
  readonly entity_groups: {
    readonly entity_id: number
    readonly group_id: number
    readonly privileges: number
  }
  readonly effective_members: {
    readonly user_id: number
    readonly entity_id: number
    readonly privileges: number
  }
  readonly space_supports: {
    readonly space_id: number
    readonly provider_id: number
    readonly is_readonly: number
  }
  readonly space_harvesters: { readonly space_id: number; readonly harvester_id: number }
  readonly account_groups: AccountGroupRow
  readonly account_group_users: {
    readonly tenant_id: number
    readonly group_id: string
    readonly user_uuid: string
  }
  readonly role_bindings: RoleBindingRow
  readonly account_credentials: CredentialRow
  readonly operator_tenants: OperatorTenantRow
  readonly custom_permissions: CustomPermissionRow
  readonly custom_roles: CustomRoleRow
  readonly custom_role_permissions: {
    readonly tenant_id: number
    readonly role_id: string
    readonly permission_id: string
    readonly place: number
  }
  readonly operators: OperatorRow
  readonly operator_custom_roles: {
    readonly tenant_id: number
    readonly role_id: string
    readonly user_id: number
  }
  readonly operator_passwords: {
    readonly user_id: number
    readonly password_version: number
    readonly password_hash: string
    readonly set_at: number
  }
  readonly operator_sessions: OperatorSessionRow
  readonly operator_session_roles: { readonly role_id: string; readonly session_id: string }
  readonly operator_clients: OperatorClientRow
}

/** Left out of an insert, each is what the migration says. */
type WithDefaults<Columns> = { readonly [Name in keyof Columns]: Generated<Columns[Name]> }

export interface TenantRow {
  readonly id: number
  readonly name: string
  readonly onezone_domain: string
  readonly astra_account_id: string
  readonly sdwan_tenant_id: string
  readonly is_default: number
  readonly account_enabled_at: number
  readonly created_at: number
  readonly modified_at: number
}

/** The columns that only the API of accounts writes. */
export interface TenantAccountColumns {
  readonly account_state: string
  readonly account_contact: string
  readonly account_is_enabled: number
  readonly labels: string
  readonly created_by: string
  readonly modified_by: string
}

export interface UserRow {
  readonly id: number
  readonly tenant_id: number
  readonly uuid: string
  readonly onezone_id: string
  readonly sdwan_operator_id: string
  readonly username: string | null
  readonly email: string | null
  readonly email_key: string | null
  readonly full_name: string
  readonly password_hash: string | null
  readonly password_version: number
  readonly basic_auth_enabled: number
  readonly is_blocked: number
  readonly created_at: number
  readonly enabled_at: number
  readonly modified_at: number
}

/** The columns that only the API of accounts writes. */
export interface UserAccountColumns {
  readonly first_name: string
  readonly last_name: string
  readonly company_name: string
  readonly phone: string
  readonly postal_address: string
  readonly auth_provider: string
  readonly auth_id: string
  readonly account_state: string
  readonly sends_welcome_email: number
  readonly labels: string
  readonly created_by: string
  readonly modified_by: string
}

/** The columns that say whose tokens of which audience. */
export interface LineColumns {
  readonly tenant_id: number
  readonly audience: number
  readonly subject_kind: number
  readonly subject_id: number
}

export interface TokenLineRow extends LineColumns {
  readonly epoch: number
  readonly generation: number
  readonly generation_kid: number | null
  readonly generation_salt: Uint8Array | null
  readonly generation_sealed_secret: Uint8Array | null
}

export interface NamedTokenTable extends NamedTokenRow {
  /** In the order of creation. */
  readonly serial: Generated<number>
}

export interface NamedTokenRow extends LineColumns {
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly type: string
  readonly caveats: string
  readonly custom_metadata: string
  readonly is_revoked: number
  readonly version: number
  readonly created_at: number
  readonly kid: number
  readonly salt: Uint8Array
  readonly sealed_secret: Uint8Array | null
  readonly carried_privileges: number | null
  readonly usage_limit: string | null
  readonly usage_count: number
  readonly text_hash: string | null
}

export interface SweepRow extends LineColumns {
  readonly below_epoch: number
}

export interface RootKeyRow {
  readonly kid: number
  readonly is_active: number
  readonly sealed: Uint8Array
}

export interface ChangeRow {
  readonly number: number
  readonly kind: string
  readonly tenant_id: number
  readonly key: string
}

export interface LeaseRow {
  readonly node_id: string
  readonly address: string
  readonly ttl_millis: number
  readonly renewal: number
  readonly applied: number
  readonly is_fenced: number
}

export interface UsageRow {
  /** Of the token. */
  readonly serial: number
  readonly last_used_at: number
  readonly uses: number
}

export interface ImportMarkRow {
  readonly tenant_id: number
  readonly kind: number
  readonly key: string
  readonly state: number
  readonly run: number
}

export interface ProviderRow {
  readonly id: number
  readonly tenant_id: number
  readonly onezone_id: string
  readonly name: string
  readonly domain: string
  readonly subdomain: string | null
  readonly admin_email: string
  readonly latitude: number
  readonly longitude: number
  readonly created_at: number
}

export interface EntityRow {
  readonly id: number
  readonly tenant_id: number
  readonly kind: number
  readonly onezone_id: string
  readonly name: string
  readonly type: string | null
  readonly endpoint: string | null
  readonly creator_kind: number
  readonly creator_id: string | null
  readonly created_at: number
  readonly is_protected: number
}

/** The columns of every entry of an account that stand beside it. */
export interface MetadataColumns {
  readonly labels: string
  readonly created_by: string
  readonly modified_by: string
  readonly created_at: number
  readonly modified_at: number
}

export interface AccountGroupRow extends MetadataColumns {
  readonly tenant_id: number
  readonly id: string
  readonly name: string
  readonly auth_id: string
  readonly auth_key: string
}

export interface RoleBindingRow extends MetadataColumns {
  readonly tenant_id: number
  readonly id: string
  readonly user_uuid: string | null
  readonly group_id: string | null
  readonly role: string
  readonly role_constraints: string
}

export interface CredentialRow extends MetadataColumns {
  readonly tenant_id: number
  readonly id: string
  readonly name: string
  readonly key_type: string
  readonly is_valid: number
  readonly valid_from: number
  readonly valid_until: number
  readonly user_id: number | null
  readonly user_uuid: string | null
  readonly token_id: string | null
  readonly epoch: number | null
  readonly kid: number | null
  readonly sealed: Uint8Array | null
}

/** Of custom roles and permissions: whether they are in force, and which version of them this is. */
export interface EntryStateColumns {
  readonly disabled: number
  readonly disabled_reason: string
  readonly inactive: number
  readonly inactive_reason: string
  readonly etag: number
  readonly updated_utc: string
}

export interface OperatorTenantRow {
  readonly tenant_id: number
  readonly canonical_name: string
  readonly description: string
  readonly profile: string
  readonly password_policy: string
  readonly etag: number
  readonly updated_utc: string
}

export interface CustomPermissionRow extends EntryStateColumns {
  readonly tenant_id: number
  readonly id: string
  readonly value: string
  readonly allowed_after_ms: number | null
  readonly allowed_before_ms: number | null
  readonly is_disallowed: number
  readonly region: string
}

export interface CustomRoleRow extends EntryStateColumns {
  readonly tenant_id: number
  readonly id: string
  readonly name: string
  readonly description: string
  readonly roles: string
  readonly permissions: string
  readonly disallow_permissions: string
  readonly is_system_owned: number
}

export interface OperatorRow {
  readonly user_id: number
  readonly tenant_id: number
  readonly roles: string
  readonly custom_role_ids: string
  readonly ipv4_list: string
  readonly session_ip_lock: number
  readonly profile: string
  readonly disabled_reason: string
  readonly inactive: number
  readonly inactive_reason: string
  readonly is_system_owned: number
  readonly failed_logins: number
  readonly is_locked: number
  readonly last_login_at: number | null
  readonly etag: number
  readonly created_utc: string
  readonly updated_utc: string
}

export interface OperatorSessionRow {
  readonly id: string
  readonly tenant_id: number
  readonly user_id: number
  readonly kind: number
  readonly text_hash: string
  readonly session_key: string
  readonly epoch: number | null
  readonly password_version: number | null
  readonly roles: string
  readonly custom_role_ids: string
  readonly expires_ms: number | null
  readonly client_ip: string
  readonly is_ip_locked: number
  readonly is_profile_called: number
  readonly is_own: number
  readonly is_system_owned: number
  readonly user_agent: string
}

export interface OperatorClientRow {
  readonly client_id: string
  readonly tenant_id: number
  readonly user_id: number
  readonly name: string
  readonly secret_hash: string
  readonly created_at: number
}
