import type { Configuration } from '@jeton/server/configuration'
import type { Running } from '@jeton/server'
import type { Command } from 'commander'
import { configure } from '../configure.ts'
import { addServeOptions, environmentOnlyHelp, givenFlags } from '../serve-options.ts'
import { startFailure } from '../start-failure.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample } from './shared-options.ts'
import { version } from './version.ts'

const OTHERS_NOTHING = 0o077

/** `jeton serve`: runs a node until it is told to stop. */
export function addServe(parent: Command, terminal: Terminal): void {
  const command = addServeOptions(parent.command('serve').description('run the server'))
  command.addHelpText('after', environmentOnlyHelp())
  addExample(command, 'jeton serve', 'jeton serve --data /var/lib/jeton --zone-domain tokens.example.org')
  command.action((options: Readonly<Record<string, unknown>>) => serve(terminal, givenFlags(options)))
}

async function serve(terminal: Terminal, flags: Readonly<Record<string, string>>): Promise<void> {
  const configuration = configure(terminal, flags)
  // Loaded only now: no other command should wait for the database drivers.
  const server = await import('@jeton/server')
  const { ambient } = terminal
  const log = server.createLog({ ambient, level: configuration.logLevel, sink: server.stderrSink() })
  server.logCrashes(log)
  // The database and its log are made by SQLite, which asks the umask alone.
  process.umask(OTHERS_NOTHING)
  let running: Running
  try {
    running = await server.serve(configuration, log, {
      onGeneratedPassword: (password) => terminal.writeOut(firstLogin(configuration, password)),
    })
  } catch (error) {
    throw startFailure(server, configuration, error)
  }
  server.stopOnSignals({ stop: () => running.stop(), beforeExit: () => log.flush() })
  // Without TLS there is nothing to renew, and a terminal that hangs up ends the process as ever.
  if (configuration.tls !== undefined) process.on('SIGHUP', () => running.renewCertificate())
  terminal.writeOut(announcement(configuration, running))
  // A signal ends the process, and nothing else does.
  await new Promise<never>(() => undefined)
}

function firstLogin({ administrator }: Configuration, password: string): string {
  return linesOf([
    `Username: ${administrator.username}`,
    `Password: ${password}`,
    'The password is shown this once and kept nowhere: note it down.',
  ])
}

/** All of it in one write, so that a reader who takes the first line does not cut the rest off. */
function announcement({ databaseUrl, dataFolder, http }: Configuration, running: Running): string {
  const { port, fingerprint } = running
  const host = http.host.includes(':') ? `[${http.host}]` : http.host
  const place =
    databaseUrl === undefined ? dataFolder : `PostgreSQL; the master key is looked for in ${dataFolder}`
  return linesOf([
    `Jeton ${version} listens at ${fingerprint === undefined ? 'http' : 'https'}://${host}:${port}`,
    ...(fingerprint === undefined ? [] : [`SHA-256:  ${fingerprint} (the TLS certificate)`]),
    `Data:     ${place}`,
    'Ctrl-C stops it.',
  ])
}

function linesOf(lines: readonly string[]): string {
  return `${lines.map(printable).join('\n')}\n`
}
