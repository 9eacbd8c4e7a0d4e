import type { NamedGround } from '../authority/ground.ts'
import type { Audience, SubjectName, SubjectState } from '../authority/named-token.ts'
import type { GroundListing, VerificationReads, VerificationRecord } from '../authority/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { ProviderId } from '../directory/provider.ts'
import type { UserId } from '../directory/user.ts'
import {
  audienceCode,
  providerIdColumns,
  providerKindCode,
  subjectRef,
  userIdColumns,
  userKindCode,
} from './codes.ts'
import { generationFromRow, keyReference } from './rows.ts'
import type { ReadRows } from './sql-store.ts'

/** Answers one prepared statement of at most one row, in one round trip. Integers up to 2^53 come as numbers. */
export type PointRead = (sql: string, parameters: readonly (string | number)[]) => unknown

/**
 * The hot path's reads. Their text is written out: building it takes Kysely longer than SQLite the read.
 * @param sign what stands before a parameter's number
 */
export function verificationReads(read: PointRead, sign: '$' | '?'): VerificationReads {
  const namedQueries = forEachAudience((audience) => namedQuery(audience, sign))
  const generationQueries = {
    user: forEachAudience((audience) => userGenerationQuery(audience, sign)),
    oneprovider: forEachAudience((audience) => providerGenerationQuery(audience, sign)),
  } satisfies Record<SubjectName['type'], unknown>
  return {
    async findNamed(tenantId, audience, id) {
      // Safe: the statement selects exactly these columns.
      const row = (await read(namedQueries[audience], [tenantId, id])) as NamedRow | undefined
      const subject = row && subjectOfNamed(row)
      return row && subject && { token: recordOfNamed(row), subject }
    },

    async findGeneration(tenantId, audience, { type, id }) {
      const query = generationQueries[type][audience]
      if (query === undefined) return undefined
      // Safe: the statement selects exactly these columns; without a line, those of the line are null.
      const row = (await read(query, [tenantId, id])) as GenerationRow | undefined
      if (row === undefined) return undefined
      const { canonical_id, subject_id, is_blocked } = row
      const kindCode = type === 'user' ? userKindCode : providerKindCode
      return {
        generation: generationFromRow(row),
        subject: { id: subject_id, ref: subjectRef(kindCode, canonical_id), isBlocked: is_blocked === 1 },
      }
    },
  }
}

export function groundListing(read: ReadRows): GroundListing {
  const audience = 'onezone'
  const tokens = `named_tokens where audience = ${audienceCode(audience)} and serial >= $1 and serial < $2`
  const query = namedSelect(audience, tokens, 't.tenant_id, t.id as token_id,')
  return {
    async lastSerial() {
      const rows = await read('select max(serial) as serial from named_tokens', [])
      // Safe: the statement selects exactly that; null of an empty table.
      return (rows[0] as { readonly serial: number | null } | undefined)?.serial ?? 0
    },

    async list(from, below) {
      // Safe: the statement selects exactly these columns.
      const rows = (await read(query, [from, below])) as readonly ListedRow[]
      return rows.flatMap((row): NamedGround[] => {
        const subject = subjectOfNamed(row)
        if (subject === undefined) return []
        // Safe as a brand: the column is a key of `tenants`.
        const tenantId = row.tenant_id as TenantId
        return [
          { kind: 'named', tenantId, audience, tokenId: row.token_id, record: recordOfNamed(row), subject },
        ]
      })
    },
  }
}

interface ListedRow extends NamedRow {
  readonly tenant_id: number
  readonly token_id: string
}

interface NamedRow {
  readonly serial: number
  readonly is_revoked: number
  readonly kid: number
  readonly salt: Uint8Array
  readonly sealed_secret: Uint8Array | null
  /** Null: its subject is no user. */
  readonly user_id: number | null
  readonly user_name: string | null
  readonly is_blocked: number | null
  /** Null: its subject is no provider. */
  readonly provider_id: number | null
  readonly provider_name: string | null
}

interface GenerationRow {
  readonly generation: number
  readonly generation_kid: number | null
  readonly generation_salt: Uint8Array | null
  readonly generation_sealed_secret: Uint8Array | null
  readonly canonical_id: number
  readonly subject_id: string
  readonly is_blocked: number
}

