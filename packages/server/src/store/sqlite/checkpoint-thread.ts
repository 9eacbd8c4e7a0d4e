import { Database, SQLiteError } from 'bun:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/*
 * The thread that `Checkpoints` starts. It is told `checkpoint`, and answers when that is done; or `close`, and goes.
 */

// Safe: Checkpoints gives it the path of the database.
const database = new Database(workerData as string, { readwrite: true })
database.run('PRAGMA synchronous = FULL')
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

parentPort?.on('message', (message) => {
  if (message === 'close') close()
  else parentPort?.postMessage(run())
})

/** @returns whether it was done. A disk that is full now may not be so after the next commit, so it is no failure */
function run(): boolean {
  try {
    checkpoint.run()
    return true
  } catch (error) {
    if (!(error instanceof SQLiteError)) throw error
    return false
  }
}

function close(): void {
  checkpoint.finalize()
  database.close()
  parentPort?.close()
}
