import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The program as it is installed. */
export const JETON = join(import.meta.dir, '../../packages/cli/bin/jeton')

export interface Finished {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** A person at a terminal: an environment of his own, and a home directory. */
export class Person {
  readonly environment: Readonly<Record<string, string>>

  constructor(environment: Readonly<Record<string, string>>) {
    const home = mkdtempSync(join(tmpdir(), 'jeton-e2e-'))
    this.environment = { PATH: process.env['PATH'] ?? '', HOME: home, ...environment }
  }

  get home(): string {
    return this.environment['HOME'] ?? ''
  }

  /** Runs `jeton` with these arguments to its end. */
  async jeton(args: readonly string[], input = ''): Promise<Finished> {
    const child = Bun.spawn([JETON, ...args], {
      env: this.environment,
      stdin: Buffer.from(input),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
    return { exit, out, err }
  }

  /** As {@link jeton}, for what must succeed. @returns standard output without its last newline */
  async succeed(args: readonly string[], input = ''): Promise<string> {
    const { exit, out, err } = await this.jeton(args, input)
    if (exit !== 0) throw new Error(`jeton ${args.join(' ')} ended with ${exit}: ${err}`)
    return out.replace(/\n$/, '')
  }

  /** As {@link succeed}, with `--json`. */
  async json(args: readonly string[], input = ''): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse(await this.succeed([...args, '--json'], input))
  }
}
