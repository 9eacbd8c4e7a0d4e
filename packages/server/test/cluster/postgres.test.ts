import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { ChangeListener } from '../../src/change.ts'
import { ClusterNode } from '../../src/cluster/cluster-node.ts'
import { silentLog } from '../../src/log.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { givenLine } from '../store/samples.ts'
import { openTestPostgres, type TestStore } from '../store/test-store.ts'

/** Counts what it is told of each key. */
class Told implements ChangeListener {
  readonly times = new Map<string, number>()
  apply({ key }: { key: string }): void {
    this.times.set(key, (this.times.get(key) ?? 0) + 1)
  }
  flush(): void {
    this.times.clear()
  }
}

interface Node {
  readonly store: Store
  readonly cluster: ClusterNode
  readonly told: Told
}

function nodeOver(store: Store): Node {
  if (store.cluster === undefined) throw new Error('no second node can use this store')
  const told = new Told()
  const options = { store: store.cluster, ambient: systemAmbient, listener: told, log: silentLog }
  return { store, told, cluster: new ClusterNode({ ...options, address: 'here' }) }
}

async function untilCurrent({ cluster }: Node): Promise<void> {
  while (!cluster.isCurrent()) await Bun.sleep(5)
}

describe('three nodes on one PostgreSQL', () => {
  let first: TestStore
  const nodes: Node[] = []
  beforeAll(async () => {
    first = await openTestPostgres()
    const others = [first.location, first.location].map(async (location) =>
      (await openStore(location, systemAmbient)).migrate(),
    )
    nodes.push(...[first, ...(await Promise.all(others))].map(nodeOver))
    await Promise.all(nodes.map(untilCurrent))
  }, 30_000)
  afterAll(async () => {
    for (const { cluster, store } of nodes.toReversed()) {
      await cluster.stop()
      await store.close()
    }
  })

  test('a change is acknowledged when each of them has applied it, whoever made it', async () => {
    const { user } = await givenLine(first)
    const key = String(user.id)
    const before = nodes.map(({ told }) => told.times.get(key) ?? 0)
    const turns = Array.from({ length: 20 }, () => nodes).flat()
    for (const [turn, { cluster, store }] of turns.entries()) {
      await cluster.acknowledged(store.commit)(({ users }) => users.setBlocked(user.id, turn % 2 === 0))
      expect(nodes.map(({ told }) => told.times.get(key))).toEqual(before.map((times) => times + turn + 1))
    }
  })

  test('each of them shows all of them, and who stops is gone', async () => {
    const leaving = nodeOver(first)
    await untilCurrent(leaving)
    expect(await first.cluster?.leases.list()).toHaveLength(4)
    await leaving.cluster.stop()
    for (const { cluster } of nodes) {
      const members = await cluster.members()
      expect(members.filter(({ isThisNode }) => isThisNode)).toHaveLength(1)
      expect(members.map(({ isFenced }) => isFenced)).toEqual([false, false, false])
    }
  })
})
