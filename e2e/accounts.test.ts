import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { Person } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

const PASSWORD = 'correct horse battery staple'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
let server: ServerProcess
let admin: Person

beforeAll(async () => {
  server = await startServer({ dataFolder })
  const { username, password } = ADMINISTRATOR
  admin = person(username, password)
}, 60_000)

afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

function person(username: string, password = PASSWORD): Person {
  return new Person({ JETON_URL: server.url, JETON_USERNAME: username, JETON_PASSWORD: password })
}

function accountOf(name: string): readonly string[] {
  const options = ['--domain', `${name}.example.org`, '--admin-username', name]
  return ['account', 'create', name, ...options, '--admin-email', `${name}@example.org`, '--password-stdin']
}

const astraToken = (name: string): readonly string[] => ['token', 'create', '--audience', 'astra', name]

/** What the Astra API answers there to whoever has that token. */
async function astra(token: string, path: string): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, json: await response.json() }
}

describe('jeton account create', () => {
  test('makes an account whose administrator comes to a token of its API', async () => {
    const created = await admin.json(accountOf('acme'), PASSWORD)
    const { astraAccountId } = created['tenant'] as Record<string, string>
    expect(astraAccountId).toMatch(UUID)
    const token = await person('acme').succeed(astraToken('first'))
    const { status, json } = await astra(token, '/accounts')
    expect(status).toBe(200)
    expect(json).toMatchObject({ items: [{ id: astraAccountId, name: 'acme' }] })
  })

  test('leaves neither passwords nor tokens in the log', async () => {
    await admin.succeed(accountOf('fcme'), PASSWORD)
    const token = await person('fcme').succeed(astraToken('secret'))
    const { status } = await astra(token, '/accounts')
    expect(status).toBe(200)
    while (!server.output().includes('"operationId":"create_my_token"')) await Bun.sleep(20)
    for (const secret of [token, PASSWORD]) expect(server.output()).not.toContain(secret)
  })

  test('says what the account is called where, and asks for no password twice', async () => {
    const out = await admin.succeed(accountOf('bcme'), PASSWORD)
    expect(out).toStartWith('Created bcme.\n')
    expect(out).toContain('Onezone:        bcme.example.org\n')
    expect(out).not.toContain(PASSWORD)
  })

  test('refuses what is taken, with what to do about it', async () => {
    await admin.succeed(accountOf('ccme'), PASSWORD)
    const { exit, err } = await admin.jeton(accountOf('ccme'), PASSWORD)
    expect(exit).toBe(1)
    expect(err).toContain('HTTP 409')
    expect(err).toContain('Choose another')
  })

  test('is for owners of the default account alone', async () => {
    await admin.succeed(accountOf('dcme'), PASSWORD)
    const { exit, err } = await person('dcme').jeton(accountOf('ecme'), PASSWORD)
    expect(exit).toBe(1)
    expect(err).toContain('forbidden')
  })
})

describe('jeton token create --audience astra', () => {
  test('writes the token and nothing else to standard output', async () => {
    const { exit, out, err } = await admin.jeton(astraToken('nightly report'))
    expect(exit).toBe(0)
    expect(out).toMatch(/^[A-Za-z0-9]{43}=\n$/)
    expect(err).toMatch(/^Created 'nightly report', id [0-9a-f-]{36}\. /)
  })

  test('with --json writes id and token', async () => {
    expect(await admin.json(astraToken('ab'))).toEqual({
      id: expect.stringMatching(UUID) as never,
      token: expect.stringMatching(/^[A-Za-z0-9]{43}=$/) as never,
    })
  })

  test.each([
    ['--temporary', ['--temporary']],
    ['--type identity', ['--type', 'identity', 'ab']],
    ['--metadata', ['--metadata', '{}', 'ab']],
    ['--subject', ['--subject', 'ada', 'ab']],
    ['caveats', ['--expires-in', '1h', 'ab']],
  ])('refuses %s, which such a token cannot have, and sends nothing', async (what, args) => {
    const nowhere = new Person({
      JETON_URL: 'http://127.0.0.1:1',
      JETON_USERNAME: 'ada',
      JETON_PASSWORD: 'x',
    })
    const { exit, err } = await nowhere.jeton(['token', 'create', '--audience', 'astra', ...args])
    expect(exit).toBe(2)
    expect(err).toContain(`cannot have ${what}`)
  })

  test('says what is wrong with a name', async () => {
    const { exit, err } = await admin.jeton(astraToken('<b>'))
    expect(exit).toBe(1)
    expect(err).toContain('name must not contain <')
  })
})

describe('jeton user create --astra-role', () => {
  test('makes a user with that role, and without it one who may nothing there', async () => {
    const create = (name: string) => [
      'user',
      'create',
      name,
      '--email',
      `${name}@example.org`,
      '--password-stdin',
    ]
    await admin.succeed([...create('viewer'), '--astra-role', 'viewer'], PASSWORD)
    await admin.succeed(create('nobody'), PASSWORD)
    expect((await person('viewer').jeton(astraToken('ab'))).exit).toBe(0)
    const refused = await person('nobody').jeton(astraToken('ab'))
    expect(refused.exit).toBe(1)
    expect(refused.err).toContain('forbidden')
  })

  test('refuses a role that there is not', async () => {
    const { exit } = await admin.jeton(['user', 'create', 'x', '--email', 'x@x', '--astra-role', 'king'])
    expect(exit).toBe(2)
  })
})
