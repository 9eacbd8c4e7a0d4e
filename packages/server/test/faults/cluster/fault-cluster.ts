import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administratorToken } from '../../../testing/administrator.ts'
import type { Bug } from '../../../testing/fault-node.ts'
import { startPostgres, type TestPostgres } from '../../../testing/postgres.ts'
import { FaultNode } from './fault-node-process.ts'

/** As the nodes are configured by default. */
export const LEASE_MILLIS = 2000
export const NODES = 3

/** Three nodes on a PostgreSQL that nobody else uses. */
export interface FaultCluster {
  readonly nodes: readonly [FaultNode, ...FaultNode[]]
  readonly postgres: Pick<TestPostgres, 'restart'>
  /** Of the administrator. */
  readonly token: string
  remove(): Promise<void>
}

/** @param bug that all nodes have */
export async function startFaultCluster(bug?: Bug): Promise<FaultCluster> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'jeton-cluster-'))
  const postgres = await startPostgres()
  const options = {
    dataFolder,
    databaseUrl: postgres.url,
    masterKey: Buffer.alloc(32, 7).toString('base64'),
    bug,
  }
  const started: FaultNode[] = []
  const remove = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.remove()))
    await postgres.stop()
    await rm(dataFolder, { recursive: true, force: true })
  }
  try {
    // One after the other: the first one makes the schema.
    for (let index = 0; index < NODES; index += 1) started.push(await FaultNode.start(options))
    const [first, ...rest] = started
    if (first === undefined) throw new Error('unreachable: there is more than one node')
    return { nodes: [first, ...rest], postgres, token: await administratorToken(first.url), remove }
  } catch (error) {
    await remove()
    throw error
  }
}
