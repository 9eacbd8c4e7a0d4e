import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const MAIN = join(import.meta.dir, '../../src/main.ts')

export interface Finished {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs one command line in a process of its own, as a person would: nothing of this process's environment counts. */
export async function runJeton(
  args: readonly string[],
  { input, env = {} }: RunOptions = {},
): Promise<Finished> {
  const child = Bun.spawn([process.execPath, MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome, ...env },
    stdin: input === undefined ? 'ignore' : Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { exit, out, err }
}

/** As {@link runJeton}, without waiting for its end. */
export function startJeton(args: readonly string[], env: Readonly<Record<string, string>>) {
  return Bun.spawn([process.execPath, MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

/** A home directory of its own for one test. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'jeton-cli-'))
}

const emptyHome = newHome()
