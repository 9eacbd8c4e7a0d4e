import { type Caveat, decodeToken, type Integer, isSigned, type SignedToken, type Token } from '@jeton/token'
import type { ChangeKind, ChangeListener } from '../change.ts'
import type { TenantId } from '../directory/tenant.ts'
import { AppliedChanges, touchedKey } from './applied-changes.ts'
import { BoundedMap } from './bounded-map.ts'
import { Doorkeeper } from './doorkeeper.ts'
import { dependenciesOf, type Ground, groundKey, haveSameSecret } from './ground.ts'
import type { Audience } from './named-token.ts'
import { RememberedBodies } from './remembered-bodies.ts'
import { isSameQuestion, type TokenQuestion } from './same-question.ts'
import { SharedParts } from './shared-parts.ts'

/** A token as it was presented: a text that decodes. Nothing of it is verified for whoever is about to look at it. */
export interface PresentedToken {
  readonly text: string
  /** Decoded, or what is left to judge of it because this very text was accepted before. */
  readonly token: Token | SignedToken
}

/** What a verification may remember, whatever the number of tokens in the store. */
export interface MemoryLimits {
  readonly maxBytes: number
}

export const DEFAULT_MEMORY_LIMITS: MemoryLimits = { maxBytes: 128 * 1024 * 1024 }

/** What a header has room for (limits of the HTTP layer). Longer ones are decoded and compared each time. */
const MAX_REMEMBERED_CHARS = 4096
/** Of the bytes, how many are for texts, and for whole bodies with texts in them; the rest is for grounds without them. */
const SHARE_OF_TEXTS = 0.75
const SHARE_OF_BODIES = 0.125
/** A ground with its strings, as measured, with what the collector leaves lying about. */
const GROUND_BYTES = 900
/** A text's entry beside its characters, likewise; and what each of them takes. */
const TEXT_BYTES = 1200
const BYTES_PER_CHAR = 2

/** What a verdict says of a token that it accepts. */
export interface Accepted {
  readonly caveats: readonly Caveat[]
  readonly validUntil: Integer | undefined
}

/** A ground that held when the changes up to a position had been applied. */
type RememberedGround = Ground & { untouchedUpTo: number }

class RememberedToken implements PresentedToken, Accepted {
  readonly text: string
  token: SignedToken
  /** Under whose secret the signature was found good. Whether it still holds is another question. */
  ground: RememberedGround
  /** What was asked when it was last accepted on that ground, and until when that holds. */
  question: TokenQuestion | undefined
  validUntil: Integer | undefined

  constructor(text: string, token: SignedToken, ground: RememberedGround) {
    this.text = text
    this.token = token
    this.ground = ground
    this.question = undefined
    this.validUntil = undefined
  }

  get caveats(): readonly Caveat[] {
    return this.token.caveats
  }

  /** What was found on the ground before does not count on that one. */
  moveTo(ground: RememberedGround, token: SignedToken): void {
    this.token = token
    this.ground = ground
    this.question = undefined
    this.validUntil = undefined
  }
}

/** Kinds that name what they touch. The feed can bring others, of newer versions: those touch everything. */
const TOUCHING: ReadonlySet<string> = new Set<ChangeKind>(['token', 'epoch', 'generation', 'subject'])
/** What these tell of is read from the store each time. */
const NOT_REMEMBERED: ReadonlySet<string> = new Set<ChangeKind>([
  'password',
  'privilege',
  'membership',
  'support',
  'role',
  'tenant',
  'session',
])

/**
 * What this node remembers of tokens that it has accepted: texts decoded and found well signed, and the records,
 * generations and subject states behind them. Bounded, synchronous, and kept true by the changes that it is told of.
 *
 * Nothing is remembered of what was not accepted, nor that something is not there: nobody fills it with texts that he
 * makes up. What it says is to be believed only while the node is current, which the asker finds out.
 */
export class VerificationMemory implements ChangeListener {
  readonly #changes = new AppliedChanges()
  readonly #texts: BoundedMap<RememberedToken>
  readonly #grounds: BoundedMap<RememberedGround>
  readonly #bodies: RememberedBodies<RememberedToken>
  readonly #doorkeeper = new Doorkeeper()
  readonly #shared = new SharedParts()

  constructor({ maxBytes }: MemoryLimits = DEFAULT_MEMORY_LIMITS) {
    const ofTexts = maxBytes * SHARE_OF_TEXTS
    this.#texts = new BoundedMap({ maxBytes: ofTexts, maxEntries: Infinity }, bytesOfText)
    const ofBodies = maxBytes * SHARE_OF_BODIES
    this.#bodies = new RememberedBodies(ofBodies)
    const ofGrounds = maxBytes - ofTexts - ofBodies
    this.#grounds = new BoundedMap({ maxBytes: ofGrounds, maxEntries: Infinity }, () => GROUND_BYTES)
  }

  /** Decodes a text, unless this very text was accepted before. @throws {TokenError} */
  decode(text: string): PresentedToken {
    const remembered = text.length <= MAX_REMEMBERED_CHARS ? this.#texts.get(text) : undefined
    return remembered ?? { text, token: decodeToken(text) }
  }

  /** What that parser made of those very bytes. It is as good as made anew: only what was accepted before is in it. */
  bodyBefore(parser: object, bytes: Uint8Array): object | undefined {
    const before = this.#bodies.find(parser, bytes)
    if (before === undefined) return undefined
    if (before.toldAt !== this.#texts.ages) {
      before.toldAt = this.#texts.ages
      // Whose body is known is not looked for by his text, and is used all the same.
      for (const { text } of before.tokens) this.#texts.get(text)
    }
    return before.body
  }

