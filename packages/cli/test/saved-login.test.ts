import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newHome, runJeton } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

// Port 1 answers nobody: status 3 means that the command tried to send something, 5 that it did not.
const login = {
  url: 'http://127.0.0.1:1',
  username: 'ada',
  tokenId: '28a45b0ce12fefe8e098e9d8c238d74fch4f69',
  token: 'MDAxSECRETofAda',
}

function saveLogin(text: string, mode = 0o600): Readonly<Record<string, string>> {
  const home = newHome()
  const path = join(home, '.config/jeton/login.json')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
  return { HOME: home }
}

describe('a saved login', () => {
  test('is used at its own server without a word', async () => {
    const { exit, err } = await runJeton(['token', 'list'], { env: saveLogin(JSON.stringify(login)) })
    expect(exit).toBe(3)
    expect(err).toContain('Cannot reach http://127.0.0.1:1')
  })

  test('is looked for under XDG_CONFIG_HOME, and a relative one is ignored', async () => {
    const { HOME } = saveLogin(JSON.stringify(login))
    const config = join(HOME ?? '', '.config')
    const elsewhere = await runJeton(['token', 'list'], { env: { HOME: newHome(), XDG_CONFIG_HOME: config } })
    expect(elsewhere.err).toContain('Cannot reach http://127.0.0.1:1')
    const relative = await runJeton(['token', 'list'], {
      env: { HOME: HOME ?? '', XDG_CONFIG_HOME: 'nowhere' },
    })
    expect(relative.err).toContain('Cannot reach http://127.0.0.1:1')
  })

  test('is not sent to another server', async () => {
    const env = { ...saveLogin(JSON.stringify(login)), JETON_URL: 'http://127.0.0.1:2' }
    const { exit, err } = await runJeton(['token', 'list'], { env })
    expect(exit).toBe(5)
    expect(err).toContain('is for http://127.0.0.1:1, and is not sent to http://127.0.0.1:2')
  })

  for (const mode of [0o640, 0o604, 0o620, 0o644, 0o666]) {
    test(`is not used with the permissions ${mode.toString(8)}, which let others at it`, async () => {
      const { exit, err } = await runJeton(['token', 'list'], { env: saveLogin(JSON.stringify(login), mode) })
      expect(exit).toBe(5)
      expect(err).toContain(`mode 0${mode.toString(8)}`)
      expect(err).toContain('chmod 600')
      expect(err).not.toContain('SECRET')
    })
  }

  const damaged = {
    'cut off': JSON.stringify(login).slice(0, 60),
    'of another shape': '{"url":1}',
    empty: '',
  }
  for (const [what, text] of Object.entries(damaged)) {
    test(`that is ${what} is refused by name and not repeated`, async () => {
      const { exit, err } = await runJeton(['token', 'list'], { env: saveLogin(text) })
      expect(exit).toBe(5)
      expect(err).toContain('login.json is damaged')
      expect(err).not.toContain('SECRET')
    })
  }

  test('yields to JETON_TOKEN, and to --username with a password', async () => {
    const env = saveLogin('damaged')
    const url = { JETON_URL: 'http://127.0.0.1:1' }
    const byToken = await runJeton(['token', 'list'], { env: { ...env, ...url, JETON_TOKEN: 'MDAx' } })
    expect(byToken.exit).toBe(3)
    const byName = await runJeton(['token', 'list', '-u', 'ada'], {
      env: { ...env, ...url, JETON_PASSWORD: 'x' },
    })
    expect(byName.exit).toBe(3)
  })

  test('is gone after logout, though the server cannot be told', async () => {
    const env = saveLogin(JSON.stringify(login))
    const { exit, err } = await runJeton(['logout'], { env })
    expect(exit).toBe(3)
    expect(err).toContain(`the token ${login.tokenId} may live on`)
    expect(existsSync(join(env['HOME'] ?? '', '.config/jeton/login.json'))).toBe(false)
  })
})

describe('without credentials', () => {
  test('a command says how to get some', async () => {
    const { exit, err } = await runJeton(['token', 'list'])
    expect(exit).toBe(5)
    expect(err).toContain('jeton login')
  })

  test('a username without a password does not wait for one where nobody can type', async () => {
    const { exit, err } = await runJeton(['token', 'list', '--username', 'ada'])
    expect(exit).toBe(5)
    expect(err).toContain('There is no password for ada')
  })

  test('the password of one user is not tried for another', async () => {
    const env = { JETON_USERNAME: 'admin', JETON_PASSWORD: 'of the admin' }
    const { exit, err } = await runJeton(['token', 'list', '--username', 'ada'], { env })
    expect(exit).toBe(5)
    expect(err).toContain('There is no password for ada')
  })

  test('a token and a username at once are a contradiction', async () => {
    const env = { JETON_TOKEN: 'MDAx', JETON_USERNAME: 'ada', JETON_PASSWORD: 'x' }
    const { exit, err } = await runJeton(['token', 'list'], { env })
    expect(exit).toBe(2)
    expect(err).toContain('Both JETON_TOKEN and JETON_USERNAME are set')
  })

  test('a token that no header can carry is refused and not repeated', async () => {
    for (const token of ['MDAxSECRET\nMDAxSECRET', 'MDAxSECRETé']) {
      const { exit, err } = await runJeton(['token', 'list'], { env: { JETON_TOKEN: token } })
      expect(exit).toBe(2)
      expect(err).toContain('JETON_TOKEN')
      expect(err).not.toContain('SECRET')
    }
  })

  test('creating a user with a token only is refused before it is tried', async () => {
    const args = ['user', 'create', 'ada', '--email', 'ada@example.org', '--password-stdin']
    const { exit, err } = await runJeton(args, { env: { JETON_TOKEN: 'MDAx' }, input: 'correct horse' })
    expect(exit).toBe(5)
    expect(err).toContain('needs a username and a password')
  })
})
