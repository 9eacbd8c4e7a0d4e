import type { Database, Statement } from 'bun:sqlite'

/**
 * Keeps the reader inside a transaction from one commit of the writer to the next. Outside of one, SQLite locks and
 * unlocks the log's index around every read: four system calls, which cost a verification more than its lookups do.
 *
 * Nothing is read that is out of date, for nobody else writes: the data folder is this process's alone, the writer
 * lets go of the snapshot before each of its commits that matters to the reader, and commits without a turn of the event loop in between. Let go
 * of before, and not after, so that the checkpoint which a commit may run finds no reader in its way and the log
 * does not grow for ever.
 */
export class ReadSnapshot {
  readonly #database: Database
  readonly #begin: Statement
  readonly #end: Statement

  /** @param database the reader's connection */
  constructor(database: Database) {
    this.#database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
  }

  /** Before a read. The snapshot itself is taken by the first read that follows. */
  hold(): void {
    // Asked and not remembered: an error in a read may have ended the transaction.
    if (!this.#database.inTransaction) this.#begin.run()
  }

  /** Before a commit of the writer. */
  letGo(): void {
    if (this.#database.inTransaction) this.#end.run()
  }

  /** Before the reader's connection is closed; it would stay open otherwise. */
  close(): void {
    this.letGo()
    this.#begin.finalize()
    this.#end.finalize()
  }
}
