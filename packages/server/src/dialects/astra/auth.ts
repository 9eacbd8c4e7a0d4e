import type { CallerFacts } from '../../accounts/caller.ts'
import { findCaller } from '../../accounts/known-callers.ts'
import type { NamedGround } from '../../authority/ground.ts'
import { verifyOpaqueToken } from '../../authority/verify-opaque.ts'
import type { AstraDeps } from './deps.ts'
import { ProblemRaised } from './problem.ts'

/** The scheme's case does not matter (RFC 9110, 11.1). */
const BEARER = /^bearer +(\S.*)$/i

/**
 * Whose token the request brings (Astra, §5.2, 1 and 2). Whether he may get in is the next question.
 * @returns no promise where nothing has to be waited for, which is what makes a request cheap
 * @throws {ProblemRaised} 3 without a bearer token, 4 for one that is none, or no longer
 */
export function authenticate(deps: AstraDeps, headers: Headers): CallerFacts | Promise<CallerFacts> {
  const text = BEARER.exec(headers.get('authorization') ?? '')?.[1]
  if (text === undefined) throw new ProblemRaised({ number: 3 })
  const ground = verifyOpaqueToken(deps, 'astra', text)
  return ground instanceof Promise ? ground.then((found) => callerOf(deps, found)) : callerOf(deps, ground)
}

function callerOf(deps: AstraDeps, ground: NamedGround | undefined): CallerFacts | Promise<CallerFacts> {
  const ref = ground?.subject.ref
  if (ref?.kind !== 'user') throw new ProblemRaised({ number: 4 })
  const facts = findCaller(deps, ref.id)
  return facts instanceof Promise ? facts.then(required) : required(facts)
}

/** Removed this very moment, his token with him. */
function required(facts: CallerFacts | undefined): CallerFacts {
  if (facts === undefined) throw new ProblemRaised({ number: 4 })
  return facts
}
