import {
  type Caveat,
  type InviteType,
  parseCaveat,
  parseInteger,
  parseTokenType,
  serializeCaveat,
  serializeTokenType,
} from '@jeton/token'
import type { UnixSeconds } from '../ambient.ts'
import { INVITE_RULES } from '../authority/invite-rules.ts'
import type {
  Generation,
  InviteTerms,
  JsonObject,
  KeyReference,
  NamedToken,
  TokenId,
} from '../authority/named-token.ts'
import { privilegeMask, privilegesOfMask } from '../directory/entity-privileges.ts'
import type { Tenant, TenantId } from '../directory/tenant.ts'
import type { User, UserId, UserWithPassword } from '../directory/user.ts'
import { parseExactJson } from '../exact-json.ts'
import { audienceOf, lineColumns, subjectRef } from './codes.ts'
import { shownName, storedName } from './token-names.ts'
import type { NamedTokenRow, TenantRow, TokenLineRow, UserRow } from './schema.ts'

// Every brand given in this file is safe for one reason: only the functions below write these columns, and they take
// the branded value.

export function tenantFromRow(row: TenantRow): Tenant {
  return {
    id: row.id as TenantId,
    name: row.name,
    onezoneDomain: row.onezone_domain,
    astraAccountId: row.astra_account_id,
    sdwanTenantId: row.sdwan_tenant_id,
    isDefault: row.is_default === 1,
    createdAt: row.created_at as UnixSeconds,
  }
}

export function tenantRow(tenant: Tenant): TenantRow {
  return {
    id: tenant.id,
    name: tenant.name,
    onezone_domain: tenant.onezoneDomain,
    astra_account_id: tenant.astraAccountId,
    sdwan_tenant_id: tenant.sdwanTenantId,
    is_default: flag(tenant.isDefault),
    account_enabled_at: tenant.createdAt,
    created_at: tenant.createdAt,
    modified_at: tenant.createdAt,
  }
}

export function userFromRow(row: UserRow): User {
  return {
    id: row.id as UserId,
    tenantId: row.tenant_id as TenantId,
    uuid: row.uuid,
    onezoneId: row.onezone_id,
    sdwanOperatorId: row.sdwan_operator_id,
    username: row.username ?? undefined,
    email: row.email ?? undefined,
    fullName: row.full_name,
    basicAuthEnabled: row.basic_auth_enabled === 1,
    isBlocked: row.is_blocked === 1,
    createdAt: row.created_at as UnixSeconds,
  }
}

export function userWithPasswordFromRow(row: UserRow): UserWithPassword {
  return {
    user: userFromRow(row),
    passwordHash: row.password_hash ?? undefined,
    passwordVersion: row.password_version,
  }
}

export function userRow({ user, passwordHash, passwordVersion }: UserWithPassword): UserRow {
  return {
    id: user.id,
    tenant_id: user.tenantId,
    uuid: user.uuid,
    onezone_id: user.onezoneId,
    sdwan_operator_id: user.sdwanOperatorId,
    username: user.username ?? null,
    email: user.email ?? null,
    email_key: user.email === undefined ? null : emailKey(user.email),
    full_name: user.fullName,
    password_hash: passwordHash ?? null,
    password_version: passwordVersion,
    basic_auth_enabled: flag(user.basicAuthEnabled),
    is_blocked: flag(user.isBlocked),
    created_at: user.createdAt,
    enabled_at: user.createdAt,
    modified_at: user.createdAt,
  }
}

/**
 * An address as it is compared. Lowered here and not by SQL: SQLite's `lower` knows ASCII only and PostgreSQL's
 * depends on the database's locale, so the same two addresses would be equal on one and different on the other.
 */
export function emailKey(email: string): string {
  return email.toLowerCase()
}

