import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { Person } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
const PASSWORD = 'correct horse battery staple'
const ID = /^[0-9a-f]{32}ch[0-9a-f]{4}$/

let server: ServerProcess
let admin: Person
let ada: Person

beforeAll(async () => {
  server = await startServer({ dataFolder })
  admin = administratorOf(server)
  ada = await newUser('ada')
}, 60_000)

afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

function administratorOf({ url }: ServerProcess): Person {
  const { username, password } = ADMINISTRATOR
  return new Person({ JETON_URL: url, JETON_USERNAME: username, JETON_PASSWORD: password })
}

function createUser(username: string): readonly string[] {
  return ['user', 'create', username, '--email', `${username}@example.org`, '--password-stdin']
}

async function newUser(username: string): Promise<Person> {
  await admin.succeed(createUser(username), PASSWORD)
  return new Person({ JETON_URL: server.url, JETON_USERNAME: username, JETON_PASSWORD: PASSWORD })
}

/** Somebody who has a token and nothing else. */
function bearer(token: string): Person {
  return new Person({ JETON_URL: server.url, JETON_TOKEN: token })
}

let serial = 0
function newName(): string {
  serial += 1
  return `token ${serial}`
}

async function exitOfVerify(token: string, ...args: readonly string[]): Promise<number> {
  return (await ada.jeton(['token', 'verify', ...args], token)).exit
}

describe('jeton token create', () => {
  test('writes the token and nothing else to standard output', async () => {
    const { exit, out, err } = await ada.jeton(['token', 'create', newName()])
    expect(exit).toBe(0)
    expect(out).toMatch(/^MD[A-Za-z0-9]+\n$/)
    expect(err).not.toContain(out.trim())
    expect(await exitOfVerify(out)).toBe(0)
  })

  test('--json has the token and its id', async () => {
    const created = await ada.json(['token', 'create', newName()])
    expect(created).toEqual({ token: expect.stringMatching(/^MD/), tokenId: expect.stringMatching(ID) })
  })

  test('keeps type, caveats and metadata', async () => {
    const name = newName()
    const args = [
      '--type',
      'identity',
      '--ip',
      '10.0.0.0/8',
      '--expires-in',
      '1h',
      '--metadata',
      '{"team":"web"}',
    ]
    await ada.succeed(['token', 'create', name, ...args])
    expect(await ada.json(['token', 'show', name])).toMatchObject({
      type: { identityToken: {} },
      caveats: [{ type: 'time' }, { type: 'ip', whitelist: ['10.0.0.0/8'] }],
      metadata: { custom: { team: 'web' } },
    })
  })

  test('--temporary makes a token that is in no list', async () => {
    const token = await ada.succeed(['token', 'create', '--temporary', '--expires-in', '1h'])
    expect(await exitOfVerify(token)).toBe(0)
    const { out } = await ada.jeton(['token', 'examine'], token)
    expect(out).toContain('temporary, generation 1')
  })

  test('a temporary token without an end is refused: status 1, and what to add', async () => {
    const { exit, err } = await ada.jeton(['token', 'create', '--temporary'])
    expect(exit).toBe(1)
    expect(err).toContain('--expires-in 1h')
  })

  test('a name that is taken is refused: status 1', async () => {
    const name = newName()
    await ada.succeed(['token', 'create', name])
    const { exit, out, err } = await ada.jeton(['token', 'create', name])
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain('Choose another name.')
  })

  test('--subject makes a token for another user, for an administrator only', async () => {
    const token = await admin.succeed(['token', 'create', newName(), '--subject', 'ada'])
    const { subject } = await ada.json(['token', 'verify'], token)
    const { users } = await admin.json(['user', 'list'])
    const { userId } =
      (users as { username: string; userId: string }[]).find(({ username }) => username === 'ada') ?? {}
    expect(subject).toEqual({ type: 'user', id: userId })
    expect((await ada.jeton(['token', 'create', newName(), '--subject', 'admin'])).exit).toBe(1)
  })
})

