import { type Caveat, isSameSubject, parseCaveat, type SignedToken } from '@jeton/token'
import { BoundedMap } from './bounded-map.ts'
import { isSameRef } from './ground.ts'
import { type Audience, nameOf, type SubjectRef, type SubjectState } from './named-token.ts'
import { isSameQuestion, type TokenQuestion } from './same-question.ts'

/** Caveats that are one object in many tokens; in characters. */
const CAVEAT_LIMITS = { maxEntries: 10_000, maxBytes: 1_000_000 }
/** Longer ones are parsed each time: whoever makes some up should not push out those of many others. */
const MAX_CAVEAT_CHARS = 512
/** Subjects that are one object in many grounds; some 300 bytes each. */
const SUBJECT_LIMITS = { maxEntries: 10_000, maxBytes: Infinity }

/**
 * What many remembered tokens have in common, as one object for all of them. Most of a hot verification is waiting for
 * memory: what others have just looked at is at hand.
 */
export class SharedParts {
  readonly #caveats = new BoundedMap<Caveat>(CAVEAT_LIMITS, (text) => text.length)
  readonly #subjects: Readonly<Record<Audience, BoundedMap<SubjectState, number>>> = {
    onezone: newSubjects(),
    astra: newSubjects(),
    sdwan: newSubjects(),
    jeton: newSubjects(),
  }
  #lastQuestion: TokenQuestion | undefined

  /** What a caveat's text says: the same whoever wrote it, so of tokens that are refused it may be kept too. */
  readonly caveat = (text: string): Caveat | undefined => {
    const known = text.length <= MAX_CAVEAT_CHARS ? this.#caveats.get(text) : undefined
    if (known !== undefined) return known
    const caveat = parseCaveat(text)
    if (caveat !== undefined && text.length <= MAX_CAVEAT_CHARS) this.#caveats.set(text, caveat)
    return caveat
  }

  token(signed: SignedToken, owner: SubjectState): SignedToken {
    const { subject } = signed
    const name = nameOf(owner)
    return isSameSubject(subject, name) ? { ...signed, subject: name } : signed
  }

  subject(audience: Audience, { id, ref, isBlocked }: SubjectState): SubjectState {
    return this.subjectOf(audience, ref, isBlocked, () => id)
  }

  /** @param idOf as the audience shows him: always the same for that one */
  subjectOf(audience: Audience, ref: SubjectRef, isBlocked: boolean, idOf: () => string): SubjectState {
    const subjects = this.#subjects[audience]
    // Half of the id, because whole numbers of that size are found twice as fast. Whose it is, is compared.
    const key = ref.id | 0
    const known = subjects.get(key)
    if (known !== undefined && known.isBlocked === isBlocked && isSameRef(known.ref, ref)) return known
    const subject = { id: idOf(), ref, isBlocked }
    subjects.set(key, subject)
    return subject
  }

  /** Who asks often asks the same of many tokens. */
  question(question: TokenQuestion): TokenQuestion {
    const last = this.#lastQuestion
    if (last !== undefined && isSameQuestion(last, question)) return last
    this.#lastQuestion = question
    return question
  }
}

function newSubjects(): BoundedMap<SubjectState, number> {
  return new BoundedMap(SUBJECT_LIMITS, () => 0)
}
