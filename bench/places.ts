import { join } from 'node:path'
import { fillStore } from '../packages/server/testing/fill-store.ts'
import { emptyDatabase } from '../packages/server/testing/postgres.ts'
import { seededTokens } from '../packages/server/testing/seeded-tokens.ts'
import type { SeedPlan, Seeds } from '../packages/server/testing/seeds.ts'
import { type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { temporaryFolder } from './temporary.ts'

/** A store that is filled and not yet served. */
export interface Place {
  readonly seeds: Seeds
  /** One server more. @param launcher what pins it to its core */
  serve(launcher: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ServerProcess>
  /** When no server uses it any more. */
  remove(): Promise<void>
}

type Plan = { readonly tokens: number } & Partial<SeedPlan>
type OnProgress = (message: string) => void

const MASTER_KEY = Buffer.alloc(32, 'benchmark')
/** The echo has none. */
const FLAGS = ['--access-log', 'false']
const PROGRESS_STEP = 20_000

export async function sqlitePlace(plan: Plan, onProgress: OnProgress): Promise<Place> {
  const seeded = await seededTokens(plan, onProgress)
  return {
    seeds: seeded,
    serve: (launcher, environment = {}) =>
      startServer({ dataFolder: seeded.folder, launcher, environment, flags: FLAGS }),
    remove: () => seeded.remove(),
  }
}

/** Each server of it is a node of one cluster. */
export async function postgresPlace(plan: SeedPlan, onProgress: OnProgress): Promise<Place> {
  const database = await emptyDatabase()
  const folder = temporaryFolder()
  let nodes = 0
  const serve: Place['serve'] = (launcher, environment = {}) => {
    nodes += 1
    return startServer({
      dataFolder: join(folder, String(nodes)),
      databaseUrl: database.url,
      launcher,
      flags: FLAGS,
      environment: { ...environment, JETON_MASTER_KEY: MASTER_KEY.toString('base64') },
    })
  }
  await (await serve([])).stop()
  const seeds = await fillStore({ kind: 'postgres', url: database.url }, MASTER_KEY, plan, (done) => {
    if (done % PROGRESS_STEP === 0) onProgress(`filling PostgreSQL: ${done} of ${plan.tokens} tokens`)
  })
  return { seeds, serve, remove: () => database.drop() }
}
