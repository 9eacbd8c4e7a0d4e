import type { Kysely } from 'kysely'
import type { UnixSeconds } from '../ambient.ts'
import type { Client, ClientWithSecret } from '../operators/client.ts'
import type { SystemRole } from '../operators/role-names.ts'
import type { ClientReads, ClientWrites } from '../operators/session-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { OperatorClientRow, Schema } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function clientReads(db: Kysely<Schema>): ClientReads {
  return {
    async find(clientId): Promise<ClientWithSecret | undefined> {
      const row = await shownClients(db).where('c.client_id', '=', clientId).executeTakeFirst()
      return row && { ...clientFromRow(row), secretHash: row.secret_hash }
    },

    async list(tenantId): Promise<readonly Client[]> {
      const rows = await shownClients(db).where('c.tenant_id', '=', tenantId).orderBy('c.client_id').execute()
      return rows.map(clientFromRow)
    },
  }
}

export function clientWrites(unit: UnitOfWork): ClientWrites {
  return {
    async insert({ clientId, tenantId, userId, name, secretHash, createdAt }): Promise<void> {
      await unit.db
        .insertInto('operator_clients')
        .values({
          client_id: clientId,
          tenant_id: tenantId,
          user_id: userId,
          name,
          secret_hash: secretHash,
          created_at: createdAt,
        })
        .execute()
    },

    async find(tenantId, clientId): Promise<Client | undefined> {
      const row = await shownClients(unit.db)
        .where('c.client_id', '=', clientId)
        .where('c.tenant_id', '=', tenantId)
        .executeTakeFirst()
      return row && clientFromRow(row)
    },
  }
}

function shownClients(db: Kysely<Schema>) {
  return db
    .selectFrom('operator_clients as c')
    .innerJoin('users as u', 'u.id', 'c.user_id')
    .selectAll('c')
    .innerJoin('operators as o', 'o.user_id', 'c.user_id')
    .select(['u.sdwan_operator_id', 'o.roles'])
}

// The brands and roles are safe: the columns are written from these.
function clientFromRow(
  row: OperatorClientRow & { readonly sdwan_operator_id: string; readonly roles: string },
): Client {
  return {
    clientId: row.client_id,
    tenantId: row.tenant_id as TenantId,
    userId: row.user_id as UserId,
    operatorId: row.sdwan_operator_id,
    name: row.name,
    roles: JSON.parse(row.roles) as readonly SystemRole[],
    createdAt: row.created_at as UnixSeconds,
  }
}
