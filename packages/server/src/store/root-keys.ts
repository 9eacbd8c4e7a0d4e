import type { Kysely } from 'kysely'
import type { RootKeys, RootKeyWrites, SealedRootKey } from '../authority/ports.ts'
import { flag } from './rows.ts'
import type { Schema } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function rootKeys(db: Kysely<Schema>): RootKeys {
  return {
    async list(): Promise<readonly SealedRootKey[]> {
      const rows = await db.selectFrom('root_keys').selectAll().orderBy('kid').execute()
      return rows.map((row) => ({ kid: row.kid, isActive: row.is_active === 1, sealed: row.sealed }))
    },
  }
}

export function rootKeyWrites({ db }: UnitOfWork): RootKeyWrites {
  return {
    async insert({ kid, isActive, sealed }): Promise<void> {
      await db
        .insertInto('root_keys')
        .values({ kid, is_active: flag(isActive), sealed })
        .execute()
    },
  }
}
