import { expect, test } from 'bun:test'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TIMEOUT_MS = 300_000
const ROWS = ['echo', 'hot', 'cold', 'introspection', 'better-auth', 'garbage', 'Basic', 'examine', 'list']
const OTHERS = [
  'create',
  'revoke',
  'delete all',
  '1 node',
  '3 nodes',
  'npm `macaroon`',
  'own memory',
  'PostgreSQL',
]

test(
  'a quick run of the benchmark measures everything there is to measure',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jeton-bench-test-'))
    // PostgreSQL may run as somebody else, who has to get through.
    await chmod(folder, 0o755)
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), '--quick'], {
      env: { ...process.env, TMPDIR: folder },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [page, progress] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    await rm(folder, { recursive: true, force: true })

    const lines = page.split('\n').filter((line) => line.startsWith('|'))
    const missing = [...ROWS, ...OTHERS].filter((name) => !lines.some((line) => line.includes(name)))
    expect({ missing, code: await child.exited, progress }).toMatchObject({ missing: [], code: 0 })
    expect(page).not.toMatch(/NaN|\{\{|no such part|undefined/)
  },
  TIMEOUT_MS,
)