describe('jeton token list', () => {
  test('is a table for a person, without the tokens themselves', async () => {
    const somebody = await newUser('lister')
    expect(await somebody.succeed(['token', 'list'])).toBe('There are no named tokens.')
    const token = await somebody.succeed(['token', 'create', 'laptop', '--expires-in', '30d'])
    const [header, row] = (await somebody.succeed(['token', 'list'])).split('\n')
    expect(header).toMatch(/^NAME +ID +TYPE +STATE +CREATED$/)
    expect(row).toMatch(/^laptop +[0-9a-f]{32}ch[0-9a-f]{4} +access token +active, expires in 29d|30d/)
    expect(row).not.toContain(token)
  })

  test('--json and --ids-only name the same tokens', async () => {
    const { tokens } = await ada.json(['token', 'list'])
    const list = tokens as readonly Readonly<Record<string, unknown>>[]
    const ids = (await ada.succeed(['token', 'list', '--ids-only'])).split('\n')
    expect(list.map(({ id }) => id)).toEqual(ids)
    expect(list.some((token) => 'token' in token)).toBe(false)
  })

  test('--all is for administrators: status 1 for others', async () => {
    await ada.succeed(['token', 'create', newName()])
    expect(await admin.succeed(['token', 'list', '--all'])).toContain('SUBJECT')
    const { exit, err } = await ada.jeton(['token', 'list', '--all'])
    expect(exit).toBe(1)
    expect(err).toContain('forbidden')
  })
})

describe('jeton token show', () => {
  test('finds a token by name, by id and by the token itself, and hides it unless told', async () => {
    const name = newName()
    const { token, tokenId } = await ada.json(['token', 'create', name])
    for (const [handle, input] of [
      [name, ''],
      [String(tokenId), ''],
      ['-', String(token)],
    ] as const) {
      const shown = await ada.json(['token', 'show', handle], input)
      expect(shown).toMatchObject({ id: tokenId, name, revoked: false })
      expect(shown).not.toHaveProperty('token')
    }
    expect(await ada.json(['token', 'show', name, '--reveal'])).toMatchObject({ token })
  })

  test('tells whoever asks with a password when the token was last used', async () => {
    const name = newName()
    const { token } = await ada.json(['token', 'create', name])
    expect(await ada.json(['token', 'show', name])).toMatchObject({ lastUsedAt: null, uses: 0 })
    expect(await ada.succeed(['token', 'show', name])).toMatch(/^last used +never$/m)
    const holder = bearer(String(token))
    expect(await holder.succeed(['token', 'show', name])).toMatch(
      /^last used +told to who asks with a password$/m,
    )
    expect(await holder.json(['token', 'show', name])).not.toHaveProperty('uses')
  })

  test('says that there is no such token: status 1', async () => {
    const { exit, err } = await ada.jeton(['token', 'show', 'never there'])
    expect(exit).toBe(1)
    expect(err).toContain('jeton token list')
  })
})

describe('jeton token verify', () => {
  test('accepts a confined token here and refuses it elsewhere: status 4', async () => {
    const token = await ada.succeed(['token', 'create', newName()])
    const narrow = await ada.succeed(['token', 'confine', '--ip', '127.0.0.0/8', '--expires-in', '1h'], token)
    expect(await ada.json(['token', 'verify'], narrow)).toMatchObject({
      accepted: true,
      subject: { type: 'user' },
    })
    const { exit, out, err } = await ada.jeton(
      ['token', 'verify', '--peer-ip', '192.0.2.1', '--json'],
      narrow,
    )
    expect(exit).toBe(4)
    expect(JSON.parse(out)).toMatchObject({ accepted: false, error: { id: 'tokenCaveatUnverified' } })
    expect(err).not.toContain(narrow)
  })

  test('needs no credentials', async () => {
    const token = await ada.succeed(['token', 'create', newName()])
    const stranger = new Person({ JETON_URL: server.url })
    expect((await stranger.jeton(['token', 'verify'], token)).exit).toBe(0)
  })

  test('a token of the wrong type, a forged one and no token at all: status 4', async () => {
    const token = await ada.succeed(['token', 'create', newName()])
    const forged = `${token.slice(0, -5)}${token.at(-5) === 'A' ? 'B' : 'A'}${token.slice(-4)}`
    expect(await exitOfVerify(token, '--as', 'identity')).toBe(4)
    expect(await exitOfVerify(forged)).toBe(4)
    expect(await exitOfVerify('hello')).toBe(4)
  })

  test('knows who presents the token by his identity token', async () => {
    const bob = await newUser('bob')
    const identity = await bob.succeed(['token', 'create', newName(), '--type', 'identity'])
    const { subject } = await bob.json(['token', 'verify', '--as', 'identity'], identity)
    const { id } = subject as { id: string }
    const token = await ada.succeed(['token', 'create', newName(), '--consumer', `usr-${id}`])
    expect(await exitOfVerify(token)).toBe(4)
    expect(await exitOfVerify(token, '--consumer-token', identity)).toBe(0)
  })

  test('a wrong question is not a verdict: status 1', async () => {
    const token = await ada.succeed(['token', 'create', newName()])
    expect(await exitOfVerify(token, '--peer-ip', 'here')).toBe(1)
    expect(await exitOfVerify(token, '--consumer-token', 'nobody')).toBe(1)
  })
})