  /** Of a body with tokens of which all are remembered; of others nothing is noted. */
  noteBody(parser: object, bytes: Uint8Array, body: object): void {
    const parts = Object.values(body).filter((part) => typeof part === 'object' && part !== null)
    const tokens = parts.filter((part) => part instanceof RememberedToken)
    if (tokens.length === 0 || tokens.length < parts.length) return
    this.#bodies.remember({ parser, bytes, body, tokens, toldAt: this.#texts.ages })
  }

  /** To be noted before a read whose outcome is to be remembered. */
  get position(): number {
    return this.#changes.position
  }

  /** The ground that a token stands on, if one is remembered and no change that was applied has touched it. */
  find(tenantId: TenantId, audience: Audience, presented: PresentedToken): Ground | undefined {
    if (presented instanceof RememberedToken) {
      const { ground } = presented
      const isAsked = ground.tenantId === tenantId && ground.audience === audience
      if (isAsked && this.#stillHolds(ground)) return ground
    }
    const key = groundKey(tenantId, audience, presented.token)
    const ground = key === undefined ? undefined : this.#grounds.get(key)
    return ground !== undefined && this.#stillHolds(ground) ? ground : undefined
  }

  /** Whether that is what is remembered of the text already. */
  holds(ground: Ground, presented: PresentedToken): boolean {
    return presented instanceof RememberedToken && presented.ground === ground
  }

  /** The token without its signature, if that is known to be good under the secret of that ground. */
  signedUnder(ground: Ground, presented: PresentedToken): SignedToken | undefined {
    if (!(presented instanceof RememberedToken)) return undefined
    if (presented.ground === ground) return presented.token
    return haveSameSecret(presented.ground, ground) ? presented.token : undefined
  }

  /** What was found when the same was asked of that very text, and it was accepted on that very ground. */
  acceptedBefore(ground: Ground, presented: PresentedToken, question: TokenQuestion): Accepted | undefined {
    const before = presented instanceof RememberedToken && presented.ground === ground ? presented : undefined
    return before?.question !== undefined && isSameQuestion(before.question, question) ? before : undefined
  }

  /** Of a text that is remembered with that ground; of others nothing is noted. */
  noteAccepted(
    ground: Ground,
    presented: PresentedToken,
    { purpose, presentation }: TokenQuestion,
    { validUntil }: Pick<Accepted, 'validUntil'>,
  ): void {
    if (!(presented instanceof RememberedToken) || presented.ground !== ground) return
    presented.question = this.#shared.question({ purpose, presentation })
    presented.validUntil = validUntil
  }

  /**
   * Remembers a text whose signature was found good, and the ground that it stands on; or neither, if a change touched
   * that ground since it was read, or if the memory is full and the text comes for the first time. To be called in the
   * tick of the verdict.
   *
   * @param since the position that was noted before the ground was read
   */
  remember(since: number, ground: Ground, presented: PresentedToken, signed: SignedToken): void {
    if (!this.#isWorthIt(presented) || !this.#changes.areUntouchedSince(since, dependenciesOf(ground))) return
    const subject = this.#shared.subject(ground.subject)
    const remembered = { ...ground, subject, untouchedUpTo: this.#changes.position }
    const key = groundKey(ground.tenantId, ground.audience, signed)
    if (key !== undefined) this.#grounds.set(key, remembered)
    if (presented.text.length > MAX_REMEMBERED_CHARS) return
    this.#texts.set(presented.text, this.#rememberedToken(presented, signed, remembered))
  }

  apply(change: Parameters<ChangeListener['apply']>[0]): void {
    const { kind, tenantId, key } = change
    if (TOUCHING.has(kind)) this.#changes.touch(touchedKey(kind, tenantId, key))
    else if (!NOT_REMEMBERED.has(kind)) this.flush()
  }

  flush(): void {
    this.#changes.touchAll()
    this.#texts.clear()
    this.#grounds.clear()
    this.#bodies.clear()
  }

  /** For the metrics page. */
  get usage(): { readonly texts: number; readonly grounds: number; readonly bytes: number } {
    const texts = this.#texts.usage
    const grounds = this.#grounds.usage
    return {
      texts: texts.entries,
      grounds: grounds.entries,
      bytes: texts.bytes + grounds.bytes + this.#bodies.bytes,
    }
  }

  #rememberedToken(
    presented: PresentedToken,
    signed: SignedToken,
    ground: RememberedGround,
  ): RememberedToken {
    // One object for a text, whatever becomes of its ground: remembered bodies hold it.
    if (presented instanceof RememberedToken) {
      presented.moveTo(ground, signed)
      return presented
    }
    const { text, token } = presented
    const shared = isSigned(token) ? signed : this.#shared.token(signed, token.caveats, ground.subject)
    return new RememberedToken(text, shared, ground)
  }

  /** Whoever is remembered already is being used. */
  #isWorthIt(presented: PresentedToken): boolean {
    if (!this.#texts.isForgetting || presented instanceof RememberedToken) return true
    return this.#doorkeeper.admits(presented.text)
  }

  #stillHolds(ground: RememberedGround): boolean {
    if (ground.untouchedUpTo === this.#changes.position) return true
    if (!this.#changes.areUntouchedSince(ground.untouchedUpTo, dependenciesOf(ground))) return false
    ground.untouchedUpTo = this.#changes.position
    return true
  }
}

function bytesOfText(text: string): number {
  return TEXT_BYTES + text.length * BYTES_PER_CHAR
}
