import { type Kysely, sql } from 'kysely'
import type { UserId } from '../directory/user.ts'
import type {
  LoginCandidate,
  LoginReads,
  LoginWrites,
  PasswordHistoryReads,
  PasswordHistoryWrites,
} from '../operators/session-ports.ts'
import { emailKey, flag } from './rows.ts'
import type { Schema, UserRow } from './schema.ts'
import { policyFromText } from './session-rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function loginReads(db: Kysely<Schema>): LoginReads {
  return {
    async find(name): Promise<LoginCandidate | undefined> {
      const rows = await db
        .selectFrom('users as u')
        .leftJoin('operator_tenants as p', 'p.tenant_id', 'u.tenant_id')
        .select(['u.id', 'u.username', 'u.password_version', 'p.password_policy'])
        .where((eb) => eb.or([eb('u.username', '=', name), eb('u.email_key', '=', emailKey(name))]))
        .execute()
      // One user's name can be another one's address; it is the name that counts.
      const row = rows.find(({ username }) => username === name) ?? rows[0]
      return row && candidateFromRow(row)
    },
  }
}

// The brand is safe: the column is written from a UserId.
function candidateFromRow(
  row: Pick<UserRow, 'id' | 'password_version'> & { readonly password_policy: string | null },
): LoginCandidate {
  return {
    userId: row.id as UserId,
    passwordVersion: row.password_version,
    passwordPolicy: policyFromText(row.password_policy),
  }
}

export function loginWrites({ db }: UnitOfWork): LoginWrites {
  return {
    async noteLogin(userId, atMillis): Promise<void> {
      await db
        .updateTable('operators')
        .set({ failed_logins: 0, last_login_at: atMillis })
        .where('user_id', '=', userId)
        .execute()
      await sql`
        insert into operator_passwords (user_id, password_version, password_hash, set_at)
        select id, password_version, password_hash, cast(${atMillis} as bigint) from users
        where id = ${userId} and password_hash is not null
        on conflict do nothing`.execute(db)
    },

    async noteFailure(userId, lockAfter): Promise<void> {
      const counted = await db
        .updateTable('operators')
        .set((eb) => ({ failed_logins: eb('failed_logins', '+', 1) }))
        .where('user_id', '=', userId)
        .returning('failed_logins')
        .executeTakeFirst()
      if (counted === undefined || lockAfter === undefined || counted.failed_logins < lockAfter) return
      await db
        .updateTable('operators')
        .set({ is_locked: flag(true) })
        .where('user_id', '=', userId)
        .execute()
    },
  }
}

export function passwordHistoryReads(db: Kysely<Schema>): PasswordHistoryReads {
  return {
    async list(userId, limit) {
      const rows = await db
        .selectFrom('operator_passwords')
        .select('password_hash')
        .where('user_id', '=', userId)
        .orderBy('password_version', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ password_hash }) => password_hash)
    },
  }
}

export function passwordHistoryWrites({ db }: UnitOfWork): PasswordHistoryWrites {
  return {
    async note(userId, { version, hash, setAtMillis }, keep): Promise<void> {
      await db
        .insertInto('operator_passwords')
        .values({ user_id: userId, password_version: version, password_hash: hash, set_at: setAtMillis })
        .onConflict((conflict) => conflict.columns(['user_id', 'password_version']).doNothing())
        .execute()
      await db
        .deleteFrom('operator_passwords')
        .where('user_id', '=', userId)
        .where('password_version', '<=', version - keep)
        .execute()
    },
  }
}