describe('jeton token revoke and delete', () => {
  test('revoking kills what was confined from the token, and --undo brings it back', async () => {
    const name = newName()
    const token = await ada.succeed(['token', 'create', name])
    const narrow = await ada.succeed(['token', 'confine', '--expires-in', '1h'], token)
    await ada.succeed(['token', 'revoke', name])
    expect(await exitOfVerify(narrow)).toBe(4)
    expect((await bearer(narrow).jeton(['token', 'list'])).exit).toBe(5)
    expect(await ada.succeed(['token', 'list'])).toMatch(new RegExp(`${name} .* revoked `))
    await ada.succeed(['token', 'revoke', name, '--undo'])
    expect(await exitOfVerify(narrow)).toBe(0)
    expect((await bearer(narrow).jeton(['token', 'list'])).exit).toBe(0)
  })

  test('a leaked token is revoked by its text', async () => {
    const token = await ada.succeed(['token', 'create', newName()])
    const { revoked } = await ada.json(['token', 'revoke', '-'], token)
    expect(revoked).toBe(true)
    expect(await exitOfVerify(token)).toBe(4)
  })

  test('--temporary kills all temporary tokens of the user, and a named one lives on', async () => {
    const named = await ada.succeed(['token', 'create', newName()])
    const temporary = await ada.succeed(['token', 'create', '--temporary', '--expires-in', '1h'])
    const alone = await ada.jeton(['token', 'revoke', '-'], temporary)
    expect(alone.exit).toBe(2)
    expect(alone.err).toContain('--temporary')
    await ada.succeed(['token', 'revoke', '--temporary'])
    expect(await exitOfVerify(temporary)).toBe(4)
    expect(await exitOfVerify(named)).toBe(0)
  })

  test('deleting kills a token for good, and its name is free again', async () => {
    const name = newName()
    const token = await ada.succeed(['token', 'create', name])
    await ada.succeed(['token', 'delete', name])
    expect(await exitOfVerify(token)).toBe(4)
    expect((await ada.jeton(['token', 'delete', name])).exit).toBe(1)
    await ada.succeed(['token', 'create', name])
    expect(await exitOfVerify(token)).toBe(4)
  })

  test('--subject is for administrators', async () => {
    const name = newName()
    await ada.succeed(['token', 'create', name])
    const carol = await newUser('carol')
    expect((await carol.jeton(['token', 'revoke', name, '--subject', 'ada'])).exit).toBe(1)
    await admin.succeed(['token', 'revoke', name, '--subject', 'ada'])
    await admin.succeed(['token', 'delete', name, '--subject', 'ada'])
    expect((await ada.jeton(['token', 'show', name])).exit).toBe(1)
  })
})