/** @throws {Error} when the row holds what this version cannot read */
export function namedTokenFromRow(row: NamedTokenRow): NamedToken {
  const type = parseTokenType(row.type)
  if (type === undefined) throw new Error(`token ${row.id} has an unreadable type in the store`)
  return {
    line: {
      tenantId: row.tenant_id as TenantId,
      audience: audienceOf(row.audience),
      subject: subjectRef(row.subject_kind, row.subject_id),
    },
    id: row.id as TokenId,
    name: shownName(row),
    type,
    caveats: caveatsFromText(row),
    // Safe as JsonObject: written from one by namedTokenRow or metadataText, and nothing else.
    customMetadata: parseExactJson(row.custom_metadata) as JsonObject,
    isRevoked: row.is_revoked === 1,
    createdAt: row.created_at as UnixSeconds,
    key: keyReference(row.kid, row.salt, row.sealed_secret),
    ...(row.text_hash !== null && { textHash: row.text_hash }),
    ...(type.kind === 'invite' && { invite: inviteTermsFromRow(row, type.inviteType) }),
  }
}

/** All but the epoch, which is the line's. */
export function namedTokenRow(token: NamedToken): Omit<NamedTokenRow, 'epoch'> {
  return {
    ...lineColumns(token.line),
    id: token.id,
    name: storedName(token.line.audience, token.id, token.name),
    type: serializeTokenType(token.type),
    caveats: JSON.stringify(token.caveats.map(serializeCaveat)),
    custom_metadata: metadataText(token.customMetadata),
    is_revoked: flag(token.isRevoked),
    version: 1,
    created_at: token.createdAt,
    kid: token.key.kid,
    salt: token.key.salt,
    sealed_secret: token.key.sealedSecret ?? null,
    text_hash: token.textHash ?? null,
    ...inviteColumns(token),
  }
}

function inviteTermsFromRow(row: NamedTokenRow, inviteType: InviteType): InviteTerms {
  const { target } = INVITE_RULES[inviteType]
  const mask = row.carried_privileges
  return {
    privileges: mask === null || target === 'user' ? undefined : privilegesOfMask(target, mask),
    usageLimit: (row.usage_limit === null ? undefined : parseInteger(row.usage_limit)) ?? 'infinity',
    usageCount: row.usage_count,
  }
}

function inviteColumns({ type, invite }: NamedToken): InviteColumns {
  if (type.kind !== 'invite' || invite === undefined) return NO_INVITE
  const { privileges, usageLimit, usageCount } = invite
  const { target } = INVITE_RULES[type.inviteType]
  return {
    carried_privileges:
      privileges === undefined || target === 'user' ? null : privilegeMask(target, privileges),
    usage_limit: usageLimit === 'infinity' ? null : String(usageLimit),
    usage_count: usageCount,
  }
}

type InviteColumns = Pick<NamedTokenRow, 'carried_privileges' | 'usage_limit' | 'usage_count'>

const NO_INVITE: InviteColumns = { carried_privileges: null, usage_limit: null, usage_count: 0 }

export function metadataText(metadata: JsonObject): string {
  return JSON.stringify(metadata)
}

/** `undefined` when the line has never needed a generation. */
export function generationFromRow(
  row: Pick<TokenLineRow, 'generation' | KeyColumns>,
): Generation | undefined {
  const { generation, generation_kid, generation_salt, generation_sealed_secret } = row
  if (generation_kid === null || generation_salt === null) return undefined
  return { number: generation, key: keyReference(generation_kid, generation_salt, generation_sealed_secret) }
}

export type KeyColumns = 'generation_kid' | 'generation_salt' | 'generation_sealed_secret'

/** The columns of a line that say what its generation's secret is made from. */
export function generationKeyColumns({
  kid,
  salt,
  sealedSecret,
}: KeyReference): Pick<TokenLineRow, KeyColumns> {
  return {
    generation_kid: kid,
    generation_salt: salt,
    generation_sealed_secret: sealedSecret ?? null,
  }
}

export function keyReference(kid: number, salt: Uint8Array, sealedSecret: Uint8Array | null): KeyReference {
  return sealedSecret === null ? { kid, salt } : { kid, salt, sealedSecret }
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

function caveatsFromText(row: NamedTokenRow): readonly Caveat[] {
  // Safe as string[]: namedTokenRow writes a list of serialized caveats.
  return (JSON.parse(row.caveats) as string[]).map((text) => {
    const caveat = parseCaveat(text)
    // A caveat that is skipped would widen the token.
    if (caveat === undefined) throw new Error(`token ${row.id} has an unreadable caveat in the store`)
    return caveat
  })
}
