import type { UserReads } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Audience, TokenLine } from './named-token.ts'

/** The line of a subject as the audience shows him; `undefined` when there is no such subject. */
export async function findLine(
  users: UserReads,
  tenantId: TenantId,
  audience: Audience,
  subjectId: string,
): Promise<TokenLine | undefined> {
  const user = await users.findByOnezoneId(tenantId, subjectId)
  return user === undefined ? undefined : { tenantId, audience, subject: { kind: 'user', id: user.id } }
}
