import type { TenantId } from '../directory/tenant.ts'
import type { NamedGround } from './ground.ts'
import { AUDIENCES, type Audience, type SubjectRef, type SubjectState } from './named-token.ts'
import { PACKED_WORDS, packId, unpackId, unpackNumber } from './packed-id.ts'
import { NOWHERE, Places } from './places.ts'
import type { SharedParts } from './shared-parts.ts'

/** Where a ground stands, and which of all that have stood there it is. */
export interface GroundPlace {
  readonly place: number
  readonly stamp: number
}

/** A ground from here, up to where no change has touched it, and where it stands. */
export interface TableGround extends NamedGround {
  untouchedUpTo: number
  readonly place: GroundPlace
}

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT
const SALT_BYTES = 16
/** The words of a place: token id and tenant, the subject's id as its audience shows it and the canonical one, the salt … */
const SUBJECT_AT = PACKED_WORDS
const SALT_AT = SUBJECT_AT + PACKED_WORDS
/** … and flags with the root key's id above them. */
const FLAGS_AT = SALT_AT + SALT_BYTES / WORD_BYTES

const AUDIENCE_BITS = 0b11
const IS_REVOKED = 0b100
const IS_BLOCKED = 0b1000
const IS_PROVIDER = 0b1_0000
const KID_SHIFT = 16
const MAX_KID = 0x7fff
/** The golden ratio in 32 bits. */
const STREW = 0x9e37_79b1

/** Behind these the same place has numbers: the serial, up to where no change has touched the ground, and the stamp. */
const SERIAL_AT = Math.ceil((FLAGS_AT + 1) / 2)
const UNTOUCHED_AT = SERIAL_AT + 1
const STAMP_AT = UNTOUCHED_AT + 1
const NUMBERS = STAMP_AT + 1
const WORDS = 2 * NUMBERS

/** What a ground takes. */
export const GROUND_BYTES = Places.bytes + WORDS * WORD_BYTES

/**
 * Grounds of named tokens, as numbers: a tenth of what they take as objects, and nothing that the collector of garbage
 * walks over. Bounded by its places. Grounds of another form than almost all have (ids that came from elsewhere, sealed
 * secrets) do not fit.
 *
 * Two grounds at one place are told apart by their stamps: whoever notes a place notes the stamp with it.
 */
export class GroundTable {
  readonly #places: Places
  /** The same memory in three views: what belongs together lies together. */
  readonly #numbers: Float64Array
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #shared: SharedParts
  /** What is looked for, or being written. */
  readonly #key = new Int32Array(PACKED_WORDS)
  readonly #subject = new Int32Array(PACKED_WORDS)
  #keyAudience = 0
  #lastStamp = 0
  /** Stamps that nothing has any more. */
  #clearedUpTo = 0

  constructor(maxPlaces: number, shared: SharedParts) {
    this.#places = new Places(maxPlaces)
    this.#numbers = new Float64Array(this.#places.count * NUMBERS)
    this.#words = new Int32Array(this.#numbers.buffer)
    this.#bytes = new Uint8Array(this.#numbers.buffer)
    this.#shared = shared
  }

  get size(): number {
    return this.#places.taken
  }

  get capacity(): number {
    return this.#places.count
  }

