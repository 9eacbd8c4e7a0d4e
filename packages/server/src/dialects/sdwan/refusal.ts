import { CODES, type SdwanCode } from './codes.ts'

/** One item of `_error`: clients drop it unless both are there and not empty. */
export interface ErrorItem {
  readonly code: SdwanCode
  readonly message: string
}

/** Thrown where a request is refused for what it is. What the domain refuses is `Refused`. */
export class SdwanRefusal extends Error {
  override readonly name = 'SdwanRefusal'
  /** At least one, all of the same status: one for each rule that is violated. */
  readonly items: readonly ErrorItem[]
  /** Of the answer that tells it. */
  readonly headers: Readonly<Record<string, string>>

  constructor(items: readonly ErrorItem[], headers: Readonly<Record<string, string>> = {}) {
    super(items.map(({ code }) => code).join(' '))
    this.items = items
    this.headers = headers
  }
}

/** @param message where the table's is not good enough */
export function refusal(code: SdwanCode, message: string = CODES[code][1]): SdwanRefusal {
  return new SdwanRefusal([{ code, message }])
}
