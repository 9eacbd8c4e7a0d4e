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
  const namedQueries = forEachAudience((audience) => namedQuery(audience, sign))
  const generationQueries = forEachAudience((audience) => generationQuery(audience, sign))
  return {
    async findNamed(tenantId, audience, id) {
      // Safe: the statement selects exactly these columns.
      const row = (await read(namedQueries[audience], [tenantId, id])) as
        | (SubjectColumns & { serial: number; is_revoked: number; kid: number; salt: Uint8Array })
        | undefined
      if (row === undefined) return undefined
      return {
        token: { serial: row.serial, isRevoked: row.is_revoked === 1, key: { kid: row.kid, salt: row.salt } },
        subject: subjectFromColumns(row),
      }
    },

    async findGeneration(tenantId, audience, subjectId) {
      // Safe: the statement selects exactly these columns; without a line, those of the line are null.
      const row = (await read(generationQueries[audience], [tenantId, subjectId])) as
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

// The parameters stand in a table of their own, kept from being merged into the join by its limit: SQLite prepares a
// join that has parameters in it anew at every call, which takes 16 µs where the lookups take 2.

/** SQLite would take the unique index of ids, and look each row up by it. */
const VERDICT_INDEX = 'indexed by named_tokens_verdict'

function namedQuery(audience: Audience, sign: string): string {
  const code = audienceCode(audience)
  return `
    select t.serial, t.is_revoked, t.kid, t.salt, u.id as user_id, u.${userIdColumns[audience]} as subject_id, u.is_blocked
    from (
      select serial, tenant_id, subject_id, epoch, is_revoked, kid, salt from named_tokens ${sign === '?' ? VERDICT_INDEX : ''}
      where tenant_id = ${sign}1 and audience = ${code} and id = ${sign}2 and subject_kind = ${userKindCode}
      limit 1
    ) t
    join token_lines l on l.tenant_id = t.tenant_id and l.audience = ${code}
      and l.subject_kind = ${userKindCode} and l.subject_id = t.subject_id and l.epoch = t.epoch
    join users u on u.id = t.subject_id`
}

function generationQuery(audience: Audience, sign: string): string {
  const idColumn = userIdColumns[audience]
  return `
    select l.generation, l.generation_kid, l.generation_salt, u.id as user_id, u.subject_id, u.is_blocked
    from (
      select id, tenant_id, ${idColumn} as subject_id, is_blocked from users
      where tenant_id = ${sign}1 and ${idColumn} = ${sign}2
      limit 1
    ) u
    left join token_lines l on l.tenant_id = u.tenant_id and l.audience = ${audienceCode(audience)}
      and l.subject_kind = ${userKindCode} and l.subject_id = u.id`
}

function forEachAudience(query: (audience: Audience) => string): Record<Audience, string> {
  return {
    onezone: query('onezone'),
    astra: query('astra'),
    sdwan: query('sdwan'),
    jeton: query('jeton'),
  }
}
