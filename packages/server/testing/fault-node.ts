import { dirname, join } from 'node:path'
import { systemAmbient } from '../src/ambient-system.ts'
import { ClusterNode } from '../src/cluster/cluster-node.ts'

/*
 * A launcher of `jeton serve` whose wall clock can be made to jump, and into which one of the bugs below can be put:
 *
 *   bun fault-node.ts <bug | none> …/bin/jeton serve …
 *
 * Everything else is the command line's own. The bugs are put into the running program from outside, so that nothing in
 * the program itself can turn them on.
 */

/** What would break the promise, and what the fault test therefore must find. */
export type Bug = 'acknowledges without waiting' | 'trusts after its lease'

const BUGS: Readonly<Record<Bug, () => void>> = {
  'acknowledges without waiting'() {
    ClusterNode.prototype.acknowledged = (commit) => async (work) => (await commit(work)).result
    ClusterNode.prototype.settled = async () => undefined
  },
  'trusts after its lease'() {
    ClusterNode.prototype.isCurrent = () => true
  },
}

const AN_HOUR_MILLIS = 3_600_000

if (import.meta.main) {
  const [bun = '', , bug = 'none', executable = '', ...args] = process.argv
  // Safe: an own key of that table is a bug.
  if (Object.hasOwn(BUGS, bug)) BUGS[bug as Bug]()
  else if (bug !== 'none') throw new Error(`no such bug: ${bug}`)
  letClockJump()
  process.argv = [bun, executable, ...args]
  await import(join(dirname(executable), '../src/main.ts'))
}

/** On SIGUSR2: an hour forward, then two back, then one forward again. */
function letClockJump(): void {
  const real = { ...systemAmbient }
  const offsets = [AN_HOUR_MILLIS, -AN_HOUR_MILLIS, 0]
  let offset = 0
  process.on('SIGUSR2', () => {
    offset = offsets.shift() ?? 0
    offsets.push(offset)
  })
  const jumping = (): number => real.nowMillis() + offset
  Object.assign(systemAmbient, { nowMillis: jumping, now: () => Math.floor(jumping() / 1000) })
}
