import { exitCodes } from '../exit-code.ts'

/** What every program of this package does before anything else. @param program its name, for messages */
export function prepareProcess(program: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `jeton token list | head`: the reader has seen enough, which is no failure of ours.
    if (error.code === 'EPIPE') process.exit(exitCodes.done.code)
    process.stderr.write(
      `${program}: Standard output cannot be written (${error.code}); the result is lost.\n`,
    )
    process.exit(exitCodes.failed.code)
  })

  // A proxy that the environment names for the world must not be handed the credentials meant for this machine.
  process.env['NO_PROXY'] = [
    process.env['NO_PROXY'] ?? process.env['no_proxy'],
    'localhost',
    '127.0.0.1',
    '::1',
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(',')
}
