import type { Log } from './log.ts'

/**
 * Logs what nobody has caught, its values masked, and ends the process with 1: its state is unknown, and a token
 * authority in an unknown state must not answer. What the runtime would print instead quotes the values.
 */
export function logCrashes(log: Log): void {
  function crash(error: unknown): never {
    log.bug(error, {}, 'a bug that nobody caught; the process ends')
    log.flush()
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}
