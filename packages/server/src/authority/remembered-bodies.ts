import type { Integer } from '@jeton/token'
import { type AskedForm, AskedForms } from './asked-forms.ts'
import type { GroundPlace } from './ground-table.ts'
import { NOWHERE, Places } from './places.ts'
import type { ParseBytes } from './presented-token.ts'
import { NUMBER_WORDS, Records, WORD_BYTES } from './records.ts'

/** Room for a token of the length that a header has room for, and for what is asked of it. */
const MAX_BODY_BYTES = 5 * 1024

/** A body with one token in it, which was accepted. */
export interface RememberedBody {
  readonly form: AskedForm
  /** On what the token was accepted. */
  readonly ground: GroundPlace
  /** As long as nothing but the time changes; `undefined`: for ever. */
  readonly validUntil: Integer | undefined
}

const DIGEST_BYTES = 32
/** Of the digest, beside the word of it that finds the place: 190 bits in all. */
const DIGEST_WORDS = 5
/** The words of a place: the digest, and the ground's place. */
const GROUND_AT = DIGEST_WORDS
/** Behind these the same place has numbers: the ground's stamp, the form's number, and until when. */
const STAMP_AT = Math.ceil((GROUND_AT + 1) / NUMBER_WORDS)
const FORM_AT = STAMP_AT + 1
const VALID_UNTIL_AT = FORM_AT + 1
const NUMBERS = VALID_UNTIL_AT + 1

/** What a body takes, however long. */
export const BODY_BYTES = Places.bytes + NUMBERS * NUMBER_WORDS * WORD_BYTES

/**
 * Bodies that come again and again, byte for byte: what is asked in them, and that it was answered with yes. Of a body
 * its SHA-256 is kept and nothing else, so neither a token nor what it takes to make one stands here.
 */
export class RememberedBodies {
  readonly #places: Places
  readonly #records = new Records(NUMBERS)
  readonly #forms = new AskedForms()
  /** Of the body that is looked for. */
  readonly #digestBytes = new Uint8Array(DIGEST_BYTES)
  readonly #digest = new Int32Array(this.#digestBytes.buffer)
  /** The body that this is the digest of, while it is one that was not found: it will be remembered, if at all, next. */
  #missed: Uint8Array | undefined

  constructor(maxPlaces: number) {
    this.#places = new Places(maxPlaces, (from, to) => {
      this.#records.take(from)
      this.#records.put(to)
    })
  }

  get size(): number {
    return this.#places.taken
  }

  find(parser: ParseBytes, bytes: Uint8Array): RememberedBody | undefined {
    if (bytes.length > MAX_BODY_BYTES) return undefined
    const place = this.#places.find(this.#hash(bytes), this.#isDigest)
    this.#missed = place === NOWHERE ? bytes : undefined
    if (place === NOWHERE) return undefined
    const { words, numbers } = this.#at(place)
    const form = this.#forms.at(numbers[FORM_AT] ?? 0)
    if (form?.parser !== parser) return undefined
    this.#places.use(place)
    const validUntil = numbers[VALID_UNTIL_AT] ?? 0
    return {
      form,
      ground: { place: words[GROUND_AT] ?? 0, stamp: numbers[STAMP_AT] ?? 0 },
      validUntil: Number.isNaN(validUntil) ? undefined : validUntil,
    }
  }

  remember(bytes: Uint8Array, { form, ground, validUntil }: RememberedBody): void {
    // Beyond that no number is exact; such a token is as good as valid for ever, and judged each time.
    if (bytes.length > MAX_BODY_BYTES || typeof validUntil === 'bigint') return
    const hash = bytes === this.#missed ? this.#firstWord : this.#hash(bytes)
    this.#missed = undefined
    const before = this.#places.find(hash, this.#isDigest)
    const place = before === NOWHERE ? this.#places.take(hash) : before
    if (place === NOWHERE) return
    const { words, numbers } = this.#records
    for (let word = 0; word < DIGEST_WORDS; word += 1) words[word] = this.#digest[word + 1] ?? 0
    words[GROUND_AT] = ground.place
    numbers[STAMP_AT] = ground.stamp
    numbers[FORM_AT] = this.#forms.numberOf(form)
    numbers[VALID_UNTIL_AT] = validUntil ?? Number.NaN
    this.#records.put(place)
  }

  clear(): void {
    this.#places.clear()
  }

  #hash(bytes: Uint8Array): number {
    Bun.SHA256.hash(bytes, this.#digestBytes)
    return this.#firstWord
  }

  get #firstWord(): number {
    return this.#digest[0] ?? 0
  }

  #at(place: number): Records {
    this.#records.take(place)
    return this.#records
  }

  readonly #isDigest = (place: number): boolean => {
    const { words } = this.#at(place)
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if (words[word] !== this.#digest[word + 1]) return false
    }
    return true
  }
}
