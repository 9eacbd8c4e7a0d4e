import type { ParseBytes } from './presented-token.ts'
import type { TokenQuestion } from './same-question.ts'

/** A body, and what is asked of the token in it. */
export interface AskedForm {
  /** What made it of the bytes. */
  readonly parser: ParseBytes
  /** Plain values, but for the token; which one that is makes no difference here. */
  readonly body: Readonly<Record<string, unknown>>
  /** Where the token stands. */
  readonly name: string
  readonly question: TokenQuestion
}

interface KeptForm {
  readonly form: AskedForm
  readonly key: string
  readonly number: number
}

/** Some hundred bytes each. A power of two. */
const FORMS = 1 << 14

/**
 * What many bodies have in common, once for all of them: an asker asks the same of many tokens. Bounded: a new one takes
 * the place of the oldest. None gets the number of another, so whoever noted a number finds that one or none.
 */
export class AskedForms {
  readonly #kept: KeptForm[] = []
  readonly #byKey = new Map<string, KeptForm>()
  readonly #parsers = new Map<ParseBytes, number>()
  #next = 0
  #last: KeptForm | undefined

  /** @returns its number, from 0 */
  numberOf(form: AskedForm): number {
    // Who asks much asks the same: all of that is compared faster than it is written down.
    if (this.#last === undefined || !isSameForm(this.#last.form, form)) this.#last = this.#keep(form)
    return this.#last.number
  }

  at(number: number): AskedForm | undefined {
    const kept = this.#kept[number % FORMS]
    return kept?.number === number ? kept.form : undefined
  }

  #keep(form: AskedForm): KeptForm {
    const { parser, name, question } = form
    // No token is kept longer than its memory.
    const body = { ...form.body, [name]: undefined }
    const key = JSON.stringify([this.#parserNumber(parser), name, body, question])
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const kept = { form: { parser, name, body, question }, key, number: this.#next }
    this.#next += 1
    const replaced = this.#kept[kept.number % FORMS]
    if (replaced !== undefined) this.#byKey.delete(replaced.key)
    this.#kept[kept.number % FORMS] = kept
    this.#byKey.set(key, kept)
    return kept
  }

  #parserNumber(parser: ParseBytes): number {
    const known = this.#parsers.get(parser)
    if (known !== undefined) return known
    this.#parsers.set(parser, this.#parsers.size)
    return this.#parsers.size - 1
  }
}

function isSameForm(a: AskedForm, b: AskedForm): boolean {
  if (a.parser !== b.parser || a.name !== b.name || a.question !== b.question) return false
  const names = Object.keys(a.body)
  if (names.length !== Object.keys(b.body).length) return false
  for (const name of names) {
    if (name !== a.name && a.body[name] !== b.body[name]) return false
  }
  return true
}
