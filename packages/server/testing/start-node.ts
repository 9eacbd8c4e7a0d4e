import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfiguration } from '../src/configuration.ts'
import { silentLog } from '../src/log.ts'
import { serve, type Surroundings } from '../src/main.ts'
import { ADMINISTRATOR } from './server-process.ts'
import { migratedDatabase } from './postgres.ts'

export const DATABASES = ['SQLite', 'PostgreSQL'] as const
export type Database = (typeof DATABASES)[number]

export interface TestNode {
  readonly url: string
  readonly port: number
  /** Removes the data too. */
  stop(): Promise<void>
}

/** A whole node in this process, wired as `jeton serve` wires it, on a store of its own. Passwords cost next to nothing. */
export async function startNode(
  database: Database,
  surroundings: Surroundings = {},
  flags: Readonly<Record<string, string>> = {},
): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-node-'))
  const postgres = database === 'PostgreSQL' ? await migratedDatabase() : undefined
  const configuration = readConfiguration({
    flags: {
      data: folder,
      port: '0',
      ...(postgres !== undefined && { 'database-url': postgres.url }),
      ...flags,
    },
    env: { JETON_ADMIN_PASSWORD: ADMINISTRATOR.password },
    readFile: () => undefined,
  })
  const running = await serve(configuration, silentLog, {
    argon2: { memoryCost: 8, timeCost: 1 },
    delay: async () => undefined,
    ...surroundings,
  })
  return {
    url: `http://127.0.0.1:${running.port}`,
    port: running.port,
    async stop() {
      await running.stop()
      await postgres?.drop()
      await rm(folder, { recursive: true })
    },
  }
}
