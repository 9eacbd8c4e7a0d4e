import { sql } from 'kysely'
import type { CredentialWrites } from '../accounts/ports.ts'
import type { SealedSecret } from '../authority/key-ring.ts'
import type { TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { credentialColumns, credentialFromRow } from './account-rows.ts'
import { audienceCode, userKindCode } from './codes.ts'
import type { CredentialRow, LineColumns } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function credentialWrites(unit: UnitOfWork): CredentialWrites {
  const { db } = unit
  return {
    async find(tenantId, id) {
      const row = await db
        .selectFrom('account_credentials as c')
        .selectAll()
        .where('c.tenant_id', '=', tenantId)
        .where('c.id', '=', id)
        .where(sql<boolean>`${sql.raw(SIDE_IS_ALIVE)}`)
        .$if(unit.hasRowLocks, (query) => query.forUpdate())
        .executeTakeFirst()
      return row && credentialFromRow(row)
    },

    async insert(credential, secret): Promise<void> {
      const { paired } = credential
      const epoch = paired?.kind === 'token' ? await epochOf(unit, credential.tenantId, paired.userId) : null
      await db
        .insertInto('account_credentials')
        .values({ ...credentialColumns(credential), epoch, ...secretColumns(secret) })
        .execute()
    },

    async update(credential, secret): Promise<void> {
      const { tenant_id, id, ...columns } = credentialColumns(credential)
      await db
        .updateTable('account_credentials')
        .set({ ...columns, ...(secret !== undefined && secretColumns(secret)) })
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', id)
        .execute()
    },

    async remove({ tenantId, id }): Promise<void> {
      await db
        .deleteFrom('account_credentials')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .execute()
    },
  }
}

/** Condition on `account_credentials c`: it is no token's side, or of a token in the current epoch of its line. */
export const SIDE_IS_ALIVE = `(
  c.token_id is null or c.epoch = (
    select l.epoch from token_lines l
    where l.tenant_id = c.tenant_id and l.audience = ${audienceCode('astra')}
      and l.subject_kind = ${userKindCode} and l.subject_id = c.user_id
  )
)`

/** With its token, in the same transaction. */
export async function removeCredentialOf(
  { db }: UnitOfWork,
  tenantId: TenantId,
  tokenId: TokenId,
): Promise<void> {
  await db
    .deleteFrom('account_credentials')
    .where('tenant_id', '=', tenantId)
    .where('token_id', '=', tokenId)
    .execute()
}

/** With its user. Those of his tokens are dead with their line, and swept with them. */
export async function removePasswordCredential(
  { db }: UnitOfWork,
  tenantId: TenantId,
  userId: UserId,
): Promise<void> {
  await db
    .deleteFrom('account_credentials')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('token_id', 'is', null)
    .execute()
}

/** Those of dead tokens, which the sweeper removes before these. @returns how many, at most `limit` */
export async function removeDeadCredentials(
  { db, hasRowLocks }: UnitOfWork,
  { tenant_id, audience, subject_kind, subject_id }: LineColumns,
  belowEpoch: number,
  limit: number,
): Promise<number> {
  if (audience !== audienceCode('astra') || subject_kind !== userKindCode) return 0
  const { numDeletedRows } = await db
    .with(
      (cte) => cte('doomed_credentials').materialized(),
      (db) =>
        db
          .selectFrom('account_credentials')
          .select('id')
          .where('tenant_id', '=', tenant_id)
          .where('user_id', '=', subject_id)
          .where('epoch', '<', belowEpoch)
          .limit(limit)
          .$if(hasRowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('account_credentials')
    .where('tenant_id', '=', tenant_id)
    .where('id', 'in', (eb) => eb.selectFrom('doomed_credentials').select('id'))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

async function epochOf({ db }: UnitOfWork, tenantId: TenantId, userId: UserId): Promise<number> {
  const { epoch } = await db
    .selectFrom('token_lines')
    .select('epoch')
    .where('tenant_id', '=', tenantId)
    .where('audience', '=', audienceCode('astra'))
    .where('subject_kind', '=', userKindCode)
    .where('subject_id', '=', userId)
    .executeTakeFirstOrThrow()
  return epoch
}

function secretColumns(secret: SealedSecret | undefined): Pick<CredentialRow, 'kid' | 'sealed'> {
  return { kid: secret?.kid ?? null, sealed: secret?.sealed ?? null }
}
