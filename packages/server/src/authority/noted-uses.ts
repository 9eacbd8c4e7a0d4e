import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Ground } from './ground.ts'
import type { Audience } from './named-token.ts'
import type { TokenUse } from './ports.ts'

/** As many as can be written in the time that there is for it, see `UsageWriter`. */
const MAX_TOKENS = 50_000

/** Changed in place, so that a use allocates nothing. */
interface Noted {
  lastUsedAt: number
  uses: number
}

type Tokens = Map<string, Noted>

/**
 * Which named tokens were accepted, in memory: no verification writes anything. Bounded: of tokens beyond the limit
 * nothing is noted until the others were taken. Of temporary tokens nothing is recorded anywhere, and nothing here.
 */
export class NotedUses {
  readonly #maxTokens: number
  // Three look-ups of what is at hand cost less than one of a key that has to be put together.
  #tenants = new Map<TenantId, Map<Audience, Tokens>>()
  #size = 0

  constructor(maxTokens = MAX_TOKENS) {
    this.#maxTokens = maxTokens
  }

  /** How many tokens have been used. */
  get size(): number {
    return this.#size
  }

  /** @param at Unix seconds */
  note(ground: Ground, at: number): void {
    if (ground.kind === 'named') this.#add(ground.tenantId, ground.audience, ground.tokenId, at, 1)
  }

  /** All of it, for whoever writes it down. */
  take(): TokenUse[] {
    const taken: TokenUse[] = []
    for (const [tenantId, audiences] of this.#tenants) {
      for (const [audience, tokens] of audiences) {
        for (const [id, { lastUsedAt, uses }] of tokens) {
          // Safe as a brand: it is the time of a verdict.
          taken.push({ tenantId, audience, id, lastUsedAt: lastUsedAt as UnixSeconds, uses })
        }
      }
    }
    this.#tenants = new Map()
    this.#size = 0
    return taken
  }

  /** What could not be written down. */
  putBack(uses: readonly TokenUse[]): void {
    for (const use of uses) this.#add(use.tenantId, use.audience, use.id, use.lastUsedAt, use.uses)
  }

  #add(tenantId: TenantId, audience: Audience, id: string, at: number, uses: number): void {
    const tokens = this.#tokensOf(tenantId, audience)
    const noted = tokens.get(id)
    if (noted !== undefined) {
      noted.uses += uses
      if (at > noted.lastUsedAt) noted.lastUsedAt = at
    } else if (this.#size < this.#maxTokens) {
      tokens.set(id, { lastUsedAt: at, uses })
      this.#size += 1
    }
  }

  #tokensOf(tenantId: TenantId, audience: Audience): Tokens {
    let audiences = this.#tenants.get(tenantId)
    if (audiences === undefined) this.#tenants.set(tenantId, (audiences = new Map()))
    let tokens = audiences.get(audience)
    if (tokens === undefined) audiences.set(audience, (tokens = new Map()))
    return tokens
  }
}
