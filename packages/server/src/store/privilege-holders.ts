import type { Kysely } from 'kysely'
import type { TenantId } from '../directory/tenant.ts'
import type { Schema } from './schema.ts'

/** The users of a tenant who hold an admin privilege of the Onezone themselves. */
export function privilegeHolders(db: Kysely<Schema>, tenantId: TenantId, privilege: string) {
  return holders(db, privilege).selectAll('users').where('users.tenant_id', '=', tenantId).execute()
}

/** The same of all tenants, for a query to go on with. */
export function holders(db: Kysely<Schema>, privilege: string) {
  return db
    .selectFrom('users')
    .innerJoin('user_privileges', 'user_privileges.user_id', 'users.id')
    .where('user_privileges.privilege', '=', privilege)
}
