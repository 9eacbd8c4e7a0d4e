import type { Kysely } from 'kysely'
import type { EntityRef } from '../directory/entity.ts'
import type { TenantId } from '../directory/tenant.ts'
import { entityKindCode } from './entity-codes.ts'
import type { Schema } from './schema.ts'

/** The row of the entity, if there is one. */
export function ofTenant(db: Kysely<Schema>, tenantId: TenantId, { kind, onezoneId }: EntityRef) {
  return db
    .selectFrom('entities')
    .where('entities.tenant_id', '=', tenantId)
    .where('entities.kind', '=', entityKindCode(kind))
    .where('entities.onezone_id', '=', onezoneId)
}

interface IdQuery {
  execute(): Promise<readonly { readonly onezone_id: string }[]>
}

export async function idsOf(query: IdQuery): Promise<readonly string[]> {
  return (await query.execute()).map(({ onezone_id }) => onezone_id)
}
