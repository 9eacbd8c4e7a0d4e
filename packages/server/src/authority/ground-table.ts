import type { TenantId } from '../directory/tenant.ts'
import type { NamedGround } from './ground.ts'
import { AUDIENCES, type Audience, type SubjectRef, type SubjectState } from './named-token.ts'
import { PACKED_WORDS, packId, unpackId, unpackNumber } from './packed-id.ts'
import { NOWHERE, Places } from './places.ts'
import { NUMBER_WORDS, Records, WORD_BYTES } from './records.ts'
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

const SALT_BYTES = 16
/** The words of a place: token id and tenant, the subject's id as its audience shows it and the canonical one, the salt … */
const KEY_AT = 0
const SUBJECT_AT = KEY_AT + PACKED_WORDS
const SALT_AT = SUBJECT_AT + PACKED_WORDS
const SALT_FROM = SALT_AT * WORD_BYTES
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
const SERIAL_AT = Math.ceil((FLAGS_AT + 1) / NUMBER_WORDS)
const UNTOUCHED_AT = SERIAL_AT + 1
const STAMP_AT = UNTOUCHED_AT + 1
const NUMBERS = STAMP_AT + 1

/** What nothing stands at that was ever noted. */
const NO_STAMP = 0

/** What a ground takes. */
export const GROUND_BYTES = Places.bytes + NUMBERS * NUMBER_WORDS * WORD_BYTES

/**
 * Grounds of named tokens, as numbers: a tenth of what they take as objects, and nothing that the collector of garbage
 * walks over. Bounded by its places. Grounds of another form than almost all have (ids that came from elsewhere, sealed
 * secrets) do not fit.
 *
 * Two grounds at one place are told apart by their stamps: whoever notes a place notes the stamp with it.
 */
export class GroundTable {
  readonly #places: Places
  readonly #records = new Records(NUMBERS)
  readonly #shared: SharedParts
  /** What is looked for, or being written. */
  readonly #key = new Int32Array(PACKED_WORDS)
  readonly #subject = new Int32Array(PACKED_WORDS)
  #keyAudience = 0
  #lastStamp = NO_STAMP
  /** Stamps that nothing has any more. */
  #clearedUpTo = NO_STAMP

  constructor(maxPlaces: number, shared: SharedParts) {
    this.#places = new Places(maxPlaces, (from, to) => {
      this.#records.take(from)
      this.#records.put(to)
      this.#setNumber(from, STAMP_AT, NO_STAMP)
    })
    this.#shared = shared
  }

  get size(): number {
    return this.#places.taken
  }

  get capacity(): number {
    return this.#places.most
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
    return this.#number(place, STAMP_AT) === stamp && stamp > this.#clearedUpTo
  }

  isOf(place: number, tenantId: TenantId, audience: Audience): boolean {
    const { words } = this.#at(place)
    return audienceIn(words) === audience && unpackNumber(words, KEY_AT) === tenantId
  }

  use(place: number): void {
    this.#places.use(place)
  }

  untouchedUpTo(place: number): number {
    return this.#number(place, UNTOUCHED_AT)
  }

  setUntouchedUpTo(place: number, position: number): void {
    this.#setNumber(place, UNTOUCHED_AT, position)
  }

  serialAt(place: number): number {
    return this.#number(place, SERIAL_AT)
  }

  subjectAt(place: number): SubjectState {
    const { words } = this.#at(place)
    const flags = words[FLAGS_AT] ?? 0
    const id = unpackNumber(words, SUBJECT_AT)
    const kind = (flags & IS_PROVIDER) === 0 ? 'user' : 'provider'
    // Safe as a brand: it was written from the id of a subject of that kind.
    const ref = { kind, id } as SubjectRef
    const isBlocked = (flags & IS_BLOCKED) !== 0
    return this.#shared.subjectOf(audienceIn(words), ref, isBlocked, () => unpackId(words, SUBJECT_AT))
  }

  /** @param tokenId of the token there, if that is known */
  groundAt(place: number, tokenId?: string): TableGround {
    const { words, bytes } = this.#at(place)
    const flags = words[FLAGS_AT] ?? 0
    return {
      kind: 'named',
      // Safe as a brand: it was written from one.
      tenantId: unpackNumber(words, KEY_AT) as TenantId,
      audience: audienceIn(words),
      tokenId: tokenId ?? unpackId(words, KEY_AT),
      record: {
        serial: this.serialAt(place),
        isRevoked: (flags & IS_REVOKED) !== 0,
        key: { kid: flags >>> KID_SHIFT, salt: bytes.slice(SALT_FROM, SALT_FROM + SALT_BYTES) },
      },
      subject: this.subjectAt(place),
      untouchedUpTo: this.untouchedUpTo(place),
      place: { place, stamp: this.#number(place, STAMP_AT) },
    }
  }

  /** No stamp comes again: nobody takes what will stand there for what stood there before. */
  clear(): void {
    this.#places.clear()
    this.#clearedUpTo = this.#lastStamp
  }

  #write(place: number, { audience, record, subject }: NamedGround, untouchedUpTo: number): GroundPlace {
    const { words, bytes, numbers } = this.#records
    words.set(this.#key, KEY_AT)
    words.set(this.#subject, SUBJECT_AT)
    bytes.set(record.key.salt, SALT_FROM)
    words[FLAGS_AT] =
      (record.key.kid << KID_SHIFT) |
      AUDIENCES.indexOf(audience) |
      (record.isRevoked ? IS_REVOKED : 0) |
      (subject.isBlocked ? IS_BLOCKED : 0) |
      (subject.ref.kind === 'provider' ? IS_PROVIDER : 0)
    const stamp = (this.#lastStamp += 1)
    numbers[SERIAL_AT] = record.serial
    numbers[UNTOUCHED_AT] = untouchedUpTo
    numbers[STAMP_AT] = stamp
    this.#records.put(place)
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
    const { words } = this.#at(place)
    for (let word = 0; word < PACKED_WORDS; word += 1) {
      if (words[KEY_AT + word] !== this.#key[word]) return false
    }
    return ((words[FLAGS_AT] ?? 0) & AUDIENCE_BITS) === this.#keyAudience
  }

  #at(place: number): Records {
    this.#records.take(place)
    return this.#records
  }

  #number(place: number, at: number): number {
    return this.#at(place).numbers[at] ?? 0
  }

  #setNumber(place: number, at: number, value: number): void {
    this.#at(place).numbers[at] = value
    this.#records.put(place)
  }
}

function audienceIn(words: Int32Array): Audience {
  return AUDIENCES[(words[FLAGS_AT] ?? 0) & AUDIENCE_BITS] ?? 'onezone'
}

function hasUsualKey({ record: { key } }: NamedGround): boolean {
  return key.sealedSecret === undefined && key.salt.length === SALT_BYTES && key.kid <= MAX_KID
}
