import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { buildProgram } from '../src/program.ts'
import { exitCodes } from '../src/exit-code.ts'
import { systemTerminal } from '../src/terminal/system-terminal.ts'
import { MAIN, runJeton, startJeton } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

/** Every command, as the words that call it. */
const commands = buildProgram(systemTerminal).commands.flatMap((command) =>
  command.commands.length === 0
    ? [[command.name()]]
    : command.commands.map((sub) => [command.name(), sub.name()]),
)

/** Without these, something else is wrong first. */
const needed: Record<string, readonly string[]> = {
  'user create': ['ada', '--email', 'ada@example.org'],
  'tenant create': 'Acme --domain a.example --admin-username ada --admin-email ada@a.example'.split(' '),
  'account create': 'Acme --domain a.example --admin-username ada --admin-email ada@a.example'.split(' '),
  'client create': ['nightly', '--role', 'tenant_viewonly'],
}

describe('the command line', () => {
  test('has every command that the documentation promises', async () => {
    const names = commands.map((words) => words.join(' '))
    const tokenCommands = ['create', 'list', 'show', 'examine', 'confine', 'verify', 'revoke', 'delete']
    expect(names).toEqual([
      'serve',
      ...tokenCommands.map((name) => `token ${name}`),
      'user create',
      'user list',
      'user block',
      'space support',
      'tenant create',
      'account create',
      ...['list', 'show', 'create', 'set', 'delete'].map((name) => `role ${name}`),
      ...['create', 'list', 'delete'].map((name) => `client ${name}`),
      'cluster status',
      'import onezone',
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
    'a client without a role': ['client', 'create', 'nightly'],
    'a list of roles with nothing in it': ['client', 'create', 'nightly', '--role', 'tenant_viewonly,'],
    'a role changed in nothing': ['role', 'set', 'reader'],
    'a role that is disabled and enabled': ['role', 'set', 'reader', '--disable', '--enable'],
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
    ['role', 'list'],
    ['client', 'list'],
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

function busy(): Response {
  const error = { id: 'serviceUnavailable', description: 'Offline.' }
  return Response.json({ error }, { status: 503, headers: { 'retry-after': '7' } })
}

describe('what else answers', () => {
  const env = { JETON_USERNAME: 'ada', JETON_PASSWORD: 'correct horse' }

  /** Runs a command against something that answers every request so. */
  async function askedOf(response: () => Response, args: readonly string[]) {
    const impostor = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: response })
    const finished = await runJeton(args, { env: { ...env, JETON_URL: `http://127.0.0.1:${impostor.port}` } })
    await impostor.stop(true)
    return finished
  }

  const impostors: Record<string, () => Response> = {
    'a page of a web server': () => new Response('<h1>It works!</h1>'),
    'a server that knows no such path': () => new Response(null, { status: 404 }),
    'JSON of another shape': () => Response.json({ tokens: 'none' }),
    'a list for an object': () => Response.json([]),
    'a redirect, which is not followed': () => Response.redirect('http://127.0.0.1:1/', 307),
    'a proxy without a server behind it': () => new Response('Bad Gateway', { status: 502 }),
  }
  for (const [what, response] of Object.entries(impostors)) {
    test(`${what} is no server: status 3`, async () => {
      const { exit, out, err } = await askedOf(response, ['token', 'list'])
      expect({ exit, out }).toEqual({ exit: 3, out: '' })
      expect(err).toStartWith('jeton: ')
      expect(err).not.toContain('correct horse')
    })
  }

  test('a server that is too busy says when to come back: status 3', async () => {
    const { exit, err } = await askedOf(busy, ['token', 'revoke', 'laptop'])
    expect(exit).toBe(3)
    expect(err).toContain('Try again in 7 s; a repeat is safe.')
  })

  test('escape sequences and direction marks in an answer do not reach the terminal', async () => {
    const description = 'red \u001b[31m \u202eback\u2066'
    const answer = () => Response.json({ error: { id: 'forbidden', description } }, { status: 403 })
    const { exit, err } = await askedOf(answer, ['token', 'list'])
    expect(exit).toBe(1)
    expect(err).toContain('red \\u{1b}[31m \\u{202e}back\\u{2066}')
  })

  test('Ctrl-C ends a command that waits for an answer', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const silent = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch() {
        resolve()
        return new Promise<never>(() => undefined)
      },
    })
    const child = startJeton(['token', 'list'], { ...env, JETON_URL: `http://127.0.0.1:${silent.port}` })
    await asked
    child.kill('SIGINT')
    await child.exited
    expect(child.signalCode).toBe('SIGINT')
    expect(await child.stderr.text()).toBe('')
    await silent.stop(true)
  })
})

describe('the other end of a pipe', () => {
  test('that is a folder: status 2', async () => {
    // Only a shell opens a folder for reading.
    const child = Bun.spawn(['sh', '-c', '"$0" "$1" token examine < /', process.execPath, MAIN], {
      stderr: 'pipe',
    })
    expect(await child.exited).toBe(2)
    expect(await child.stderr.text()).toStartWith('jeton: Standard input cannot be read')
  })

  test.skipIf(process.platform !== 'linux')('that is full: status 1', async () => {
    const child = Bun.spawn([process.execPath, MAIN, 'version'], {
      stdout: Bun.file('/dev/full'),
      stderr: 'pipe',
    })
    expect(await child.exited).toBe(1)
    expect(await child.stderr.text()).toStartWith('jeton: Standard output cannot be written (ENOSPC)')
  })
})