  /** @returns a place, or {@link NOWHERE} */
  find(tenantId: TenantId, audience: Audience, tokenId: string): number {
    if (!this.#lookFor(tenantId, audience, tokenId)) return NOWHERE
    const place = this.#places.find(this.#hash(), this.#isKey)
    if (place !== NOWHERE) this.#places.use(place)
    return place
  }

  /** In the place of an older one of the same token. @returns `undefined`: it does not fit */
  set(ground: NamedGround, untouchedUpTo: number): GroundPlace | undefined {
    const { tenantId, audience, tokenId, subject } = ground
    const fits =
      this.#lookFor(tenantId, audience, tokenId) &&
      packId(subject.id, subject.ref.id, this.#subject, 0) &&
      hasUsualKey(ground)
    if (!fits) return undefined
    const hash = this.#hash()
    const before = this.#places.find(hash, this.#isKey)
    const place = before === NOWHERE ? this.#places.take(hash) : before
    return place === NOWHERE ? undefined : this.#write(place, ground, untouchedUpTo)
  }

  /** Whether the ground that was noted still stands at its place. */
  isAt({ place, stamp }: GroundPlace): boolean {
    return this.#stampAt(place) === stamp && stamp > this.#clearedUpTo
  }

  isOf(place: number, tenantId: TenantId, audience: Audience): boolean {
    const at = place * WORDS
    return this.#audienceAt(at) === audience && unpackNumber(this.#words, at) === tenantId
  }

  use(place: number): void {
    this.#places.use(place)
  }

  untouchedUpTo(place: number): number {
    return this.#numbers[place * NUMBERS + UNTOUCHED_AT] ?? 0
  }

  setUntouchedUpTo(place: number, position: number): void {
    this.#numbers[place * NUMBERS + UNTOUCHED_AT] = position
  }

  serialAt(place: number): number {
    return this.#numbers[place * NUMBERS + SERIAL_AT] ?? 0
  }

  subjectAt(place: number): SubjectState {
    const at = place * WORDS
    const words = this.#words
    const flags = words[at + FLAGS_AT] ?? 0
    const id = unpackNumber(words, at + SUBJECT_AT)
    const kind = (flags & IS_PROVIDER) === 0 ? 'user' : 'provider'
    // Safe as a brand: it was written from the id of a subject of that kind.
    const ref = { kind, id } as SubjectRef
    const isBlocked = (flags & IS_BLOCKED) !== 0
    return this.#shared.subjectOf(this.#audienceAt(at), ref, isBlocked, () =>
      unpackId(words, at + SUBJECT_AT),
    )
  }

  /** @param tokenId of the token there, if that is known */
  groundAt(place: number, tokenId?: string): TableGround {
    const at = place * WORDS
    const words = this.#words
    const flags = words[at + FLAGS_AT] ?? 0
    const saltAt = (at + SALT_AT) * WORD_BYTES
    return {
      kind: 'named',
      // Safe as a brand: it was written from one.
      tenantId: unpackNumber(words, at) as TenantId,
      audience: this.#audienceAt(at),
      tokenId: tokenId ?? unpackId(words, at),
      record: {
        serial: this.serialAt(place),
        isRevoked: (flags & IS_REVOKED) !== 0,
        key: { kid: flags >>> KID_SHIFT, salt: this.#bytes.slice(saltAt, saltAt + SALT_BYTES) },
      },
      subject: this.subjectAt(place),
      untouchedUpTo: this.untouchedUpTo(place),
      place: { place, stamp: this.#stampAt(place) },
    }
  }

  /** No stamp comes again: nobody takes what will stand there for what stood there before. */
  clear(): void {
    this.#places.clear()
    this.#clearedUpTo = this.#lastStamp
  }

  #stampAt(place: number): number {
    return this.#numbers[place * NUMBERS + STAMP_AT] ?? 0
  }

  #write(place: number, { audience, record, subject }: NamedGround, untouchedUpTo: number): GroundPlace {
    const at = place * WORDS
    const words = this.#words
    for (let word = 0; word < PACKED_WORDS; word += 1) {
      words[at + word] = this.#key[word] ?? 0
      words[at + SUBJECT_AT + word] = this.#subject[word] ?? 0
    }
    this.#bytes.set(record.key.salt, (at + SALT_AT) * WORD_BYTES)
    words[at + FLAGS_AT] =
      (record.key.kid << KID_SHIFT) |
      AUDIENCES.indexOf(audience) |
      (record.isRevoked ? IS_REVOKED : 0) |
      (subject.isBlocked ? IS_BLOCKED : 0) |
      (subject.ref.kind === 'provider' ? IS_PROVIDER : 0)
    const stamp = (this.#lastStamp += 1)
    const numbersAt = place * NUMBERS
    this.#numbers[numbersAt + SERIAL_AT] = record.serial
    this.#numbers[numbersAt + UNTOUCHED_AT] = untouchedUpTo
    this.#numbers[numbersAt + STAMP_AT] = stamp
    return { place, stamp }
  }

  /** @returns whether there can be one */
  #lookFor(tenantId: TenantId, audience: Audience, tokenId: string): boolean {
    this.#keyAudience = AUDIENCES.indexOf(audience)
    return packId(tokenId, tenantId, this.#key, 0)
  }

  /** Ids are drawn at random here, but not everywhere where they may have come from. */
  #hash(): number {
    let hash = 0
    for (let word = 0; word < PACKED_WORDS; word += 1) {
      hash = Math.imul(hash ^ (this.#key[word] ?? 0), STREW)
      hash ^= hash >>> 15
    }
    return hash
  }

  readonly #isKey = (place: number): boolean => {
    const at = place * WORDS
    for (let word = 0; word < PACKED_WORDS; word += 1) {
      if (this.#words[at + word] !== this.#key[word]) return false
    }
    return ((this.#words[at + FLAGS_AT] ?? 0) & AUDIENCE_BITS) === this.#keyAudience
  }

  #audienceAt(at: number): Audience {
    return AUDIENCES[(this.#words[at + FLAGS_AT] ?? 0) & AUDIENCE_BITS] ?? 'onezone'
  }
}

function hasUsualKey({ record: { key } }: NamedGround): boolean {
  return key.sealedSecret === undefined && key.salt.length === SALT_BYTES && key.kid <= MAX_KID
}
