import { describe, expect, test } from 'bun:test'
import * as code from '../../src/cluster/cluster-node.ts'
import { trimBelow } from '../../src/cluster/housekeeping.ts'
import type { Lease } from '../../src/cluster/ports.ts'
import { claim } from './support/claim.ts'
import type { ClusterCode } from './support/cluster-code.ts'
import { LOST, type Operation, PROMPT } from './support/model-store.ts'
import type { ModelNode } from './support/model-node.ts'
import { rules } from './support/rules.ts'
import { Scene } from './support/scene.ts'

const TTL = 2000

/** The node gets nothing of the feed. */
const deaf = (operation: Operation) => (operation === 'changesAfter' ? LOST : PROMPT)

/** A node that remembers the token as alive, and gets nothing of the feed for so long that it may be trimmed. */
async function withDeafNode(code: ClusterCode): Promise<{ scene: Scene; a: ModelNode; b: ModelNode }> {
  const scene = new Scene(code)
  const [a, b] = await scene.currentNodes(2)
  await scene.remember('token', b)
  b.fateOf = deaf
  await scene.world.run(30)
  return { scene, a, b }
}

async function hears(scene: Scene, node: ModelNode): Promise<void> {
  node.fateOf = () => PROMPT
  await scene.world.run(TTL)
}

describe('a reader that cannot tell what has changed forgets everything', () => {
  claim('because the oldest change is newer than its position', {
    async scene(code) {
      const { scene, a, b } = await withDeafNode(code)
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.until(scene.revoke(a, 'other'))
      scene.store.trimBelow(2)
      await hears(scene, b)
      return { isLate: scene.late.length > 0, isCurrent: b.isCurrent, remembered: b.memory.get('token') }
    },
    holds: { isLate: false, isCurrent: true, remembered: undefined },
    without: {
      edits: rules.gapFlushes,
      seen: { isLate: true, isCurrent: true, remembered: true },
    },
  })

  claim('because a change is missing', {
    async scene(code) {
      const { scene, a, b } = await withDeafNode(code)
      await scene.world.until(scene.revoke(a, 'first'))
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.until(scene.revoke(a, 'last'))
      scene.store.changes = scene.store.changes.filter(({ number }) => number !== 2)
      await hears(scene, b)
      return { isLate: scene.late.length > 0, remembered: b.memory.get('token') }
    },
    holds: { isLate: false, remembered: undefined },
    without: {
      edits: rules.gapFlushes,
      seen: { isLate: true, remembered: true },
    },
  })

  claim('because the feed is another one: it also asks for another lease', {
    async scene(code) {
      const { scene, b } = await withDeafNode(code)
      const { nodeId } = b.cluster.status()
      // A database that was restored, and has gone on by as many changes.
      scene.store.incarnation = 'second'
      scene.store.set('other', false)
      await hears(scene, b)
      return {
        remembered: b.memory.get('token'),
        isCurrent: b.isCurrent,
        hasSameLease: b.cluster.status().nodeId === nodeId,
      }
    },
    holds: { remembered: undefined, isCurrent: true, hasSameLease: false },
    without: {
      edits: rules.otherIncarnationFlushes,
      seen: { remembered: true, isCurrent: false, hasSameLease: true },
    },
  })

  claim('because numbers were given out again', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.world.until(scene.revoke(a, 'first'))
      await scene.world.until(scene.revoke(a, 'second'))
      await scene.remember('token', b)
      const { nodeId } = b.cluster.status()
      // A database that has come back without its last commit.
      scene.store.head = 1
      scene.store.changes = scene.store.changes.slice(0, 1)
      await scene.world.run(TTL)
      return {
        remembered: b.memory.get('token'),
        isCurrent: b.isCurrent,
        hasSameLease: b.cluster.status().nodeId === nodeId,
      }
    },
    holds: { remembered: undefined, isCurrent: true, hasSameLease: false },
    without: {
      edits: rules.numbersThatGoBackAreAnotherFeed,
      seen: { remembered: undefined, isCurrent: true, hasSameLease: true },
    },
  })

  claim('because it does not know what kind of change it is', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', a, b)
      scene.store.set('token', false, 'weather')
      await scene.world.run(50)
      return { remembered: b.memory.get('token') }
    },
    holds: { remembered: undefined },
    without: {
      edits: rules.unknownKindFlushes,
      seen: { remembered: true },
    },
  })
})

