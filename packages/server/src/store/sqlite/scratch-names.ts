import { Database } from 'bun:sqlite'
import type { ScratchNames } from '../../import/onezone/ports.ts'

/** Names on the disk, in a file that is gone when it is closed or the process ends. */
export function scratchNames(): ScratchNames {
  // SQLite's own way to say so: a database without a name, whose pages are kept in memory while they are few.
  const database = new Database('')
  database.run('PRAGMA journal_mode = OFF')
  database.run('create table names (name text primary key) without rowid')
  const find = database.query<{ readonly name: string }, [string]>('select name from names where name = ?')
  const insert = database.query<never, [string]>('insert or ignore into names (name) values (?)')
  return {
    has: (name) => find.get(name) !== null,
    add: (name) => void insert.run(name),
    close: () => database.close(),
  }
}
