import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const BIN = join(import.meta.dir, '../bin')
const PROGRAMS = ['jeton', 'onezone-rest-cli']
const PLACEHOLDER = '#!/bin/sh\necho the install script was not run\nexit 1\n'
const PROGRAM = `console.log(JSON.stringify({
  args: process.argv.slice(2), pid: process.pid, leak: process.env.LEAK ?? null,
  purgeHoles: process.env.MIMALLOC_PURGE_HOLES }))
if (process.argv[2] === 'wait') setInterval(() => undefined, 1000)
`

/** A folder with the command line installed as a dependency, as npm lays it out, without a Bun. */
let project: string
let cases = 0
let base: string

beforeAll(async () => {
  // Spaces and quotes: a launcher that forgets to quote fails at once.
  base = await mkdtemp(join(tmpdir(), "jeton launcher 'x' "))
})

afterAll(() => rm(base, { recursive: true, force: true }))

async function install(): Promise<void> {
  project = join(base, `project ${cases++}`)
  const cli = join(project, 'node_modules/@jeton/cli')
  await write(join(cli, 'src/main.ts'), PROGRAM)
  await write(
    join(cli, 'src/onezone-rest-cli/main.ts'),
    PROGRAM.replace('  args:', "  program: 'rest', args:"),
  )
  await mkdir(join(cli, 'bin'))
  for (const file of [...PROGRAMS, 'find-bun.sh']) await copyFile(join(BIN, file), join(cli, 'bin', file))
  await mkdir(join(project, 'node_modules/.bin'))
  for (const name of PROGRAMS) {
    await symlink(`../@jeton/cli/bin/${name}`, join(project, 'node_modules/.bin', name))
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function writeExecutable(path: string, text: string): Promise<void> {
  await write(path, text)
  await chmod(path, 0o755)
}

/** The binary that runs these tests, at that place of the project. */
async function linkBun(path: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true })
  await symlink(process.execPath, join(project, path))
}

async function run(command: string, args: readonly string[] = [], cwd = project, environment = {}) {
  const env = { ...process.env, ...environment }
  const child = Bun.spawn([command, ...args], { cwd, env, stdout: 'pipe', stderr: 'pipe' })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { pid: child.pid, code, errors, result: code === 0 ? JSON.parse(output) : undefined }
}

function launcher(name = 'jeton'): string {
  return join(project, 'node_modules/@jeton/cli/bin', name)
}

describe('the launcher finds the Bun that', () => {
  test.each([
    ['npm put beside it', 'node_modules/bun/bin/bun.exe'],
    ['npm put below it', 'node_modules/@jeton/cli/node_modules/bun/bin/bun.exe'],
  ])('%s', async (_, place) => {
    await install()
    await linkBun(place)
    expect((await run(launcher())).code).toBe(0)
  })

  test('lies in the package of the platform when install scripts were blocked', async () => {
    await install()
    await writeExecutable(join(project, 'node_modules/bun/bin/bun.exe'), PLACEHOLDER)
    await linkBun('node_modules/@oven/bun-linux-x64/bin/bun')
    expect((await run(launcher())).code).toBe(0)
  })

  test('runs here, when one for another C library lies beside it', async () => {
    await install()
    await writeExecutable(join(project, 'node_modules/@oven/bun-a-musl/bin/bun'), PLACEHOLDER)
    await linkBun('node_modules/@oven/bun-b/bin/bun')
    expect((await run(launcher())).code).toBe(0)
  })
})

describe('without a Bun the launcher says what to do', () => {
  test.each([
    ['when nothing is installed', false],
    ['when only the placeholder is there', true],
  ])('%s', async (_, hasPlaceholder) => {
    await install()
    const place = join(project, 'node_modules/bun/bin/bun.exe')
    if (hasPlaceholder) await writeExecutable(place, PLACEHOLDER)
    const { code, errors } = await run(launcher())
    expect(code).toBe(1)
    expect(errors).toContain('npm ci')
    expect(errors).toContain('npm rebuild bun')
  })
})

describe('however it is called', () => {
  test('through the link that npx follows, arguments arrive as they were', async () => {
    await install()
    await linkBun('node_modules/bun/bin/bun.exe')
    const args = ['serve', '--port', '', 'a b', '$HOME', '*', '--help']
    const { result } = await run(join(project, 'node_modules/.bin/jeton'), args, base)
    expect(result.args).toEqual(args)
  })

  test('as onezone-rest-cli it is that program, and says so when there is no Bun', async () => {
    await install()
    const { code, errors } = await run(launcher('onezone-rest-cli'))
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringContaining('onezone-rest-cli: Bun, which'),
    })
    await linkBun('node_modules/bun/bin/bun.exe')
    const { result } = await run(join(project, 'node_modules/.bin/onezone-rest-cli'), ['a b', '-h'], base)
    expect(result).toMatchObject({ program: 'rest', args: ['a b', '-h'] })
  })

  test('through a chain of links from elsewhere', async () => {
    await install()
    await linkBun('node_modules/bun/bin/bun.exe')
    await symlink(join(project, 'node_modules/.bin/jeton'), join(project, 'first'))
    await symlink('first', join(project, 'second'))
    expect((await run(join(project, 'second'), [], base)).code).toBe(0)
  })

  test('the process is the program: same id, and a signal ends it', async () => {
    await install()
    await linkBun('node_modules/bun/bin/bun.exe')
    const child = Bun.spawn([launcher(), 'wait'], { stdout: 'pipe' })
    const { value } = await child.stdout.getReader().read()
    expect(JSON.parse(Buffer.from(value ?? []).toString()).pid).toBe(child.pid)
    child.kill('SIGTERM')
    await child.exited
    expect(child.signalCode).toBe('SIGTERM')
  })

  test.each([
    ['free pages between used ones are kept', undefined, '0'],
    ['or given back when the environment says so', '1', '1'],
  ])('%s', async (_, given, used) => {
    await install()
    await linkBun('node_modules/bun/bin/bun.exe')
    const { result } = await run(launcher(), [], project, { MIMALLOC_PURGE_HOLES: given })
    expect(result.purgeHoles).toBe(used)
  })

  test('nothing in the working directory decides what runs', async () => {
    await install()
    await linkBun('node_modules/bun/bin/bun.exe')
    const cwd = join(base, 'untrusted')
    await write(join(cwd, '.env'), 'LEAK=from .env')
    await write(join(cwd, 'bunfig.toml'), 'preload = ["./preload.ts"]')
    await write(join(cwd, 'preload.ts'), "process.env.LEAK = 'from a preload'")
    expect((await run(launcher(), [], cwd)).result.leak).toBeNull()
  })
})
