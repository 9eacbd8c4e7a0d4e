import type { LoginWrites, PasswordHistoryReads, PasswordHistoryWrites } from '../operators/session-ports.ts'
import type { Kysely } from 'kysely'
import { flag } from './rows.ts'
import type { Schema } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function loginWrites({ db }: UnitOfWork): LoginWrites {
  return {
    async noteLogin(userId, atMillis): Promise<void> {
      await db
        .updateTable('operators')
        .set({ failed_logins: 0, last_login_at: atMillis })
        .where('user_id', '=', userId)
        .execute()
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
