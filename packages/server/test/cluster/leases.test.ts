import { describe } from 'bun:test'
import { claim, outcomeOf, type Seen } from './support/claim.ts'
import type { ClusterCode } from './support/cluster-code.ts'
import { ANSWER_LOST, LOST, type Operation, PROMPT } from './support/model-store.ts'
import { rules } from './support/rules.ts'
import { Scene } from './support/scene.ts'

const TTL = 2000
const MARGIN = 50

/** Only these calls are lost. */
function losing(...lost: readonly Operation[]) {
  return (operation: Operation) => (lost.includes(operation) ? LOST : PROMPT)
}

describe('who may renew', () => {
  claim('a node that does not keep up with the feed renews no lease, so nobody waits for it for long', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      b.fateOf = losing('changesAfter')
      const startedAt = scene.world.now
      const outcome = await scene.world.until(outcomeOf(scene.revoke(a, 'token')))
      const isInTime = scene.world.now - startedAt <= (4 / 3) * TTL + MARGIN + 50
      return { outcome, isInTime }
    },
    holds: { outcome: 'acknowledged', isInTime: true },
    without: {
      edits: rules.laggingIsNotAlive,
      seen: { outcome: 'outcome_unknown', isInTime: false },
    },
  })

  claim('a node that stops twice is waited for once, for it renews nothing before it has caught up', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.world.run(TTL)
      b.process.stop(TTL - MARGIN)
      const acknowledged = scene.revoke(a, 'token')
      const startedAt = scene.world.now
      await scene.world.run(TTL - MARGIN + 1)
      b.process.stop(2 * TTL)
      await scene.world.until(acknowledged)
      return { isInTime: scene.world.now - startedAt <= TTL + MARGIN + 50 }
    },
    holds: { isInTime: true },
    without: {
      edits: rules.looksWhenDue,
      seen: { isInTime: false },
    },
  })

  claim('a renewal that was not answered is not counted', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      b.fateOf = losing('renew', 'changesAfter', 'acquire')
      // It renews, by a head that it has reached, and waits in vain for the answer.
      await scene.world.run(TTL / 3 + TTL / 2 + 50)
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.run(2 * TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.unansweredRenewalIsDoubted,
      seen: { isLate: true },
    },
  })

  claim('a node whose renewal was not answered goes on with another lease, and trusts all the while', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      const before = b.cluster.status().nodeId
      const wasCurrent: boolean[] = []
      const look = scene.world.onStep
      scene.world.onStep = () => {
        look()
        wasCurrent.push(b.isCurrent)
      }
      b.fateOf = (operation) => (operation === 'renew' ? ANSWER_LOST : PROMPT)
      await scene.world.run(TTL)
      b.fateOf = () => PROMPT
      await scene.world.run(TTL)
      const after = b.cluster.status().nodeId
      return {
        hasAnotherLease: after !== before && after !== undefined,
        wasAlwaysCurrent: wasCurrent.every(Boolean),
        isOldOneUnawaited: (await scene.millisOf(scene.revoke(a, 'token'))) < 50,
      }
    },
    holds: { hasAnotherLease: true, wasAlwaysCurrent: true, isOldOneUnawaited: true },
  })
})

/** SIGSTOP for one and a half leases, and a feed that is slow to answer afterwards. */
async function stoppedForLong(code: ClusterCode): Promise<Seen> {
  const scene = new Scene(code)
  const [a, b] = await scene.currentNodes(2)
  await scene.remember('token', b)
  b.fateOf = (operation) => (operation === 'changesAfter' ? { toStoreMillis: 1, backMillis: 300 } : PROMPT)
  b.process.stop(1.5 * TTL)
  await scene.world.until(scene.revoke(a, 'token'))
  await scene.world.run(2 * TTL)
  return { isLate: scene.late.length > 0, isCurrentAgain: b.isCurrent }
}

/** SIGSTOP for one and a half leases between the look at the head and the renewal, and a feed that is slow afterwards. */
async function stoppedBeforeRenewal(code: ClusterCode): Promise<Seen> {
  const scene = new Scene(code)
  const [a, b] = await scene.currentNodes(2)
  await scene.remember('token', b)
  let hasLooked = false
  b.fateOf = (operation) => {
    if (operation === 'changesAfter') return { toStoreMillis: 1, backMillis: 300 }
    if (operation !== 'head' || hasLooked) return PROMPT
    hasLooked = true
    scene.world.at(scene.world.now + 1, undefined, () => b.process.stop(1.5 * TTL))
    return { toStoreMillis: 0.5, backMillis: 1 }
  }
  await scene.world.run(TTL / 2)
  await scene.world.until(scene.revoke(a, 'token'))
  await scene.world.run(2 * TTL)
  return { isLate: scene.late.length > 0, isCurrentAgain: b.isCurrent }
}

