import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The least that creating a token can cost without sharing commits: rows of 300 bytes, each committed to the disk alone. */
const seconds = Number(process.argv[2])
const folder = mkdtempSync(join(tmpdir(), 'jeton-bench-commits-'))
const database = new Database(join(folder, 'rows.sqlite'))
database.run('pragma journal_mode = wal')
database.run('pragma synchronous = full')
database.run('create table row (id integer primary key, content blob not null)')
const insert = database.prepare<undefined, [Uint8Array]>('insert into row (content) values (?)')
const content = new Uint8Array(300)
const startedAt = performance.now()
let commits = 0
while (performance.now() - startedAt < seconds * 1000) {
  insert.run(content)
  commits += 1
}
process.stdout.write(`${(commits * 1000) / (performance.now() - startedAt)}\n`)
database.close()
rmSync(folder, { recursive: true })
