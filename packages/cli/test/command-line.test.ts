import { describe, expect, test } from 'bun:test'
import { buildProgram } from '../src/program.ts'
import { exitCodes } from '../src/exit-code.ts'
import { systemTerminal } from '../src/terminal/system-terminal.ts'
import { runJeton } from './support/run-jeton.ts'

/** Every command, as the words that call it. */
const commands = buildProgram(systemTerminal).commands.flatMap((command) =>
  command.commands.length === 0
    ? [[command.name()]]
    : command.commands.map((sub) => [command.name(), sub.name()]),
)

/** Without these, something else is wrong first. */
const needed: Record<string, readonly string[]> = { 'user create': ['ada', '--email', 'ada@example.org'] }

describe('the command line', () => {
  test('has every command that the documentation promises', async () => {
    const names = commands.map((words) => words.join(' '))
    const tokenCommands = ['create', 'list', 'show', 'examine', 'confine', 'verify', 'revoke', 'delete']
    expect(names).toEqual([
      ...tokenCommands.map((name) => `token ${name}`),
      'user create',
      'user list',
      'user block',
      'login',
      'logout',
      'version',
    ])
  })

  for (const words of commands) {
    test(`jeton ${words.join(' ')} --help shows an example and succeeds`, async () => {
      const { exit, out, err } = await runJeton([...words, '--help'])
      expect({ exit, err }).toEqual({ exit: 0, err: '' })
      expect(out).toMatch(/^Examples?:$/m)
      expect(out).toContain(`jeton ${words.join(' ')}`)
    })

    test(`jeton ${words.join(' ')} refuses an unknown option with status 2`, async () => {
      const { exit, out, err } = await runJeton([
        ...words,
        ...(needed[words.join(' ')] ?? []),
        '--no-such-option',
      ])
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toContain("unknown option '--no-such-option'")
      expect(err).toContain('--help')
    })
  }

  test('--help lists every exit status', async () => {
    const { out } = await runJeton(['--help'])
    for (const { code, meaning } of Object.values(exitCodes))
      expect(out).toContain(`${code}`.padEnd(5) + meaning)
  })

  test('a mistyped option does not repeat its value, which may be a secret', async () => {
    const { exit, err } = await runJeton(['user', 'create', 'ada', '--pasword=hunter2hunter2'])
    expect(exit).toBe(2)
    expect(err).not.toContain('hunter2')
  })

  const wrong: Record<string, readonly string[]> = {
    'no command': [],
    'half a command': ['token'],
    'an unknown command': ['tokens'],
    'an unknown subcommand': ['token', 'burn'],
    'one argument too many': ['token', 'show', 'a', 'b'],
    'an argument too few': ['token', 'show'],
    'a required option left out': ['user', 'create', 'ada'],
    'a choice that is none': ['token', 'create', 'x', '--type', 'invite'],
    'a token without a name': ['token', 'create'],
    'a temporary token with a name': ['token', 'create', 'x', '--temporary'],
    'metadata that is no object': ['token', 'create', 'x', '--metadata', '[1]'],
    'revoke without saying what': ['token', 'revoke'],
    'all temporary tokens, and one': ['token', 'revoke', 'x', '--temporary'],
    'temporary tokens, undone': ['token', 'revoke', '--temporary', '--undo'],
    'a server that is no address': ['token', 'list', '--url', 'localhost:4600'],
    'a server address with a password in it': [
      'token',
      'list',
      '--url',
      'http://ada:hunter2hunter2@localhost',
    ],
  }
  for (const [what, args] of Object.entries(wrong)) {
    test(`${what} is refused with status 2 before anything is sent`, async () => {
      // Port 1 answers nobody: anything that was sent would end with status 3.
      const env = { JETON_URL: 'http://127.0.0.1:1', JETON_USERNAME: 'ada', JETON_PASSWORD: 'not the secret' }
      const { exit, out, err } = await runJeton(args, { env })
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).not.toContain('hunter2')
    })
  }

  test('version says which program this is', async () => {
    const { out } = await runJeton(['version', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      bun: Bun.version,
    })
  })
})

describe('without a server', () => {
  const env = { JETON_URL: 'http://127.0.0.1:1', JETON_USERNAME: 'ada', JETON_PASSWORD: 'correct horse' }

  for (const args of [
    ['token', 'list'],
    ['token', 'create', 'laptop'],
    ['token', 'verify', 'MDAx'],
    ['token', 'revoke', 'laptop'],
    ['user', 'list'],
    ['user', 'block', 'ada'],
    ['login'],
  ]) {
    test(`jeton ${args.join(' ')} ends with status 3 and says where it looked`, async () => {
      const { exit, out, err } = await runJeton(args, { env })
      expect({ exit, out }).toEqual({ exit: 3, out: '' })
      expect(err).toContain('Cannot reach http://127.0.0.1:1')
      expect(err).not.toContain('correct horse')
    })
  }

  test('--json makes the failure one line of JSON on standard error', async () => {
    const { exit, err } = await runJeton(['token', 'list', '--json'], { env })
    expect(exit).toBe(3)
    expect(JSON.parse(err)).toMatchObject({
      error: { exitCode: 3, message: expect.any(String), next: expect.any(String) },
    })
  })
})
