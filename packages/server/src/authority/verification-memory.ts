import { type Caveat, decodeToken, isSigned, type SignedToken } from '@jeton/token'
import type { ChangeKind, ChangeListener } from '../change.ts'
import type { TenantId } from '../directory/tenant.ts'
import { AppliedChanges, touchedKey } from './applied-changes.ts'
import { BoundedMap } from './bounded-map.ts'
import { Doorkeeper } from './doorkeeper.ts'
import {
  dependenciesOf,
  type Ground,
  groundKey,
  haveSameSecret,
  keyOfGround,
  type NamedGround,
} from './ground.ts'
import { GROUND_BYTES, type GroundPlace, GroundTable } from './ground-table.ts'
import type { Audience } from './named-token.ts'
import { NOWHERE } from './places.ts'
import {
  type AcceptedBefore,
  DecodedText,
  type ParseBytes,
  type PresentedToken,
  RecalledToken,
  RecalledVerdict,
  type RememberedGround,
  type TokenDecoder,
} from './presented-token.ts'
import { BODY_BYTES, RememberedBodies } from './remembered-bodies.ts'
import { isSameQuestion, type TokenQuestion } from './same-question.ts'
import { SharedParts } from './shared-parts.ts'

/** What a verification may remember, whatever the number of tokens in the store. */
export interface MemoryLimits {
  readonly maxBytes: number
}

/** What a header has room for (limits of the HTTP layer). Longer ones are decoded and compared each time. */
const MAX_REMEMBERED_CHARS = 4096
/** Of the bytes. What is left is for grounds that do not fit into their table. A ground serves a token whatever is asked of it. */
const SHARES = { grounds: 0.65, bodies: 0.225, texts: 0.1 }
/** A ground with its strings, as measured, with what the collector leaves lying about. */
const GROUND_OBJECT_BYTES = 900
/** A text's entry beside its characters, likewise; and what each of them takes. */
const TEXT_BYTES = 1200
const BYTES_PER_CHAR = 2

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
 * What this node remembers of tokens that it has accepted: the records, generations and subject states behind them,
 * texts found well signed, and bodies answered with yes. Bounded, synchronous, and kept true by the changes that it is
 * told of.
 *
 * Nothing is remembered of texts that were not accepted, nor that something is not there: nobody fills it with what he
 * makes up. What it says is to be believed only while the node is current, which the asker finds out.
 */
export class VerificationMemory implements ChangeListener, TokenDecoder {
  readonly #changes = new AppliedChanges()
  readonly #shared = new SharedParts()
  readonly #table: GroundTable
  /** Those that do not fit into the table. */
  readonly #grounds: BoundedMap<RememberedGround>
  readonly #texts: BoundedMap<DecodedText>
  readonly #bodies: RememberedBodies
  readonly #doorkeeper = new Doorkeeper()

  constructor({ maxBytes }: MemoryLimits) {
    const { grounds, bodies, texts } = SHARES
    this.#table = new GroundTable((maxBytes * grounds) / GROUND_BYTES, this.#shared)
    this.#bodies = new RememberedBodies((maxBytes * bodies) / BODY_BYTES)
    this.#texts = new BoundedMap({ maxBytes: maxBytes * texts, maxEntries: Infinity }, bytesOfText)
    const left = { maxBytes: maxBytes * (1 - grounds - bodies - texts), maxEntries: Infinity }
    this.#grounds = new BoundedMap(left, () => GROUND_OBJECT_BYTES)
  }

  /** Decodes a text, unless this very text was accepted before. @throws {TokenError} */
  decode(text: string): PresentedToken {
    const remembered = text.length <= MAX_REMEMBERED_CHARS ? this.#texts.get(text) : undefined
    return remembered ?? new DecodedText(text, decodeToken(text))
  }

  /** The same token, for who has to know all of it. */
  whole(presented: PresentedToken): PresentedToken {
    return presented instanceof RecalledToken ? presented.decoded : presented
  }