describe('jeton user', () => {
  test('create: a taken name, a bad one and a caller without the privilege are refused: status 1', async () => {
    const taken = await admin.jeton([...createUser('ada'), '--email', 'another@example.org'], PASSWORD)
    expect(taken.exit).toBe(1)
    expect(taken.err).toContain('Choose another username.')
    const bad = await admin.jeton(createUser('x'), PASSWORD)
    expect(bad.exit).toBe(1)
    expect(bad.err).toContain('username must have 2 to 32')
    expect((await ada.jeton(createUser('dora'), PASSWORD)).exit).toBe(1)
  })

  test('create --json has the id of each API', async () => {
    const args = [
      'user',
      'create',
      'erin',
      '--email',
      'erin@example.org',
      '--full-name',
      'Erin E.',
      '--password-stdin',
    ]
    const ids = await admin.json(args, `${PASSWORD}\n`)
    expect(ids).toMatchObject({
      onezoneId: expect.stringMatching(ID),
      sdwanOperatorId: expect.stringMatching(/^\d+$/),
    })
    // The newline at the end of the input is not part of the password.
    const erin = new Person({ JETON_URL: server.url, JETON_USERNAME: 'erin', JETON_PASSWORD: PASSWORD })
    expect((await erin.jeton(['token', 'list'])).exit).toBe(0)
  })

  test('list is for those who may see users', async () => {
    expect(await admin.succeed(['user', 'list'])).toMatch(
      /^USERNAME +FULL NAME +ID +STATE +E-MAIL +CREATED\nada /,
    )
    expect((await ada.jeton(['user', 'list'])).exit).toBe(1)
  })

  test('block refuses password and tokens, and --undo restores both', async () => {
    const mallory = await newUser('mallory')
    const token = await mallory.succeed(['token', 'create', newName()])
    await admin.succeed(['user', 'block', 'mallory'])
    expect(await exitOfVerify(token)).toBe(4)
    expect((await mallory.jeton(['token', 'list'])).exit).toBe(5)
    expect(await admin.succeed(['user', 'list'])).toMatch(/^mallory .* blocked /m)
    await admin.succeed(['user', 'block', 'mallory', '--undo'])
    expect(await exitOfVerify(token)).toBe(0)
  })

  test('block of somebody unknown: status 1', async () => {
    expect((await admin.jeton(['user', 'block', 'nobody-here'])).exit).toBe(1)
    expect((await admin.jeton(['user', 'block', '00000000000000000000000000000000ch0000'])).exit).toBe(1)
  })
})

