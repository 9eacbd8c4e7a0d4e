import type { TokenRefusal } from '@jeton/token'
import type { NotedUses, UsedGround } from '../authority/noted-uses.ts'
import type { VerdictWatch } from '../authority/verdict-watch.ts'

/** Counts verdicts, and notes which tokens were accepted. */
export class VerdictCounts implements VerdictWatch {
  acceptedTotal = 0
  /** Verdicts on what was remembered. */
  remembered = 0
  /** Verdicts that the store was asked for. */
  asked = 0
  readonly refusals: Record<TokenRefusal['kind'], number> = {
    not_an_access_token: 0,
    not_an_identity_token: 0,
    not_an_invite_token: 0,
    token_invalid: 0,
    token_revoked: 0,
    caveat_unknown: 0,
    caveat_unverified: 0,
    session_invalid: 0,
    subject_invalid: 0,
    user_blocked: 0,
    service_forbidden: 0,
  }
  readonly #noted: NotedUses

  constructor(noted: NotedUses) {
    this.#noted = noted
  }

  looked(isRemembered: boolean): void {
    if (isRemembered) this.remembered += 1
    else this.asked += 1
  }

  accepted(ground: UsedGround | undefined, at: number): void {
    this.acceptedTotal += 1
    if (ground !== undefined) this.#noted.note(ground, at)
  }

  refused(why: TokenRefusal['kind']): void {
    this.refusals[why] += 1
  }
}
