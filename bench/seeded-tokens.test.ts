import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MODULE = join(import.meta.dir, '../packages/server/testing/seeded-tokens.ts')
/** Prints what it was told, and what it has got. */
const PROGRAM = `
  const { seededTokens } = await import(${JSON.stringify(MODULE)})
  const said = []
  const seeded = await seededTokens({ tokens: 20, users: 10, tenants: 5 }, (message) => said.push(message))
  const [folder, text, host] = [seeded.folder, seeded.textOf(7), seeded.hostOf(7)]
  console.log(JSON.stringify({ said, folder, text, host }))
`

test('two processes that want the same tokens at once get the same ones, each in a folder of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-bench-seeds-'))
  const ask = async (): Promise<Readonly<Record<string, unknown>>> => {
    const child = Bun.spawn([process.execPath, '-e', PROGRAM], {
      env: { ...process.env, TMPDIR: folder },
      stdout: 'pipe',
    })
    return JSON.parse(await new Response(child.stdout).text())
  }
  const [one, other] = await Promise.all([ask(), ask()])
  await rm(folder, { recursive: true })

  expect([one['text'], one['host']]).toEqual([other['text'], 'tenant-2.example.org'])
  expect(one['folder']).not.toEqual(other['folder'])
  // Whoever came second; unless it came so late that there was nothing to wait for.
  expect([one, other].filter(({ said }) => String(said).includes('waiting')).length).toBeLessThan(2)
}, 60_000)
