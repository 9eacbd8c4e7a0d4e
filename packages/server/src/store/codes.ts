import type { Audience, SubjectRef, TokenLine } from '../authority/named-token.ts'
import type { ProviderId } from '../directory/provider.ts'
import type { UserId } from '../directory/user.ts'
import type { LineColumns } from './schema.ts'

/** How an audience stands in the database: one byte a row, not eight, in tables of tens of millions. Never renumbered. */
const audienceCodes: Record<Audience, number> = { onezone: 1, astra: 2, sdwan: 3, jeton: 4 }

/** How a kind of subject stands in the database. Never renumbered. */
const subjectKindCodes: Record<SubjectRef['kind'], number> = { user: 1, provider: 2 }

/** The column of `users` that holds the id by which an audience's token text names a user. */
export const userIdColumns = {
  onezone: 'onezone_id',
  astra: 'uuid',
  sdwan: 'sdwan_operator_id',
  jeton: 'uuid',
} as const satisfies Record<Audience, string>

/** The same of `providers`, for the audiences that know them. */
export const providerIdColumns: Partial<Record<Audience, string>> = { onezone: 'onezone_id' }

export const allAudienceCodes: readonly number[] = Object.values(audienceCodes)

/** The subject kind that a user's tokens have. */
export const userKindCode = subjectKindCodes.user

/** The subject kind that a provider's tokens have. */
export const providerKindCode = subjectKindCodes.provider

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

export function subjectKindCode(subject: SubjectRef): number {
  return subjectKindCodes[subject.kind]
}

/** @throws {Error} for a code that no version wrote */
export function subjectRef(kindCode: number, id: number): SubjectRef {
  // Safe as brands: `lineColumns` writes the code and the id of the same subject, and nothing else writes them.
  if (kindCode === userKindCode) return { kind: 'user', id: id as UserId }
  if (kindCode === providerKindCode) return { kind: 'provider', id: id as ProviderId }
  throw new Error(`no kind of subject has code ${kindCode}`)
}

export function lineColumns(line: TokenLine): LineColumns {
  return {
    tenant_id: line.tenantId,
    audience: audienceCode(line.audience),
    subject_kind: subjectKindCode(line.subject),
    subject_id: line.subject.id,
  }
}