  /** What that parser made of those very bytes, if its token was accepted. It is as good as made anew. */
  bodyBefore(parser: ParseBytes, bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
    const before = this.#bodies.find(parser, bytes)
    if (before === undefined || !this.#table.isAt(before.ground)) return undefined
    this.#table.use(before.ground.place)
    const { body, name } = before.form
    return { ...body, [name]: new RecalledToken(before, bytes, this) }
  }

  /** Of a body with one token, which was accepted just now; of others nothing is noted. */
  noteBody(parser: ParseBytes, bytes: Uint8Array, body: Readonly<Record<string, unknown>>): void {
    const name = onlyObjectIn(body)
    const token = name === undefined ? undefined : body[name]
    if (name === undefined || !(token instanceof DecodedText)) return
    const { ground, question, validUntil } = token
    if (question === undefined || ground === undefined) return
    const place = this.#placeOf(ground)
    if (place === undefined) return
    this.#bodies.remember(bytes, { form: { parser, name, body, question }, ground: place, validUntil })
  }

  /** What a caveat's text says; a function of its own, for who judges. */
  get parseCaveat(): (text: string) => Caveat | undefined {
    return this.#shared.caveat
  }

  /** To be noted before a read whose outcome is to be remembered. */
  get position(): number {
    return this.#changes.position
  }

  /** The ground that a token stands on, if one is remembered and no change that was applied has touched it. */
  find(tenantId: TenantId, audience: Audience, presented: PresentedToken): Ground | undefined {
    const known = presented instanceof DecodedText ? presented.ground : undefined
    if (known !== undefined && isOf(known, tenantId, audience) && this.#stillHolds(known)) return known
    const { token } = presented
    const isNamed = token.persistence.kind === 'named'
    const place = isNamed ? this.#table.find(tenantId, audience, token.id) : NOWHERE
    if (place !== NOWHERE && this.#holdsAt(place)) return this.#table.groundAt(place, token.id)
    const key = groundKey(tenantId, audience, token)
    const ground = key === undefined ? undefined : this.#grounds.get(key)
    return ground !== undefined && this.#stillHolds(ground) ? ground : undefined
  }

  /** Whether that is what is remembered of the text already. */
  holds(ground: Ground, presented: PresentedToken): boolean {
    return presented instanceof DecodedText && presented.ground === ground
  }

  /** The token without its signature, if that is known to be good under the secret of that ground. */
  signedUnder(ground: Ground, presented: PresentedToken): SignedToken | undefined {
    if (!(presented instanceof DecodedText) || !isSigned(presented.token)) return undefined
    const { ground: before, token } = presented
    return before === ground || (before !== undefined && haveSameSecret(before, ground)) ? token : undefined
  }

  /** What was found when the same was asked of that very text, on the ground that it still stands on. */
  acceptedBefore(
    tenantId: TenantId,
    audience: Audience,
    presented: PresentedToken,
    question: TokenQuestion,
  ): AcceptedBefore | undefined {
    if (presented instanceof RecalledToken) return this.#recalled(tenantId, audience, presented, question)
    if (!(presented instanceof DecodedText)) return undefined
    const { ground, question: before, token, validUntil } = presented
    if (ground === undefined || before === undefined || !isSigned(token)) return undefined
    const holds =
      isOf(ground, tenantId, audience) && isSameQuestion(before, question) && this.#stillHolds(ground)
    return holds ? { caveats: token.caveats, validUntil, subject: ground.subject, ground } : undefined
  }

  /** Of a text that was found to be good on that ground; of others nothing is noted. */
  noteAccepted(
    ground: Ground,
    presented: PresentedToken,
    { purpose, presentation }: TokenQuestion,
    { validUntil }: Pick<AcceptedBefore, 'validUntil'>,
  ): void {
    if (!(presented instanceof DecodedText) || presented.ground !== ground) return
    presented.question = this.#shared.question({ purpose, presentation })
    presented.validUntil = validUntil
  }

  /**
   * Remembers a text whose signature was found good, and the ground that it stands on; or neither, if a change touched
   * that ground since it was read. A text that comes for the first time is not remembered when the memory is full. To be
   * called in the tick of the verdict.
   *
   * @param since the position that was noted before the ground was read
   * @returns the ground by which it is remembered
   */
  remember(since: number, ground: Ground, presented: PresentedToken, signed: SignedToken): Ground {
    if (!(presented instanceof DecodedText) || !this.#isUntouchedSince(since, ground)) return ground
    const remembered = this.#rememberGround(ground)
    const { text, token } = presented
    const isWorthIt = this.#isWorthIt(presented)
    presented.moveTo(remembered)
    if (!isWorthIt) return remembered
    presented.token = isSigned(token) ? signed : this.#shared.token(signed, remembered.subject)
    this.#texts.set(text, presented)
    return remembered
  }

  /** Of a ground that is remembered as it was before: as it is now. Of others nothing is. */
  renew(since: number, ground: Ground): void {
    // What was remembered is as it is: written once more, it would be another one to who noted where it stands.
    if (ground.kind !== 'named' || isRemembered(ground)) return
    const isKnown = this.#table.find(ground.tenantId, ground.audience, ground.tokenId) !== NOWHERE
    if (isKnown) this.foresee(since, ground)
  }

  /**
   * Remembers a ground for which nobody may have asked yet, unless a change touched it since it was read.
   * @param since the position that was noted before
   */
  foresee(since: number, ground: NamedGround): void {
    if (this.#isUntouchedSince(since, ground)) this.#table.set(ground, this.position)
  }

  /** How much of the table is taken: at 1, whatever is remembered next pushes out something else. */
  get fullness(): number {
    return this.#table.capacity === 0 ? 1 : this.#table.size / this.#table.capacity
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
    this.#table.clear()
    this.#bodies.clear()
  }

  /** For the metrics page. */
  get usage(): {
    readonly texts: number
    readonly grounds: number
    readonly bodies: number
    readonly bytes: number
  } {
    const texts = this.#texts.usage
    const grounds = this.#grounds.usage
    const inTables = this.#table.size * GROUND_BYTES + this.#bodies.size * BODY_BYTES
    return {
      texts: texts.entries,
      grounds: grounds.entries + this.#table.size,
      bodies: this.#bodies.size,
      bytes: texts.bytes + grounds.bytes + inTables,
    }
  }

  #recalled(
    tenantId: TenantId,
    audience: Audience,
    presented: RecalledToken,
    question: TokenQuestion,
  ): AcceptedBefore | undefined {
    const { ground, form, validUntil } = presented.before
    const { place } = ground
    const isAsked = this.#table.isAt(ground) && this.#table.isOf(place, tenantId, audience)
    if (!isAsked || !isSameQuestion(form.question, question) || !this.#holdsAt(place)) return undefined
    const used = { kind: 'named', record: { serial: this.#table.serialAt(place) } } as const
    return new RecalledVerdict(presented, this.#table.subjectAt(place), validUntil, used)
  }

  #rememberGround(ground: Ground): RememberedGround {
    if (isRemembered(ground)) return ground
    const untouchedUpTo = this.position
    const subject = this.#shared.subject(ground.audience, ground.subject)
    const place = ground.kind === 'named' ? this.#table.set(ground, untouchedUpTo) : undefined
    const remembered = { ...ground, subject, untouchedUpTo, place }
    if (place === undefined) this.#grounds.set(keyOfGround(ground), remembered)
    return remembered
  }

  /** Where it stands now: it may have been moved since, or written anew, or have given way to others. */
  #placeOf(ground: RememberedGround): GroundPlace | undefined {
    const { place } = ground
    if (ground.kind !== 'named' || place === undefined || this.#table.isAt(place)) return place
    if (!this.#stillHolds(ground)) return undefined
    const now = this.#table.find(ground.tenantId, ground.audience, ground.tokenId)
    // Both hold, so the next change that is to kill the one kills the other.
    ground.place =
      now !== NOWHERE && this.#holdsAt(now)
        ? this.#table.groundAt(now, ground.tokenId).place
        : this.#table.set(ground, ground.untouchedUpTo)
    return ground.place
  }

  /** Whoever is remembered already is being used. */
  #isWorthIt({ text, ground }: DecodedText): boolean {
    if (text.length > MAX_REMEMBERED_CHARS) return false
    return !this.#texts.isForgetting || ground !== undefined || this.#doorkeeper.admits(text)
  }

  #isUntouchedSince(position: number, ground: Ground): boolean {
    return position === this.position || this.#changes.areUntouchedSince(position, dependenciesOf(ground))
  }

  #stillHolds(ground: RememberedGround): boolean {
    if (!this.#isUntouchedSince(ground.untouchedUpTo, ground)) return false
    ground.untouchedUpTo = this.position
    return true
  }

  #holdsAt(place: number): boolean {
    const untouchedUpTo = this.#table.untouchedUpTo(place)
    // Asked of almost all of them, and what stands there is not even made a ground for it.
    if (untouchedUpTo === this.position) return true
    if (!this.#isUntouchedSince(untouchedUpTo, this.#table.groundAt(place))) return false
    this.#table.setUntouchedUpTo(place, this.position)
    return true
  }
}

function isRemembered(ground: Ground): ground is RememberedGround {
  return 'untouchedUpTo' in ground
}

function isOf(ground: Ground, tenantId: TenantId, audience: Audience): boolean {
  return ground.tenantId === tenantId && ground.audience === audience
}

/** The name of its one part that is not a plain value; `undefined` if it has none or several. */
function onlyObjectIn(body: Readonly<Record<string, unknown>>): string | undefined {
  let only: string | undefined
  for (const name of Object.keys(body)) {
    const value = body[name]
    if (value === null || PLAIN.has(typeof value)) continue
    if (only !== undefined) return undefined
    only = name
  }
  return only
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'undefined'])

function bytesOfText(text: string): number {
  return TEXT_BYTES + text.length * BYTES_PER_CHAR
}
