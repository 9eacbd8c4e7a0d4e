import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONNECTION_COUNTS } from './writes.ts'

const TIMEOUT_MS = 300_000
const HAS_PROCESS_FILES = process.platform === 'linux'

const AT_EACH_CONNECTIONS = ['', ', c = 1', ', c = 128']
const DRAWS = ['hot', 'cold']
const STORES = ['1 k tokens', '1 tenant', '20 tenants', 'PostgreSQL, 1 node', 'PostgreSQL, 3 nodes']

/** What some cell of a first column has to end with. */
const ROWS: readonly string[] = [
  'introspection in memory, Node',
  'better-auth `verifyApiKey`, SQLite',
  'verify, garbage',
  'verify, Basic-authenticated',
  "list one's named tokens (none)",
  "list a user's named tokens (100)",
  "Astra, one of one's own tokens",
  'Astra, list 10 users',
  'Astra, list 10 users, against the echo',
  "SD-WAN, one's profile, against the echo",
  "SD-WAN, one of one's own tokens",
  'revoke and take back, c = 16',
  '1 node',
  '3 nodes',
  'npm `macaroon`, import and verify',
  'own memory with 2 k tokens, default cache',
  'hot throughput, 2 k tokens against 1 k',
  'delete all 100 tokens of a subject, SQLite',
  'delete all 100 tokens of a subject, PostgreSQL',
  ...AT_EACH_CONNECTIONS.flatMap((connections) =>
    ['same body', 'verify, hot, 2 k tokens', 'verify, cold, 2 k tokens', 'examine'].map(
      (name) => `${name}${connections}`,
    ),
  ),
  ...DRAWS.flatMap((draw) => STORES.map((store) => `verify, ${draw}, ${store}`)),
  ...CONNECTION_COUNTS.map((connections) => `create a named token, c = ${connections}`),
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jeton-bench-test-'))
  // PostgreSQL may run as somebody else, who has to get through.
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test(
  'a quick run of the benchmark measures everything there is to measure',
  async () => {
    const child = spawnQuick()
    const [page, progress] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])

    const firsts = page
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|')[1]?.trim() ?? '')
    const missing = ROWS.filter((name) => !firsts.some((first) => first.endsWith(name)))
    expect({ missing, code: await child.exited, progress }).toMatchObject({ missing: [], code: 0 })
    expect(page).not.toMatch(/NaN|\{\{|no such part|undefined/)
    expect(progress).toMatch(/^\[\d+ s left\] round 1 of 1/m)
  },
  TIMEOUT_MS,
)

test(
  'a run that is interrupted leaves no process and no temporary file behind',
  async () => {
    const child = spawnQuick()
    let progress = ''
    let isInterrupted = false
    for await (const chunk of child.stderr) {
      progress += Buffer.from(chunk).toString()
      // Nodes, a PostgreSQL and the echo are up by then, and a process that asks.
      if (isInterrupted || !progress.includes('round 1 of 1: verify')) continue
      // As the keyboard does: to all that were started, and that did not leave the group.
      process.kill(-child.pid, 'SIGINT')
      isInterrupted = true
    }

    expect({ code: await child.exited, progress }).toMatchObject({ code: 130 })
    expect((await readdir(folder)).filter((name) => !name.startsWith('jeton-seeded-'))).toEqual([])
    // Killed ones take a moment to be gone; those who never are run into the time limit.
    while ((await processesOfRun()).length > 0) await Bun.sleep(20)
  },
  TIMEOUT_MS,
)

function spawnQuick(): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
  return Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), '--quick'], {
    // A database of its own.
    env: { ...process.env, TMPDIR: folder, JETON_TEST_POSTGRES_URL: undefined },
    detached: true,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

/** All that were started with our temporary folder, directly or by another one, or work in it. */
async function processesOfRun(): Promise<readonly string[]> {
  if (!HAS_PROCESS_FILES) return []
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
    )
    if (texts.some((text) => text.includes(folder))) found.push(pid)
  }
  return found
}
