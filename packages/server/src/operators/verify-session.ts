import type { Ambient } from '../ambient.ts'
import type { VerdictWatch } from '../authority/verdict-watch.ts'
import type { Atomically } from '../atomically.ts'
import { type KnownSessionsDeps, readSession, type SessionFacts } from './known-sessions.ts'
import type { OperatorSessionWrites } from './session-ports.ts'
import { SESSION_TEXT } from './session-text.ts'

export interface VerifySessionDeps extends KnownSessionsDeps {
  readonly watch: VerdictWatch
  readonly ambient: Pick<Ambient, 'now' | 'nowMillis'>
}

/** Why a text does not let anybody in. */
export type SessionRefusal =
  /** It is no session's, or no longer. */
  'unknown' | 'expired' | 'wrong_address' | 'operator_shut_out'

/**
 * Whose session that is, by what is remembered or else after one read. What he may do is the asker's to find out.
 *
 * @param clientAddress as it is compared and shown everywhere
 * @returns no promise where nothing has to be waited for, which is what makes a request cheap
 */
export function verifySession(
  deps: VerifySessionDeps,
  text: string,
  clientAddress: string,
): SessionFacts | SessionRefusal | Promise<SessionFacts | SessionRefusal> {
  // What cannot be one costs no look-up, and is not hashed however long it is.
  if (!SESSION_TEXT.test(text)) return judged(deps, undefined, clientAddress)
  const remembered = deps.sessionMemory.find(text)
  const isRemembered = remembered !== undefined && deps.trust.isCurrent()
  deps.watch.looked(isRemembered)
  return isRemembered
    ? judged(deps, remembered, clientAddress)
    : readSession(deps, text).then((facts) => judged(deps, facts, clientAddress))
}

/** By the clock as it is after the last wait. */
function judged(
  { watch, ambient }: VerifySessionDeps,
  facts: SessionFacts | undefined,
  clientAddress: string,
): SessionFacts | SessionRefusal {
  const why = refusalOf(facts, ambient.nowMillis(), clientAddress)
  if (why !== undefined || facts === undefined) {
    watch.refused(why === 'operator_shut_out' ? 'user_blocked' : 'token_invalid')
    return why ?? 'unknown'
  }
  watch.accepted(facts.ground, ambient.now())
  return facts
}

function refusalOf(
  facts: SessionFacts | undefined,
  nowMillis: number,
  clientAddress: string,
): SessionRefusal | undefined {
  if (facts === undefined) return 'unknown'
  if (nowMillis >= facts.expiresAtMillis) return 'expired'
  if (facts.onlyAddress !== undefined && facts.onlyAddress !== clientAddress) return 'wrong_address'
  return facts.isShutOut ? 'operator_shut_out' : undefined
}

/**
 * That the caller has asked for his profile, which makes a bearer good for everything else: on every node when it
 * resolves, for none remembers one that has not.
 */
export async function noteProfileCalled(
  { atomically }: { readonly atomically: Atomically<Pick<OperatorSessionWrites, 'sessions'>> },
  { sessionId, isProfileCalled }: Pick<SessionFacts, 'sessionId' | 'isProfileCalled'>,
): Promise<void> {
  if (!isProfileCalled) await atomically(({ sessions }) => sessions.noteProfileCall({ id: sessionId }))
}
