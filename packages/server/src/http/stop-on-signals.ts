export interface StopOnSignals {
  /** Stops everything in order. Called once. */
  readonly stop: () => Promise<void>
  /** The last thing before the process ends, however it ends: flush what must not be lost. */
  readonly beforeExit: () => void
}

/** What a shell reports for a process that SIGKILL ended: the stop was cut short. */
const EXIT_CUT_SHORT = 137

/** First SIGTERM or SIGINT: an orderly stop, exit code 0 (1 when the stop itself fails). A second one: at once. */
export function stopOnSignals({ stop, beforeExit }: StopOnSignals): void {
  let isStopping = false
  function exit(code: number): never {
    beforeExit()
    process.exit(code)
  }
  function onSignal(): void {
    if (isStopping) exit(EXIT_CUT_SHORT)
    isStopping = true
    stop().then(
      () => exit(0),
      () => exit(1),
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
