import type { TokenSubject } from '@jeton/token'
import type { UserReads } from '../directory/ports.ts'
import type { ProviderReads } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Audience, SubjectName, SubjectRef, TokenLine } from './named-token.ts'

export interface FindSubjectDeps {
  readonly users: UserReads
  readonly providers: ProviderReads
}

export interface FoundSubject {
  readonly ref: SubjectRef
  readonly isBlocked: boolean
}

/** Who the Onezone shows under that name; `undefined` when he is not there, or nobody a token can speak for. */
export async function findSubject(
  { users, providers }: FindSubjectDeps,
  tenantId: TenantId,
  { type, id }: TokenSubject,
): Promise<FoundSubject | undefined> {
  if (type === 'user') {
    const user = await users.findByOnezoneId(tenantId, id)
    return user && { ref: { kind: 'user', id: user.id }, isBlocked: user.isBlocked }
  }
  if (type !== 'oneprovider') return undefined
  const provider = await providers.find(tenantId, id)
  return provider && { ref: { kind: 'provider', id: provider.id }, isBlocked: false }
}

/** The line of a subject as the audience shows him; `undefined` when there is no such subject. */
export async function findLine(
  deps: FindSubjectDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
): Promise<TokenLine | undefined> {
  const found = await findSubject(deps, tenantId, subject)
  return found && { tenantId, audience, subject: found.ref }
}
