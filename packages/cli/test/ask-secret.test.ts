import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { newHome } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

const MAIN = join(import.meta.dir, '../src/main.ts')

/** Runs a command on a terminal of its own and types an answer each time it asks. */
async function typeAnswers(
  args: readonly string[],
  answers: readonly string[],
): Promise<{ exit: number; screen: string }> {
  const waiting = [...answers]
  let screen = ''
  const child = Bun.spawn([process.execPath, MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: newHome(), JETON_URL: 'http://127.0.0.1:1' },
    terminal: {
      data(terminal, bytes) {
        screen += Buffer.from(bytes).toString('utf8')
        // Every question ends so, and nothing else does.
        if (screen.endsWith(': ')) terminal.write(waiting.shift() ?? '\u0003')
      },
    },
  })
  return { exit: await child.exited, screen }
}

describe('a password that is asked for', () => {
  test('is not shown while it is typed, backspaces and all', async () => {
    const { exit, screen } = await typeAnswers(['login', '-u', 'ada'], ['hun\u007f\u007f\u007fhunter2\r'])
    expect(screen).toContain('Password of ada: ')
    expect(screen).not.toContain('hun')
    // Port 1 answers nobody: the password was taken and used.
    expect(exit).toBe(3)
  })

  test('is asked for in vain when Ctrl-C is pressed: status 130, nothing sent', async () => {
    const { exit, screen } = await typeAnswers(['login', '-u', 'ada'], ['hunter2\u0003'])
    expect(exit).toBe(130)
    expect(screen).toContain('Interrupted.')
    expect(screen).not.toContain('hunter2')
  })

  test('for a new user is asked for twice, and must be the same', async () => {
    const args = ['user', 'create', 'bob', '--email', 'bob@example.org', '-u', 'ada']
    const { exit, screen } = await typeAnswers(args, ['of ada\r', 'first one\r', 'second one\r'])
    expect(exit).toBe(2)
    expect(screen).toContain('The two passwords differ.')
  })
})

test('a token that nobody pipes in is not waited for on a terminal', async () => {
  const { exit, screen } = await typeAnswers(['token', 'verify'], [])
  expect(exit).toBe(2)
  expect(screen).toContain('There is no token.')
})
