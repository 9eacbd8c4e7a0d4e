import { describe } from 'bun:test'
import { Refused } from '../../src/failure.ts'
import { claim, outcomeOf } from './support/claim.ts'
import type { ClusterCode } from './support/cluster-code.ts'
import { ANSWER_LOST, LOST, type Operation, PROMPT } from './support/model-store.ts'
import type { ModelNode } from './support/model-node.ts'
import { rules } from './support/rules.ts'
import { Scene } from './support/scene.ts'

const TTL = 2000
const MARGIN = 50

/** Answers to this call take so long; the others are prompt. */
function slow(operation: Operation, backMillis: number) {
  return (called: Operation) => (called === operation ? { toStoreMillis: 0.5, backMillis } : PROMPT)
}

describe('how long an answer is held back', () => {
  claim('with three nodes that are well, for a few exchanges with the store', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b, c] = await scene.currentNodes(3)
      await scene.remember('token', a, b, c)
      const millis = await scene.millisOf(scene.revoke(b, 'token'))
      return { isQuick: millis <= 10, isLate: scene.late.length > 0 }
    },
    holds: { isQuick: true, isLate: false },
  })

  claim('when every wake-up is lost, for a polling interval', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b, c] = await scene.currentNodes(3)
      for (const node of [a, b, c]) node.fateOf = (operation) => (operation === 'notify' ? LOST : PROMPT)
      return { isQuick: (await scene.millisOf(scene.revoke(a, 'token'))) <= 70 }
    },
    holds: { isQuick: true },
  })

  claim('when a node is dead, for one lease at most', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      b.process.kill()
      const millis = await scene.millisOf(scene.revoke(a, 'token'))
      return { isOneLease: millis <= TTL + MARGIN + 50 }
    },
    holds: { isOneLease: true },
  })

  claim('after that node was fenced, not at all: it was fenced although nobody waited', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      b.process.kill()
      await scene.world.run(2 * TTL)
      return {
        outcome: await scene.world.until(outcomeOf(scene.revoke(a, 'token'))),
        isQuick: scene.world.now < 2.2 * TTL,
      }
    },
    holds: { outcome: 'acknowledged', isQuick: true },
    without: {
      edits: rules.fencedIsNotAwaited,
      seen: { outcome: 'outcome_unknown', isQuick: false },
    },
  })

  claim('not for a node whose lease began after the commit: it trusts nothing before it has applied that', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      b.fateOf = slow('changesAfter', 300)
      await scene.world.run(30)
      // Its reader begins before the commit and gets nothing afterwards; its lease begins after it.
      const joining = scene.node({
        fateOf: (operation) => {
          if (operation === 'changesAfter') return LOST
          return operation === 'acquire' ? { toStoreMillis: 100, backMillis: 1 } : PROMPT
        },
      })
      await scene.world.run(20)
      await scene.remember('token', joining)
      const millis = await scene.millisOf(scene.revoke(a, 'token'))
      const isJoined = scene.store.leases.size === 3
      return { isJoined, isUnawaited: millis < 700, isLate: scene.late.length > 0 }
    },
    holds: { isJoined: true, isUnawaited: true, isLate: false },
    without: {
      edits: rules.laterLeaseIsNotAwaited,
      seen: { isJoined: true, isUnawaited: false, isLate: false },
    },
  })

  claim('a hundred answers that are held back look at the leases together', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      b.fateOf = slow('changesAfter', 300)
      await scene.world.run(30)
      scene.store.calls.clear()
      const revoked = Array.from({ length: 100 }, (_, index) => scene.revoke(a, `token ${index}`))
      await scene.world.until(Promise.all(revoked))
      return { looks: (scene.store.calls.get('list') ?? 0) < 40, isLate: scene.late.length > 0 }
    },
    holds: { looks: true, isLate: false },
  })
})

/** `b` learns of changes late. */
async function withSlowNode(
  code: ClusterCode,
): Promise<{ scene: Scene; nodes: [ModelNode, ModelNode, ModelNode] }> {
  const scene = new Scene(code)
  const nodes = await scene.currentNodes(3)
  await scene.remember('token', ...nodes)
  nodes[1].fateOf = slow('changesAfter', 300)
  await scene.world.run(30)
  return { scene, nodes }
}

