import type { Counts } from './test-report.ts'

/** One part of `npm test`. */
export interface Step {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** From the exit code alone: a step that is one test. */
  readonly count: (exitCode: number | null) => Counts | Promise<Counts>
}

export interface StepResult {
  readonly name: string
  readonly counts: Counts
  readonly seconds: number
}

/** A step that runs longer is killed and has failed, so that the closing line always comes. */
const STEP_LIMIT_MS = 13 * 60_000

/** Runs a step to its end and shows what it writes, each line under its name. */
export async function runStep({ name, command, env, count }: Step): Promise<StepResult> {
  const startedAt = Bun.nanoseconds()
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: STEP_LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  await Promise.all([show(name, child.stdout), show(name, child.stderr), child.exited])
  const seconds = (Bun.nanoseconds() - startedAt) / 1e9
  const result = { name, counts: await count(child.exitCode), seconds }
  process.stdout.write(`${describeResult(result)}\n`)
  return result
}

/** A step that is one test: it passes when the command does. */
export function oneTest(exitCode: number | null): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

export function describeResult({ name, counts, seconds }: StepResult): string {
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`
  return `${name}: ${counts.passed} passed, ${counts.failed} failed${skipped} in ${seconds.toFixed(1)} s`
}

async function show(name: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) process.stdout.write(`${lines.map((line) => `[${name}] ${line}`).join('\n')}\n`)
  }
  if (rest !== '') process.stdout.write(`[${name}] ${rest}\n`)
}
