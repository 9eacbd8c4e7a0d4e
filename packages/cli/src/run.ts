import { CommanderError } from 'commander'
import { CommandFailed } from './command-failed.ts'
import { exitCodes } from './exit-code.ts'
import { buildProgram } from './program.ts'
import { printable } from './terminal/printable.ts'
import type { Terminal } from './terminal/terminal.ts'

/**
 * Runs one command line to its end.
 * @param args without the program's own name
 * @returns the exit status, see {@link exitCodes}
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync([...args], { from: 'user' })
    return exitCodes.done.code
  } catch (error) {
    // Commander has written its message already; it fails for nothing but a wrong command line.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code
    if (!(error instanceof CommandFailed)) throw error
    terminal.writeError(args.includes('--json') ? failureJson(error) : failureText(error))
    return exitCodes[error.exit].code
  }
}

function failureText({ message, next }: CommandFailed): string {
  const advice = next === undefined ? '' : `       ${printable(next)}\n`
  return `jeton: ${printable(message)}\n${advice}`
}

/** One line, so that a script can tell it from what else ends up in a log. */
function failureJson({ exit, message, next, refusal }: CommandFailed): string {
  const error = {
    exitCode: exitCodes[exit].code,
    message,
    ...(next && { next }),
    ...(refusal && { refusal }),
  }
  return `${JSON.stringify({ error })}\n`
}