describe('what is waited for', () => {
  claim('the repeat of a revocation, which changes nothing, waits as long as the first', {
    async scene(code) {
      const { scene, nodes } = await withSlowNode(code)
      const [a, b, c] = nodes
      const first = scene.revoke(a, 'token')
      await scene.world.run(5)
      await scene.world.until(scene.revoke(c, 'token'))
      const isForgotten = b.memory.get('token') === undefined
      await scene.world.until(first)
      return { isForgotten, isLate: scene.late.length > 0 }
    },
    holds: { isForgotten: true, isLate: false },
    without: {
      edits: rules.repeatWaits,
      seen: { isForgotten: false, isLate: true },
    },
  })

  claim('a refusal that says "there is no such token" waits until it is so everywhere', {
    async scene(code) {
      const { scene, nodes } = await withSlowNode(code)
      const [a, b, c] = nodes
      const first = scene.revoke(a, 'token')
      await scene.world.run(5)
      const outcome = await scene.world.until(outcomeOf(c.refuse(new Refused({ kind: 'token_not_found' }))))
      const isForgotten = b.memory.get('token') === undefined
      await scene.world.until(first)
      return { outcome, isForgotten }
    },
    holds: { outcome: 'token_not_found', isForgotten: true },
    without: {
      edits: rules.refusalWaits,
      seen: { outcome: 'token_not_found', isForgotten: false },
    },
  })

  claim('that a token is alive again is acknowledged when no node remembers it as dead', {
    async scene(code) {
      const { scene, nodes } = await withSlowNode(code)
      const [a, b] = nodes
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.remember('token', b)
      const wasDead = b.memory.get('token')
      await scene.world.until(scene.restore(a, 'token'))
      return { wasDead, remembered: b.memory.get('token'), isLate: scene.late.length > 0 }
    },
    holds: { wasDead: false, remembered: undefined, isLate: false },
  })

  claim('a list that was asked for before the commit tells nothing about it', {
    async scene(code) {
      const scene = new Scene(code)
      const [a] = await scene.currentNodes(1)
      a.fateOf = slow('list', 100)
      const other = scene.revoke(a, 'other')
      await scene.world.run(3)
      // Its lease begins after that list was made, and before the next commit.
      const b = scene.node()
      await scene.world.run(10)
      await scene.remember('token', b)
      b.fateOf = slow('changesAfter', 900)
      await scene.world.run(30)
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.until(other)
      await scene.world.run(TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.listIsAskedForAfterCommit,
      seen: { isLate: true },
    },
  })
})

describe('what is unknown is said to be', () => {
  claim('when the answer of the commit is lost, and the repeat tells', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      a.fateOf = (operation) => (operation === 'commit' ? ANSWER_LOST : PROMPT)
      const outcome = await scene.world.until(outcomeOf(scene.revoke(a, 'token')))
      a.fateOf = () => PROMPT
      const repeat = await scene.world.until(outcomeOf(scene.revoke(a, 'token')))
      return { outcome, repeat, isLate: scene.late.length > 0 }
    },
    holds: { outcome: 'outcome_unknown', repeat: 'acknowledged', isLate: false },
  })

  claim('when the store goes away after the commit', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      a.fateOf = (operation) => (operation === 'list' ? LOST : PROMPT)
      const startedAt = scene.world.now
      const outcome = await scene.world.until(outcomeOf(scene.revoke(a, 'token')))
      return { outcome, isSoon: scene.world.now - startedAt <= TTL }
    },
    holds: { outcome: 'outcome_unknown', isSoon: true },
    without: {
      edits: rules.unknownIsUnknown,
      seen: { outcome: 'acknowledged', isSoon: true },
    },
  })

  claim('when nobody can tell what to wait for', {
    async scene(code) {
      const scene = new Scene(code)
      const [a] = await scene.currentNodes(1)
      await scene.world.until(scene.revoke(a, 'token'))
      a.fateOf = (operation) => (operation === 'head' ? LOST : PROMPT)
      return { outcome: await scene.world.until(outcomeOf(scene.revoke(a, 'token'))) }
    },
    holds: { outcome: 'outcome_unknown' },
  })

  claim('a work that the store refused to do is refused at once', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      b.process.kill()
      const startedAt = scene.world.now
      const outcome = await scene.world.until(outcomeOf(a.refuse(new Refused({ kind: 'store_unavailable' }))))
      return { outcome, isAtOnce: scene.world.now - startedAt < 50 }
    },
    holds: { outcome: 'store_unavailable', isAtOnce: true },
  })
})
