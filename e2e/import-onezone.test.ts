import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldToken } from '../packages/server/test/import/onezone/field-tokens.ts'
import { namedToken, textOf, user } from '../packages/server/test/import/onezone/house.ts'
import { newPlace, type ServerPlace } from '../packages/server/testing/server-place.ts'
import { startServer } from '../packages/server/testing/server-process.ts'
import { JETON, Person } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(60_000)

const operator = new Person({})
let place: ServerPlace

beforeAll(async () => {
  place = await newPlace()
  await (await startServer(place.options)).stop()
})
afterAll(() => place.remove())

/** The command line up to its options. */
function importing(file: string): readonly string[] {
  return ['import', 'onezone', file, '--data', place.options.dataFolder]
}

let files = 0
function fileOf(records: readonly unknown[]): string {
  files += 1
  const path = join(operator.home, `export-${files}.jsonl`)
  writeFileSync(path, textOf(records))
  return path
}

function bytesOf(name: string): number {
  return statSync(join(place.options.dataFolder, name), { throwIfNoEntry: false })?.size ?? 0
}

async function verdictsOf(...tokens: readonly string[]): Promise<readonly number[]> {
  const server = await startServer(place.options)
  const anybody = new Person({ JETON_URL: server.url })
  try {
    const verified = tokens.map((token) => anybody.jeton(['token', 'verify'], token))
    return (await Promise.all(verified)).map(({ exit }) => exit)
  } finally {
    await server.stop()
  }
}

test('what was imported into a stopped server is accepted when it runs again', async () => {
  const file = fileOf([user('u1'), namedToken('t1', 'usr-u1'), namedToken('t2', 'usr-u1', { revoked: true })])
  const { exit, out, err } = await operator.jeton(importing(file))
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  expect(out).toBe(
    [
      'RECORD       TAKEN  FOLLOWED  ALREADY THERE  REFUSED',
      'user         1      0         0              0',
      'named_token  2      0         0              0',
      '4 lines read, 0 refused.',
      '',
    ].join('\n'),
  )
  const text = (id: string) => fieldToken({ id, subject: { type: 'user', id: 'u1' } })
  expect(await verdictsOf(text('t1'), text('t2'), text('t3'))).toEqual([0, 4, 4])
})

test('an export comes from standard input too', async () => {
  const records = [user('piped')]
  const { exit, out } = await operator.jeton([...importing('-'), '--json'], textOf(records))
  expect(exit).toBe(0)
  expect(JSON.parse(out)).toEqual({ counts: { user: { taken: 1 } }, refused: 0, lines: 2, stopped: false })
})

test('a refused line is told on standard error, and ends with status 1', async () => {
  const file = fileOf([user('a/b'), user('beside')])
  const { exit, out, err } = await operator.jeton(importing(file))
  expect(exit).toBe(1)
  expect(out).toContain('3 lines read, 1 refused.')
  expect(err).toStartWith('line 2: id must be an id')
  expect(err).toContain('jeton: One line was refused.')
})

test('--strict stops at the first', async () => {
  const file = fileOf([user('a/b'), user('behind')])
  const { exit, out, err } = await operator.jeton([...importing(file), '--strict', '--json'])
  expect(exit).toBe(1)
  expect(JSON.parse(out)).toEqual({ counts: {}, refused: 1, lines: 2, stopped: true })
  expect(err).toContain('Stopped at line 2, which was refused.')
})

test('--dry-run says so and writes nothing', async () => {
  const file = fileOf([user('dry')])
  const dry = await operator.succeed([...importing(file), '--dry-run'])
  expect(dry).toEndWith('2 lines read, 0 refused. Nothing was written.')
  expect(await operator.json(importing(file))).toMatchObject({ counts: { user: { taken: 1 } } })
})

const wrongInput: readonly (readonly [string, () => readonly string[], string])[] = [
  ['a file that is not there', () => importing('/nonexistent'), 'cannot be read (ENOENT)'],
  ['a folder', () => importing('/tmp'), '/tmp is a folder.'],
  [
    'what is no export',
    () => importing(join(import.meta.dir, '../package.json')),
    'not the head of an export',
  ],
  ['no file', () => ['import', 'onezone'], "missing required argument 'file'"],
  [
    'a tenant that there is not',
    () => [...importing(fileOf([])), '--tenant-domain', 'nowhere.example.org'],
    'There is no tenant whose zone domain is nowhere.example.org.',
  ],
]
test.each(wrongInput)('%s ends with status 2', async (_, args, message) => {
  const { exit, err } = await operator.jeton(args())
  expect(err).toContain(message)
  expect(exit).toBe(2)
})

test('a folder whose server runs is refused with status 1', async () => {
  const server = await startServer(place.options)
  try {
    const { exit, err } = await operator.jeton(importing(fileOf([user('meanwhile')])))
    expect(exit).toBe(1)
    expect(err).toContain('in use')
  } finally {
    await server.stop()
  }
})

test('killed in the middle, it goes on when it is run again', async () => {
  const tokens = Array.from({ length: 20_000 }, (_, index) => namedToken(`k-${index}`, 'usr-killed'))
  const file = fileOf([user('killed'), ...tokens])
  const child = Bun.spawn([JETON, ...importing(file)], {
    env: operator.environment,
    stdout: 'ignore',
    stderr: 'ignore',
  })
  // Something of it is committed, and not all.
  while (bytesOf('jeton.sqlite-wal') < 1_000_000 && child.exitCode === null) await Bun.sleep(5)
  child.kill('SIGKILL')
  await child.exited
  const { counts } = await operator.json(importing(file))
  const { taken = 0, known = 0 } = (counts as { named_token: { taken?: number; known?: number } }).named_token
  expect(known).toBeGreaterThan(0)
  expect(taken + known).toBe(20_000)
  const again = await operator.json(importing(file))
  expect(again).toMatchObject({ counts: { named_token: { known: 20_000 } }, refused: 0 })
})
