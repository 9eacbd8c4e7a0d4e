import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Surroundings } from '../src/main.ts'
import { migratedDatabase } from './postgres.ts'
import { startNode, type TestNode } from './start-node.ts'

/** Two nodes that share a database, both of which believe what they remember: reading through, they would be right without being told anything. */
export async function startTwoNodes(
  surroundings: Surroundings = {},
  flags: Readonly<Record<string, string>> = {},
): Promise<{ readonly nodes: readonly [TestNode, TestNode]; readonly stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-master-key-'))
  const keyFile = join(folder, 'master.key')
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'))
  await chmod(keyFile, 0o600)
  const database = await migratedDatabase()
  const shared = { ...flags, 'database-url': database.url, 'master-key-file': keyFile }
  // Their folders hold nothing but what is theirs alone: the database is the one that the flag names.
  const start = () => startNode('SQLite', surroundings, shared)
  const nodes = [await start(), await start()] as const
  await Promise.all(nodes.map(untilCurrent))
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()))
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

async function untilCurrent({ url }: TestNode): Promise<void> {
  for (;;) {
    const state = (await (await fetch(`${url}/readyz`)).json()) as { readonly status: string }
    if (state.status === 'ready') return
    await Bun.sleep(20)
  }
}
