import { type Caveat, type Integer, isSigned, parseCaveat, type SignedToken, type Token } from '@jeton/token'
import type { Ground } from './ground.ts'
import type { GroundPlace } from './ground-table.ts'
import type { SubjectState } from './named-token.ts'
import type { UsedGround } from './noted-uses.ts'
import type { RememberedBody } from './remembered-bodies.ts'
import type { TokenQuestion } from './same-question.ts'

/** A token as it was presented: a text that decodes. Nothing of it is verified for whoever is about to look at it. */
export interface PresentedToken {
  readonly text: string
  /** Decoded, or what is left to judge of it because this very text was accepted before. */
  readonly token: Token | SignedToken
}

/** A ground that held when the changes up to a position had been applied. */
export type RememberedGround = Ground & {
  untouchedUpTo: number
  /** Where it was put; others may stand there by now. `undefined`: it did not fit into the table. */
  place: GroundPlace | undefined
}

/** A text that was decoded, and what has been found of it since. */
export class DecodedText implements PresentedToken {
  readonly text: string
  token: Token | SignedToken
  /** Under whose secret the signature was found good. Whether it still holds is another question. */
  ground: RememberedGround | undefined = undefined
  /** What was asked when it was last accepted on that ground, and until when that holds. */
  question: TokenQuestion | undefined = undefined
  validUntil: Integer | undefined = undefined

  constructor(text: string, token: Token) {
    this.text = text
    this.token = token
  }

  /** What was found on the ground before does not count on that one. */
  moveTo(ground: RememberedGround): void {
    this.ground = ground
    this.question = undefined
    this.validUntil = undefined
  }
}

/** What decodes tokens; it may know a text from before. */
export interface TokenDecoder {
  /** @throws {TokenError} */
  decode(text: string): PresentedToken
}

/** What makes a body's values of its bytes: the same of the same, each time. */
export type ParseBytes = (bytes: Uint8Array, tokens: TokenDecoder) => unknown

/** The token of a body that was answered before. The bytes are parsed again only for who asks for more of it. */
export class RecalledToken implements PresentedToken {
  readonly before: RememberedBody
  readonly #bytes: Uint8Array
  readonly #tokens: TokenDecoder
  #decoded: PresentedToken | undefined

  constructor(before: RememberedBody, bytes: Uint8Array, tokens: TokenDecoder) {
    this.before = before
    this.#bytes = bytes
    this.#tokens = tokens
  }

  /** As it would have been presented if nothing were remembered of the body. */
  get decoded(): PresentedToken {
    return (this.#decoded ??= this.#parseAgain())
  }

  get text(): string {
    return this.decoded.text
  }

  get token(): Token | SignedToken {
    return this.decoded.token
  }

  get caveats(): readonly Caveat[] {
    const { token } = this
    return isSigned(token) ? token.caveats : token.caveats.flatMap((text) => parseCaveat(text) ?? [])
  }

  #parseAgain(): PresentedToken {
    const { parser, name } = this.before.form
    // Safe: these very bytes gave that parser a body with a token of that name.
    const body = parser(this.#bytes, this.#tokens) as Readonly<Record<string, PresentedToken>>
    const token = body[name]
    if (token === undefined) throw new Error(`no ${name} in a body that had one`)
    return token
  }
}

/** What was found when the same was asked of the same token, and it was accepted. */
export interface AcceptedBefore {
  readonly caveats: readonly Caveat[]
  readonly validUntil: Integer | undefined
  readonly subject: SubjectState
  /** What of its ground is needed to note that it was used. */
  readonly ground: UsedGround
}

export class RecalledVerdict implements AcceptedBefore {
  readonly validUntil: Integer | undefined
  readonly subject: SubjectState
  readonly ground: UsedGround
  readonly #token: RecalledToken

  constructor(
    token: RecalledToken,
    subject: SubjectState,
    validUntil: Integer | undefined,
    ground: UsedGround,
  ) {
    this.#token = token
    this.subject = subject
    this.validUntil = validUntil
    this.ground = ground
  }

  get caveats(): readonly Caveat[] {
    return this.#token.caveats
  }
}
