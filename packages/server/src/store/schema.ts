import type { Generated } from 'kysely'

/**
 * The tables, as both databases hand their rows to Kysely: integers as numbers, flags as 0 or 1, bytes as bytes.
 * What a column means stands in the migration that made it.
 */
export interface Schema {
  readonly tenants: TenantRow
  readonly users: UserRow
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
}

export interface TenantRow {
  readonly id: number
  readonly name: string
  readonly onezone_domain: string
  readonly astra_account_id: string
  readonly sdwan_tenant_id: string
  readonly is_default: number
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
