import type { Audience, SubjectState } from '../authority/named-token.ts'
import type { VerificationReads } from '../authority/ports.ts'
import type { UserId } from '../directory/user.ts'
import { audienceCode, userIdColumns, userKindCode } from './codes.ts'
import { generationFromRow } from './rows.ts'

/** Answers one prepared statement of at most one row, in one round trip. Integers up to 2^53 come as numbers. */
export type PointRead = (sql: string, parameters: readonly (string | number)[]) => unknown

/**
 * The hot path's reads. Their text is written out: building it takes Kysely longer than SQLite the read.
 * @param sign what stands before a parameter's number
 */
export function verificationReads(read: PointRead, sign: '$' | '?'): VerificationReads {
  const namedQueries = forEachAudience((idColumn) => namedQuery(idColumn, sign))
  const generationQueries = forEachAudience((idColumn) => generationQuery(idColumn, sign))
  return {
    async findNamed(tenantId, audience, id) {
      // Safe: the statement selects exactly these columns.
      const row = (await read(namedQueries[audience], [
        tenantId,
        audienceCode(audience),
        id,
        userKindCode,
      ])) as (SubjectColumns & { is_revoked: number; kid: number; salt: Uint8Array }) | undefined
      if (row === undefined) return undefined
      return {
        token: { isRevoked: row.is_revoked === 1, key: { kid: row.kid, salt: row.salt } },
        subject: subjectFromColumns(row),
      }
    },

    async findGeneration(tenantId, audience, subjectId) {
      const parameters = [tenantId, audienceCode(audience), subjectId, userKindCode]
      // Safe: the statement selects exactly these columns; without a line, those of the line are null.
      const row = (await read(generationQueries[audience], parameters)) as
        | (SubjectColumns & {
            generation: number
            generation_kid: number | null
            generation_salt: Uint8Array | null
          })
        | undefined
      if (row === undefined) return undefined
      return { generation: generationFromRow(row), subject: subjectFromColumns(row) }
    },
  }
}

interface SubjectColumns {
  readonly user_id: number
  readonly subject_id: string
  readonly is_blocked: number
}

function subjectFromColumns(row: SubjectColumns): SubjectState {
  // Safe as a brand: the column is written from a UserId.
  return { id: row.subject_id, userId: row.user_id as UserId, isBlocked: row.is_blocked === 1 }
}

function namedQuery(idColumn: string, sign: string): string {
  return `
    select t.is_revoked, t.kid, t.salt, u.id as user_id, u.${idColumn} as subject_id, u.is_blocked
    from named_tokens t
    join token_lines l on l.tenant_id = t.tenant_id and l.audience = t.audience
      and l.subject_kind = t.subject_kind and l.subject_id = t.subject_id and l.epoch = t.epoch
    join users u on u.id = t.subject_id
    where t.tenant_id = ${sign}1 and t.audience = ${sign}2 and t.id = ${sign}3 and t.subject_kind = ${sign}4`
}

function generationQuery(idColumn: string, sign: string): string {
  return `
    select l.generation, l.generation_kid, l.generation_salt,
      u.id as user_id, u.${idColumn} as subject_id, u.is_blocked
    from users u
    left join token_lines l on l.tenant_id = u.tenant_id and l.audience = ${sign}2
      and l.subject_kind = ${sign}4 and l.subject_id = u.id
    where u.tenant_id = ${sign}1 and u.${idColumn} = ${sign}3`
}

function forEachAudience(query: (idColumn: string) => string): Record<Audience, string> {
  return {
    onezone: query(userIdColumns.onezone),
    astra: query(userIdColumns.astra),
    sdwan: query(userIdColumns.sdwan),
    jeton: query(userIdColumns.jeton),
  }
}