describe('reading', () => {
  claim('more changes than one read brings are read on at once, each applied once and in order', {
    async scene(code) {
      const { scene, b } = await withDeafNode(code)
      const tokens = Array.from({ length: 1203 }, (_, index) => `token ${index}`)
      for (const token of tokens) scene.store.set(token, false)
      scene.store.calls.clear()
      b.fateOf = () => PROMPT
      await scene.world.run(1000)
      return {
        isInOrder: b.memory.applied.join() === tokens.join(),
        isCurrent: b.isCurrent,
        flushes: b.memory.flushes,
      }
    },
    holds: { isInOrder: true, isCurrent: true, flushes: 1 },
  })

  claim('a hundred wake-ups during a read are one more read, and never two at once', {
    async scene(code) {
      const scene = new Scene(code)
      let underway = 0
      let most = 0
      let reads = 0
      const b = scene.node({
        fateOf(operation) {
          if (operation !== 'changesAfter') return PROMPT
          reads += 1
          underway += 1
          most = Math.max(most, underway)
          scene.world.at(scene.world.now + 11, undefined, () => {
            underway -= 1
          })
          return { toStoreMillis: 5, backMillis: 6 }
        },
      })
      const waker = scene.store.seenFrom(b.process, () => PROMPT)
      await scene.world.run(28)
      const before = reads
      for (let wakes = 0; wakes < 100; wakes += 1) waker.wakeUps.notify('changes')
      await scene.world.run(24)
      return { most, further: reads - before }
    },
    holds: { most: 1, further: 2 },
  })

  claim('a reader whose read was never answered reads again', {
    async scene(code) {
      const { scene, a, b } = await withDeafNode(code)
      b.fateOf = () => PROMPT
      return {
        isQuick: (await scene.millisOf(scene.revoke(a, 'token'))) < TTL,
        isLate: scene.late.length > 0,
      }
    },
    holds: { isQuick: true, isLate: false },
  })
})

function lease(applied: number, isFenced = false): Lease {
  return { nodeId: 'a', address: '', ttlMillis: TTL, renewal: 1, applied, isFenced }
}

describe('what is kept of the feed', () => {
  const cases = [
    { title: 'the last 10 000 changes', head: 50_000, leases: [lease(50_000)], below: 40_001 },
    {
      title: 'what a live node has still to apply',
      head: 50_000,
      leases: [lease(50_000), lease(30_000)],
      below: 30_001,
    },
    {
      title: 'not what only a fenced node has to',
      head: 50_000,
      leases: [lease(50_000), lease(3, true)],
      below: 40_001,
    },
    { title: 'no more than 100 000, whoever needs them', head: 500_000, leases: [lease(7)], below: 400_001 },
  ]
  for (const { title, head, leases, below } of cases) {
    test(title, () => expect(trimBelow(head, leases)).toBe(below))
  }

  test('one node trims, in slices, while others read', async () => {
    const scene = new Scene(code)
    const nodes = await scene.currentNodes(2)
    for (let change = 0; change < 12_000; change += 1) scene.store.set(`token ${change}`, false)
    await scene.world.run(3 * TTL)
    expect(scene.store.oldest).toBe(2001)
    expect(nodes.map(({ memory }) => memory.flushes)).toEqual([1, 1])
    expect(scene.store.calls.get('trimBelow')).toBeLessThan(12)
  })
})

describe('fenced leases', () => {
  test('are shown for a minute and then forgotten', async () => {
    const scene = new Scene(code)
    const [a, b] = await scene.currentNodes(2)
    b.process.kill()
    await scene.world.run(50_000)
    const shown = await scene.world.until(a.cluster.members())
    expect(shown.map(({ isThisNode, isFenced }) => ({ isThisNode, isFenced }))).toEqual([
      { isThisNode: true, isFenced: false },
      { isThisNode: false, isFenced: true },
    ])
    await scene.world.run(15_000)
    expect(await scene.world.until(a.cluster.members())).toHaveLength(1)
    expect(a.cluster.figures()).toMatchObject({ fencings: 1, lostLeases: 0 })
  })
})
