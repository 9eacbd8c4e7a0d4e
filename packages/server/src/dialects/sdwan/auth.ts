import type { Call } from '../dialect.ts'
import type { SessionFacts } from './caller.ts'
import type { SdwanDeps } from './deps.ts'
import { refusal } from './refusal.ts'

/**
 * Who calls (Prisma SD-WAN, credentials).
 * @throws {SdwanRefusal} `NOT_AUTHENTICATED`
 */
export function authenticate(_deps: SdwanDeps, _call: Call): SessionFacts | Promise<SessionFacts> {
  throw refusal('NOT_AUTHENTICATED')
}
