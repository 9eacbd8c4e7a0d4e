/** Signals that end the benchmark, with what the shell calls that. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** @returns the exit code, once somebody has sent such a signal; who sends another one does not want to wait */
export function endedBySignal(): Promise<{ readonly code: number; readonly problem?: string }> {
  let isEnding = false
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number }>()
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isEnding) process.exit(code)
      isEnding = true
      process.stderr.write(`${signal}: cleaning up\n`)
      resolve({ code })
    })
  }
  return promise
}
