import type { SubjectRef } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import { allAudienceCodes, subjectKindCode } from './codes.ts'
import { scheduleSweep } from './sweeps.ts'
import { lineColumnNames } from './token-lines.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * For when the subject is removed: without its lines no named token is alive and no generation exists. The tokens' rows
 * are swept later.
 */
export async function removeLines(unit: UnitOfWork, tenantId: TenantId, subject: SubjectRef): Promise<void> {
  const lines = await unit.db
    .deleteFrom('token_lines')
    .where('tenant_id', '=', tenantId)
    // All of them, by name: without the audience the index would be read for every subject of the tenant.
    .where('audience', 'in', allAudienceCodes)
    .where('subject_kind', '=', subjectKindCode(subject))
    .where('subject_id', '=', subject.id)
    .returning([...lineColumnNames, 'epoch'])
    .execute()
  for (const { epoch, ...line } of lines) await scheduleSweep(unit, { ...line, below_epoch: epoch + 1 })
}