describe('jeton login and logout', () => {
  test('keeps a token of its own, never the password, readable for its owner alone', async () => {
    const frank = await newUser('frank')
    await frank.succeed(['login'])
    const file = join(frank.home, '.config/jeton/login.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(frank.home, '.config/jeton')).mode & 0o777).toBe(0o700)
    const saved = await Bun.file(file).json()
    expect(saved).toMatchObject({ url: server.url, username: 'frank' })
    expect(JSON.stringify(saved)).not.toContain(PASSWORD)

    const later = new Person({ HOME: frank.home })
    const { tokens } = await later.json(['token', 'list'])
    expect(tokens).toHaveLength(1)
    expect(await exitOfVerify(saved.token, '--interface', 'rest')).toBe(0)
    await later.succeed(['logout'])
    expect(await exitOfVerify(saved.token, '--interface', 'rest')).toBe(4)
    expect((await later.jeton(['token', 'list'])).exit).toBe(5)
  })

  test('a second login replaces the first, whose token dies', async () => {
    const grace = await newUser('grace')
    await grace.succeed(['login'])
    const file = join(grace.home, '.config/jeton/login.json')
    const { token } = await Bun.file(file).json()
    await grace.succeed(['login', '--expires-in', '2h'])
    expect(await exitOfVerify(token, '--interface', 'rest')).toBe(4)
    expect(await exitOfVerify((await Bun.file(file).json()).token, '--interface', 'rest')).toBe(0)
  })

  test('a wrong password: status 5, and no file', async () => {
    const person = new Person({
      JETON_URL: server.url,
      JETON_USERNAME: 'ada',
      JETON_PASSWORD: 'wrong password',
    })
    const { exit, err } = await person.jeton(['login'])
    expect(exit).toBe(5)
    expect(err).not.toContain('wrong password')
    expect(
      (await new Person({ HOME: person.home, JETON_URL: server.url }).jeton(['token', 'list'])).exit,
    ).toBe(5)
  })
})

describe('what a server answers', () => {
  test('cannot move the reader’s cursor or change his colours', async () => {
    const hostile = '\u001b[31m\u001b]0;owned\u0007'
    const impostor = Bun.serve({ port: 0, fetch: () => Response.json({ token: hostile, tokenId: hostile }) })
    const person = new Person({ JETON_URL: impostor.url.origin, JETON_USERNAME: 'a', JETON_PASSWORD: 'b' })
    const { out, err } = await person.jeton(['token', 'create', 'laptop'])
    await impostor.stop(true)
    expect(`${out}${err}`).toContain('\\u{1b}[31m')
    expect(`${out}${err}`).not.toContain('\u001b')
  })

  test('of this machine is not asked for through a proxy', async () => {
    let proxied = 0
    const proxy = Bun.serve({
      port: 0,
      fetch: () => {
        proxied += 1
        return new Response(null, { status: 502 })
      },
    })
    const person = new Person({ ...admin.environment, http_proxy: proxy.url.origin })
    expect((await person.jeton(['token', 'list'])).exit).toBe(0)
    expect(proxied).toBe(0)
    await proxy.stop(true)
  })
})

describe('jeton serve', () => {
  test('a second server on the same folder is refused with the reason: status 1', async () => {
    const { exit, err } = await admin.jeton(['serve', '--data', dataFolder, '--port', '0'])
    expect(exit).toBe(1)
    expect(err).toContain(`The data folder ${dataFolder} is in use by another jeton process`)
    expect(await exitOfVerify(await ada.succeed(['token', 'create', newName()]))).toBe(0)
  })

  test('a port that is taken is named: status 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
    const { exit, err } = await admin.jeton(['serve', '--data', folder, '--port', String(server.port)])
    expect(exit).toBe(1)
    expect(err).toContain(String(server.port))
    expect(err).toContain('--port')
    rmSync(folder, { recursive: true })
  })

  test('a first start that cannot listen has shown the administrator’s password all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
    const { JETON_PASSWORD: _, ...environment } = admin.environment
    const failed = await new Person(environment).jeton([
      'serve',
      '--data',
      folder,
      '--port',
      String(server.port),
    ])
    expect(failed.exit).toBe(1)
    const [, password = ''] = /^Password: (\S+)$/m.exec(failed.out) ?? []
    const second = await startServer({ dataFolder: folder })
    const person = new Person({ JETON_URL: second.url, JETON_USERNAME: 'admin', JETON_PASSWORD: password })
    expect((await person.jeton(['token', 'list'])).exit).toBe(0)
    await second.stop()
    rmSync(folder, { recursive: true })
  }, 60_000)

  test('keeps its files for itself in a folder that others may look into', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
    chmodSync(folder, 0o755)
    const open = await startServer({ dataFolder: folder })
    const files = readdirSync(folder)
    expect(files).toContain('jeton.sqlite')
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
    await open.stop()
    rmSync(folder, { recursive: true })
  }, 60_000)

  test('SIGTERM ends it in order: status 0, and the next start has everything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
    const first = await startServer({ dataFolder: folder })
    const token = await administratorOf(first).succeed(['token', 'create', 'laptop'])
    expect(await first.stop()).toBe(0)
    const second = await startServer({ dataFolder: folder })
    const verdict = await administratorOf(second).jeton(['token', 'verify'], token)
    expect(await second.stop()).toBe(0)
    expect(verdict.exit).toBe(0)
    rmSync(folder, { recursive: true })
  }, 60_000)

  test('a stop in order writes when tokens were last used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
    const first = await startServer({ dataFolder: folder })
    const administrator = administratorOf(first)
    const token = await administrator.succeed(['token', 'create', 'laptop'])
    for (const _ of [1, 2]) await administrator.succeed(['token', 'verify'], token)
    await first.stop()
    const second = await startServer({ dataFolder: folder })
    const shown = await administratorOf(second).json(['token', 'show', 'laptop'])
    await second.stop()
    expect(shown).toMatchObject({ lastUsedAt: expect.stringMatching(/^20.*Z$/), uses: 2 })
    rmSync(folder, { recursive: true })
  }, 60_000)

  test('an option that is unknown, or a port that is none: status 2, and nothing is made', async () => {
    const folder = join(admin.home, 'never')
    for (const args of [
      ['--prot', '1'],
      ['--port', 'http'],
      ['--port', '65536'],
    ]) {
      const { exit } = await admin.jeton(['serve', '--data', folder, ...args])
      expect(exit).toBe(2)
    }
    expect(() => statSync(folder)).toThrow()
  })
})
