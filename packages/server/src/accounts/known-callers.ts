import { type Dependency, RememberedFacts } from '../authority/remembered-facts.ts'
import type { UserId } from '../directory/user.ts'
import type { Trust } from '../trust.ts'
import type { CallerFacts } from './caller.ts'
import { type CallerReads, GROUPS_KEY } from './ports.ts'

/** Some half a KB each. */
const MAX_REMEMBERED = 16_384

/** What decides what users may do, of those who called lately. */
export class CallerMemory extends RememberedFacts<CallerFacts> {
  constructor(maxEntries = MAX_REMEMBERED) {
    super(maxEntries, {
      subject: true,
      role: true,
      tenant: true,
      token: false,
      epoch: false,
      generation: false,
      password: false,
      privilege: false,
      membership: false,
      support: false,
      session: false,
    })
  }
}

export interface KnownCallersDeps {
  readonly callers: Pick<CallerReads, 'findCaller'>
  readonly callerMemory: CallerMemory
  readonly trust: Trust
}

/**
 * All that decides what a user may do in his account, by what is remembered or else after one read.
 * @returns `undefined` when he is gone; no promise where nothing has to be waited for
 */
export function findCaller(
  deps: KnownCallersDeps,
  userId: UserId,
): CallerFacts | undefined | Promise<CallerFacts | undefined> {
  const remembered = deps.callerMemory.find(String(userId))
  return remembered !== undefined && deps.trust.isCurrent() ? remembered : readCaller(deps, userId)
}

function readCaller(
  { callers, callerMemory, trust }: KnownCallersDeps,
  userId: UserId,
): Promise<CallerFacts | undefined> {
  return callerMemory.fill(trust, String(userId), () => callers.findCaller(userId), dependenciesOf)
}

function dependenciesOf({ tenantId, userId }: CallerFacts): readonly Dependency[] {
  const user = String(userId)
  return [
    { kind: 'subject', tenantId, key: user },
    { kind: 'role', tenantId, key: user },
    { kind: 'role', tenantId, key: GROUPS_KEY },
    { kind: 'tenant', tenantId, key: String(tenantId) },
  ]
}