function recordOfNamed({ serial, is_revoked, kid, salt, sealed_secret }: NamedRow): VerificationRecord {
  return { serial, isRevoked: is_revoked === 1, key: keyReference(kid, salt, sealed_secret) }
}

/** `undefined`: he is gone, or one whom the audience does not know. */
function subjectOfNamed(row: NamedRow): SubjectState | undefined {
  // Safe as brands: the two columns are the keys of `users` and `providers`.
  if (row.user_id !== null && row.user_name !== null) {
    const ref = { kind: 'user', id: row.user_id as UserId } as const
    return { id: row.user_name, ref, isBlocked: row.is_blocked === 1 }
  }
  if (row.provider_id === null || row.provider_name === null) return undefined
  const ref = { kind: 'provider', id: row.provider_id as ProviderId } as const
  return { id: row.provider_name, ref, isBlocked: false }
}

// The parameters stand in a table of their own, kept from being merged into the join by its limit: SQLite prepares a
// join that has parameters in it anew at every call, which takes 16 µs where the lookups take 2.

/** SQLite would take the unique index of ids, and look each row up by it. */
const VERDICT_INDEX = 'indexed by named_tokens_verdict'

function namedQuery(audience: Audience, sign: string): string {
  return namedSelect(
    audience,
    `named_tokens ${sign === '?' ? VERDICT_INDEX : ''}
      where tenant_id = ${sign}1 and audience = ${audienceCode(audience)} and id = ${sign}2
      limit 1`,
  )
}

/** @param tokens which of them */
function namedSelect(audience: Audience, tokens: string, columns = ''): string {
  const code = audienceCode(audience)
  const providerIdColumn = providerIdColumns[audience]
  const isProviderKnown = providerIdColumn !== undefined
  return `
    select ${columns} t.serial, t.is_revoked, t.kid, t.salt, t.sealed_secret, u.id as user_id, u.${userIdColumns[audience]} as user_name, u.is_blocked,
      ${isProviderKnown ? 'p.id' : 'null'} as provider_id,
      ${isProviderKnown ? `p.${providerIdColumn}` : 'null'} as provider_name
    from (
      select serial, tenant_id, id, subject_kind, subject_id, epoch, is_revoked, kid, salt, sealed_secret
      from ${tokens}
    ) t
    join token_lines l on l.tenant_id = t.tenant_id and l.audience = ${code}
      and l.subject_kind = t.subject_kind and l.subject_id = t.subject_id and l.epoch = t.epoch
    left join users u on u.id = ${idOfKind(userKindCode)}
    ${isProviderKnown ? `left join providers p on p.id = ${idOfKind(providerKindCode)}` : ''}`
}

/** Null for a subject of another kind: a look-up of null is over before it begins. */
function idOfKind(kindCode: number): string {
  return `case when t.subject_kind = ${kindCode} then t.subject_id end`
}

function userGenerationQuery(audience: Audience, sign: string): string {
  const idColumn = userIdColumns[audience]
  return generationQuery(
    'users',
    `${idColumn} as subject_id, is_blocked`,
    idColumn,
    userKindCode,
    audience,
    sign,
  )
}

function providerGenerationQuery(audience: Audience, sign: string): string | undefined {
  const idColumn = providerIdColumns[audience]
  if (idColumn === undefined) return undefined
  const columns = `${idColumn} as subject_id, 0 as is_blocked`
  return generationQuery('providers', columns, idColumn, providerKindCode, audience, sign)
}

function generationQuery(
  table: 'users' | 'providers',
  columns: string,
  idColumn: string,
  kindCode: number,
  audience: Audience,
  sign: string,
): string {
  return `
    select l.generation, l.generation_kid, l.generation_salt, l.generation_sealed_secret,
      s.id as canonical_id, s.subject_id, s.is_blocked
    from (
      select id, tenant_id, ${columns} from ${table}
      where tenant_id = ${sign}1 and ${idColumn} = ${sign}2
      limit 1
    ) s
    left join token_lines l on l.tenant_id = s.tenant_id and l.audience = ${audienceCode(audience)}
      and l.subject_kind = ${kindCode} and l.subject_id = s.id`
}

function forEachAudience<Query>(query: (audience: Audience) => Query): Record<Audience, Query> {
  return {
    onezone: query('onezone'),
    astra: query('astra'),
    sdwan: query('sdwan'),
    jeton: query('jeton'),
  }
}