describe('until when a node trusts', () => {
  claim('the end counts from before the renewal was sent, not from its answer', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      b.fateOf = (operation) => (operation === 'renew' ? { toStoreMillis: 0.5, backMillis: 900 } : PROMPT)
      await scene.world.run(TTL / 3 + 905)
      b.fateOf = () => LOST
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.run(2 * TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.endFromBeforeRenewal,
      seen: { isLate: true },
    },
  })

  claim('the first end counts from before the lease was asked for', {
    async scene(code) {
      const scene = new Scene(code)
      const [a] = await scene.currentNodes(1)
      const b = scene.node({
        fateOf: (operation) =>
          operation === 'acquire' ? { toStoreMillis: 0.5, backMillis: 900 } : losing('renew')(operation),
      })
      await scene.world.run(910)
      await scene.remember('token', b)
      b.fateOf = () => LOST
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.run(2 * TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.endFromBeforeAcquisition,
      seen: { isLate: true },
    },
  })

  claim('a process that was stopped for longer than its lease trusts nothing from its first instruction on', {
    scene: stoppedForLong,
    holds: { isLate: false, isCurrentAgain: true },
    without: {
      edits: rules.endIsCompared,
      seen: { isLate: true, isCurrentAgain: true },
    },
  })

  claim('who has been given up cannot renew any more', {
    scene: stoppedBeforeRenewal,
    holds: { isLate: false, isCurrentAgain: true },
    without: {
      edits: [...rules.givenUpIsFenced, ...rules.fence],
      seen: { isLate: true, isCurrentAgain: true },
    },
  })

  claim('a renewal that comes before the fence is waited for', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      // From here on the one watches the other's renewals.
      await scene.world.until(scene.revoke(a, 'another'))
      b.fateOf = (operation) => {
        if (operation === 'changesAfter') return LOST
        // SIGSTOP after the clock was read and before the renewal is sent.
        return operation === 'renew' ? { ...PROMPT, stopsForMillis: TTL - TTL / 3 + 140 } : PROMPT
      }
      a.fateOf = (operation) => (operation === 'fence' ? { toStoreMillis: 100, backMillis: 1 } : PROMPT)
      await scene.world.run(TTL / 3)
      const millis = await scene.millisOf(scene.revoke(a, 'token'))
      await scene.world.run(2 * TTL)
      return { isLate: scene.late.length > 0, hasWaitedOn: millis > 1.5 * TTL }
    },
    holds: { isLate: false, hasWaitedOn: true },
    without: { edits: rules.givenUpIsFenced, seen: { isLate: true, hasWaitedOn: false } },
  })

  claim('a lease is waited for as long as it lasts, whatever those last who wait', {
    async scene(code) {
      const scene = new Scene(code)
      const [a] = await scene.currentNodes(1)
      const b = scene.node({ ttlMillis: 5 * TTL })
      await scene.world.run(20)
      await scene.remember('token', b)
      b.process.stop(2.5 * TTL)
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.run(5 * TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.waitsForItsTtl,
      seen: { isLate: true },
    },
  })

  claim('a clock that runs 4 % slow lets nobody trust for too long', {
    async scene(code) {
      const scene = new Scene(code)
      const [a] = await scene.currentNodes(1)
      const b = scene.node({ clockOffset: -1_000_000, clockRate: 0.96 })
      await scene.world.run(20)
      await scene.remember('token', b)
      b.fateOf = () => LOST
      await scene.world.until(scene.revoke(a, 'token'))
      await scene.world.run(2 * TTL)
      return { isLate: scene.late.length > 0 }
    },
    holds: { isLate: false },
    without: {
      edits: rules.margin,
      seen: { isLate: true },
    },
  })
})

/** Its lease is slow to come, and its reader gets nothing. */
async function slowToJoin(code: ClusterCode): Promise<Seen> {
  const scene = new Scene(code)
  const [a] = await scene.currentNodes(1)
  const b = scene.node({
    fateOf: (operation) =>
      operation === 'acquire' ? { toStoreMillis: 300, backMillis: 0.5 } : losing('changesAfter')(operation),
  })
  await scene.world.run(20)
  await scene.remember('token', b)
  const millis = await scene.millisOf(scene.revoke(a, 'token'))
  await scene.world.run(500)
  const wasCurrent = b.isCurrent
  b.fateOf = () => PROMPT
  await scene.world.run(TTL)
  return {
    isUnawaited: millis < 50,
    wasCurrent,
    isLate: scene.late.length > 0,
    isCurrentAtLast: b.isCurrent,
  }
}

describe('from when on a node trusts', () => {
  claim('not before it has applied the head', {
    scene: slowToJoin,
    holds: { isUnawaited: true, wasCurrent: false, isLate: false, isCurrentAtLast: true },
    without: {
      edits: rules.headIsApplied,
      seen: { isUnawaited: true, wasCurrent: true, isLate: true, isCurrentAtLast: true },
    },
  })

  claim('the head is read after the row of the lease was committed', {
    scene: slowToJoin,
    holds: { isUnawaited: true, wasCurrent: false, isLate: false, isCurrentAtLast: true },
    without: {
      edits: rules.headIsReadAfterRow,
      seen: { isUnawaited: true, wasCurrent: true, isLate: true, isCurrentAtLast: true },
    },
  })
})

describe('a stop', () => {
  claim('a node that stops trusts nothing from then on, and nobody waits for it', {
    async scene(code) {
      const scene = new Scene(code)
      const [a, b] = await scene.currentNodes(2)
      await scene.remember('token', b)
      const stopped = b.cluster.stop()
      const isCurrent = b.isCurrent
      await scene.world.until(stopped)
      const millis = await scene.millisOf(scene.revoke(a, 'token'))
      return {
        isCurrent,
        isUnawaited: millis < 50,
        rows: scene.store.leases.size,
        isLate: scene.late.length > 0,
      }
    },
    holds: { isCurrent: false, isUnawaited: true, rows: 1, isLate: false },
  })

  claim('a lease that is granted to a node that stops meanwhile is given back', {
    async scene(code) {
      const scene = new Scene(code)
      const b = scene.node({
        fateOf: (operation) => (operation === 'acquire' ? { toStoreMillis: 10, backMillis: 10 } : PROMPT),
      })
      await scene.world.run(15)
      const wasCurrent: boolean[] = []
      scene.world.onStep = () => wasCurrent.push(b.isCurrent)
      await scene.world.until(b.cluster.stop())
      return { rows: scene.store.leases.size, wasCurrent: wasCurrent.some(Boolean) }
    },
    holds: { rows: 0, wasCurrent: false },
  })
})
