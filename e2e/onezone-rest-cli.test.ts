import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { outputPattern, steps } from './support/fenced-blocks.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

const ROOT = join(import.meta.dir, '..')
const BIN = join(ROOT, 'packages/cli/bin')
const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-rest-cli-'))
const [setup, ...walk] = steps(readFileSync(join(ROOT, 'docs/onezone-rest-cli.md'), 'utf8'))
const basicAuth = `${ADMINISTRATOR.username}:${ADMINISTRATOR.password}`

let server: ServerProcess
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startServer({ dataFolder })
  const PATH = `${BIN}:${process.env['PATH'] ?? ''}`
  environment = { PATH, HOME: dataFolder, ONEZONE_HOST: server.url, ONEZONE_BASIC_AUTH: basicAuth }
}, 60_000)

afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

interface Finished {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs that script in a bash of its own, with the program on its path. */
async function bash(script: string, env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const child = Bun.spawn(['bash', '-c', script], {
    cwd: dataFolder,
    env: { ...environment, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { exit, out, err }
}

/** The JSON of a call that succeeds. */
async function json(script: string): Promise<Readonly<Record<string, unknown>>> {
  const { exit, out, err } = await bash(script)
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  return JSON.parse(out)
}

describe('docs/onezone-rest-cli.md', () => {
  test('begins with the variables that the test sets otherwise', () => {
    expect(setup?.commands).toBe(
      'export ONEZONE_HOST=http://127.0.0.1:4600\nexport ONEZONE_BASIC_AUTH=admin:password\n',
    )
  })

  test('prints what it says it prints, command by command', async () => {
    const mark = `---${crypto.randomUUID()}---`
    const script = ['exec 2>&1', ...walk.map(({ commands }) => `${commands}printf '%s' '${mark}'`)].join('\n')
    const outputs = (await bash(script)).out.split(mark).slice(0, -1)
    expect(outputs).toHaveLength(walk.length)
    for (const [index, { commands, output: promised = '' }] of walk.entries()) {
      expect({ commands, output: outputs[index] }).toEqual({
        commands,
        output: expect.stringMatching(outputPattern(promised)),
      })
    }
  })
})

describe('against a server', () => {
  test('the commands of the handbook do what their users expect', async () => {
    const { out, exit } = await bash('onezone-rest-cli -i createUser fullName=="Ann Other"')
    expect(exit).toBe(0)
    const id = /^location: \S+\/users\/(\S+)$/m.exec(out)?.[1] ?? ''
    const call = `createNamedTokenForUser id=${id} name==ci type:='{"identityToken": {}}'`
    expect(await json(`onezone-rest-cli ${call}`)).toMatchObject({ tokenId: expect.any(String) })
    expect(await json(`onezone-rest-cli getTemporaryTokenGenerationOfUser id=${id}`)).toEqual({
      generation: 1,
    })
    expect(await bash(`onezone-rest-cli deleteNamedTokensOfUser id=${id}`)).toEqual({
      exit: 0,
      out: '',
      err: '',
    })
    expect(await json(`onezone-rest-cli listNamedTokensOfUser id=${id}`)).toEqual({ tokens: [] })
  })

  test('a name with a slash, a space and a plus arrives as it is', async () => {
    const { exit, out } = await bash('onezone-rest-cli getNamedTokenOfCurrentUserByName name="a/b c+d%20"')
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { id: 'notFound' } })
  })

  test.each([
    ['-u', (token: string) => ({ script: `-u '${basicAuth}'`, env: { ONEZONE_API_KEY: token.slice(1) } })],
    [
      'a header',
      (token: string) => ({ script: `X-Auth-Token:${token}`, env: { ONEZONE_BASIC_AUTH: 'a:b' } }),
    ],
    [
      'ONEZONE_API_KEY',
      (token: string) => ({ script: '', env: { ONEZONE_API_KEY: token, ONEZONE_BASIC_AUTH: 'a:b' } }),
    ],
    ['ONEZONE_BASIC_AUTH', () => ({ script: '', env: {} })],
  ])('%s says who asks', async (_, how) => {
    const name = `key ${crypto.randomUUID()}`
    const { token } = await json(`onezone-rest-cli createNamedTokenForCurrentUser name=='${name}'`)
    const { script, env } = how(String(token))
    const { exit, out } = await bash(`onezone-rest-cli getCurrentUser ${script}`, env)
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ username: ADMINISTRATOR.username })
  })

  test('a refusal is on standard output, its status on standard error', async () => {
    const { exit, out, err } = await bash('onezone-rest-cli getCurrentUser', {
      ONEZONE_BASIC_AUTH: 'admin:wrong',
    })
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { id: 'unauthorized' } })
    expect(err).toBe(
      'onezone-rest-cli: The server answered 401 (not authenticated, or not as it should be).\n',
    )
  })

  test.skipIf(Bun.which('curl') === null)('the curl command of a dry run gets the same answer', async () => {
    const body = JSON.stringify({ token: `it's "quoted" $HOME \`id\` \\` })
    for (const call of [
      `echo '${body.replaceAll("'", `'\\''`)}' | onezone-rest-cli examineToken -`,
      `onezone-rest-cli getNamedToken id="a'b c"`,
      'onezone-rest-cli getCurrentUser',
      `onezone-rest-cli -u '${basicAuth}' ozUsersList`,
    ]) {
      const direct = await bash(call)
      const curl = (await bash(`${call} --dry-run`)).out
      expect(curl).toStartWith('curl ')
      expect((await bash(curl)).out).toBe(direct.out.trimEnd())
    }
  })

  test('nothing that it shows of a call holds a secret', async () => {
    const { token } = await json('onezone-rest-cli createNamedTokenForCurrentUser name=="shown to nobody"')
    for (const args of [`-v X-Auth-Token:${String(token)}`, '-v', '-vvv -i', '--dry-run']) {
      const env = args.includes('X-Auth') ? {} : { ONEZONE_API_KEY: String(token) }
      const { exit, out, err } = await bash(`onezone-rest-cli getCurrentUser ${args}`, env)
      expect(exit).toBe(0)
      expect(out + err).not.toContain(String(token))
      expect(out + err).not.toContain(ADMINISTRATOR.password)
    }
  })

  test('a reader that has seen enough is no failure', async () => {
    const { out, err } = await bash('onezone-rest-cli --help | head -1; echo "${PIPESTATUS[0]}"')
    expect({ out, err }).toEqual({
      out: 'Usage: onezone-rest-cli [options] OPERATION [arguments]\n0\n',
      err: '',
    })
  })

  test('npm finds it', async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'))
    expect(manifest).toMatchObject({ bin: { 'onezone-rest-cli': 'bin/onezone-rest-cli' } })
  })
})
