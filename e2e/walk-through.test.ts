import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../packages/server/testing/server-process.ts'
import { outputPattern, steps } from './support/fenced-blocks.ts'

const ROOT = join(import.meta.dir, '..')
const [start, ...walk] = steps(readFileSync(join(ROOT, 'README.md'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'jeton-walk-through-'))

let environment: Record<string, string | undefined>
let server: ChildProcess
let output = ''

// The README's own variables with other values, for the port and the folder may be taken here.
beforeAll(async () => {
  const port = await freePort()
  const { PATH } = process.env
  environment = { PATH, HOME: folder, JETON_DATA: join(folder, 'data'), JETON_PORT: String(port) }
  // The first command has made the installation that this test runs in.
  const command = start?.commands.split('\n')[1] ?? ''
  server = spawn('bash', ['-c', command], { cwd: ROOT, env: environment, detached: true })
  server.stdout?.on('data', keepOutput)
  server.stderr?.on('data', keepOutput)
  await untilReady(`http://127.0.0.1:${port}/readyz`)
  environment = { ...environment, JETON_URL: `http://127.0.0.1:${port}` }
}, 60_000)

afterAll(() => {
  signalGroup('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('the walk-through of the README', () => {
  test('starts with two commands', () => {
    expect(start?.commands).toBe('npm ci\nnpm start\n')
  })

  test("starts a server that prints its administrator's password once", () => {
    expect(output).toMatch(new RegExp(outputPattern(start?.output ?? '').source, 'm'))
    expect(output.match(passwordLine)?.[1]?.length).toBeGreaterThanOrEqual(20)
    expect(existsSync(join(folder, 'data', 'master.key'))).toBe(true)
  })

  test('prints what it says it prints, command by command', async () => {
    const password = output.match(passwordLine)?.[1] ?? ''
    const outputs = await runInOneShell(
      walk.map(({ commands }) => commands),
      `${password}\n`,
    )
    expect(outputs).toHaveLength(walk.length)
    for (const [index, { commands, output: promised = '' }] of walk.entries()) {
      expect({ commands, output: outputs[index] }).toEqual({
        commands,
        output: expect.stringMatching(outputPattern(promised)),
      })
    }
  }, 60_000)

  test('ends with Ctrl-C, in order', async () => {
    const ended = once(server, 'exit')
    signalGroup('SIGINT')
    await ended
    expect(await isAnswering(`${environment['JETON_URL']}/healthz`)).toBe(false)
    expect(output).not.toMatch(/"level":"error"|panic|Unhandled/)
  }, 30_000)

  test('left neither the password nor a token in what the server wrote', () => {
    expect(output.match(new RegExp(passwordLine, 'gm'))).toHaveLength(1)
    expect(output).not.toContain('MDAx')
    expect(output).not.toContain('correct horse')
  })
})

const passwordLine = /^Password: (\S+)$/m

function keepOutput(chunk: Buffer): void {
  output += chunk.toString()
}

/** Runs the blocks in one shell, as somebody would who pastes one after the other. @returns what each printed */
async function runInOneShell(blocks: readonly string[], input: string): Promise<readonly string[]> {
  const mark = `---${crypto.randomUUID()}---`
  const script = ['exec 2>&1', ...blocks.map((block) => `${block}printf '%s' '${mark}'`)].join('\n')
  const shell = spawn('bash', ['-c', script], { cwd: ROOT, env: environment })
  shell.stdin.end(input)
  let printed = ''
  shell.stdout.on('data', (chunk: Buffer) => void (printed += chunk.toString()))
  await once(shell, 'close')
  return printed.split(mark).slice(0, -1)
}

function signalGroup(signal: 'SIGINT' | 'SIGKILL'): void {
  // A negative number is the whole group: what a terminal does to everything in the foreground.
  const isRunning = server.exitCode === null && server.signalCode === null
  if (server.pid !== undefined && isRunning) process.kill(-server.pid, signal)
}

async function untilReady(url: string): Promise<void> {
  while (!(await isAnswering(url))) {
    if (server.exitCode !== null) throw new Error(`the server ended:\n${output}`)
    await Bun.sleep(20)
  }
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
