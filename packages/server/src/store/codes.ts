import type { Audience, SubjectRef, TokenLine } from '../authority/named-token.ts'
import type { LineColumns } from './schema.ts'

/** How an audience stands in the database: one byte a row, not eight, in tables of tens of millions. Never renumbered. */
const audienceCodes: Record<Audience, number> = { onezone: 1, astra: 2, sdwan: 3, jeton: 4 }

/** How a kind of subject stands in the database. Never renumbered. */
const subjectKindCodes: Record<SubjectRef['kind'], number> = { user: 1 }

/** The column of `users` that holds the id by which an audience's token text names a user. */
export const userIdColumns = {
  onezone: 'onezone_id',
  astra: 'uuid',
  sdwan: 'sdwan_operator_id',
  jeton: 'uuid',
} as const satisfies Record<Audience, string>

export const allAudienceCodes: readonly number[] = Object.values(audienceCodes)

/** The subject kind that a user's tokens have. */
export const userKindCode = subjectKindCodes.user

export function audienceCode(audience: Audience): number {
  return audienceCodes[audience]
}

/** @throws {Error} for a code that no version wrote */
export function audienceOf(code: number): Audience {
  for (const audience of Object.keys(audienceCodes) as Audience[]) {
    // Safe as Audience[]: the object is a Record over exactly the audiences.
    if (audienceCodes[audience] === code) return audience
  }
  throw new Error(`no audience has code ${code}`)
}

export function lineColumns(line: TokenLine): LineColumns {
  return {
    tenant_id: line.tenantId,
    audience: audienceCode(line.audience),
    subject_kind: subjectKindCodes[line.subject.kind],
    subject_id: line.subject.id,
  }
}
