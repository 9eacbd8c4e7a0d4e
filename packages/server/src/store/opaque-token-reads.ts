import type { FoundOpaqueToken, OpaqueTokenReads } from '../authority/ports.ts'
import type { Audience, TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { audienceCode, userIdColumns, userKindCode } from './codes.ts'
import { keyReference } from './rows.ts'
import type { PointRead } from './verification-reads.ts'

/** One statement, written out as the other hot reads. @param sign before a parameter's number */
export function opaqueTokenReads(read: PointRead, sign: '$' | '?'): OpaqueTokenReads {
  return {
    async findByHash(audience, textHash): Promise<FoundOpaqueToken | undefined> {
      // Safe: the statement selects exactly these columns.
      const row = (await read(queryOf(audience, sign), [textHash])) as FoundRow | undefined
      return row && foundFromRow(row)
    },
  }
}

interface FoundRow {
  readonly tenant_id: number
  readonly serial: number
  readonly token_id: string
  readonly is_revoked: number
  readonly kid: number
  readonly salt: Uint8Array
  readonly user_id: number
  readonly user_name: string
  readonly is_blocked: number
}

// The brands are safe: the columns are written from these.
function foundFromRow(row: FoundRow): FoundOpaqueToken {
  return {
    tenantId: row.tenant_id as TenantId,
    tokenId: row.token_id as TokenId,
    token: {
      serial: row.serial,
      isRevoked: row.is_revoked === 1,
      key: keyReference(row.kid, row.salt, null),
    },
    subject: {
      id: row.user_name,
      ref: { kind: 'user', id: row.user_id as UserId },
      isBlocked: row.is_blocked === 1,
    },
  }
}

/** Opaque tokens speak for users only. */
function queryOf(audience: Audience, sign: string): string {
  const code = audienceCode(audience)
  return `
    select t.tenant_id, t.serial, t.id as token_id, t.is_revoked, t.kid, t.salt,
      u.id as user_id, u.${userIdColumns[audience]} as user_name, u.is_blocked
    from (
      select serial, tenant_id, audience, id, subject_kind, subject_id, epoch, is_revoked, kid, salt
      from named_tokens
      where text_hash = ${sign}1
      limit 1
    ) t
    join token_lines l on l.tenant_id = t.tenant_id and l.audience = t.audience
      and l.subject_kind = t.subject_kind and l.subject_id = t.subject_id and l.epoch = t.epoch
    join users u on u.id = t.subject_id
    where t.audience = ${code} and t.subject_kind = ${userKindCode}`
}
