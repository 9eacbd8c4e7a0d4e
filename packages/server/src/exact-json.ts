/**
 * JSON without loss. A JavaScript number forgets how it was written: `12345678901234567890` comes back as
 * `12345678901234567000`, `1.0` as `1`. Where that matters such a number is kept as its text.
 */

/** A number as it stands in a JSON text: an integer that no JavaScript number holds, or a fraction or power of integer value. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Whether it is written as an integer. Others tell `2e9` and `2000000000.0`, which are none to them, from `2000000000`. */
  get isInteger(): boolean {
    return !SPELLED_AS_FRACTION.test(this.text)
  }

  /** What makes `JSON.stringify` write it as it came. */
  toJSON(): unknown {
    return exactJson.rawJSON(this.text)
  }
}

const SPELLED_AS_FRACTION = /[.eE]/

/** What may hold such a number, or a string that looks like it. Most texts hold neither, and are parsed plainly. */
const MAY_NEED_EXACTNESS = /[:,[]\s*-?(?:[0-9]{16}|[0-9]+[.eE])/

// Bun has `JSON.rawJSON` and the reviver's third argument (ECMA-262, "JSON.parse source text access"); the types that
// come with TypeScript do not name them yet.
const exactJson = JSON as typeof JSON & {
  parse(text: string, reviver: (key: string, value: unknown, context: Context) => unknown): unknown
  rawJSON(text: string): unknown
}

interface Context {
  /** The text of a value that is neither object nor array. */
  readonly source?: string
}

/**
 * `JSON.parse`, but with {@link ExactNumber} in the place of every number that would not come back as it is written.
 * @throws {SyntaxError} the text is no JSON
 * @throws {RangeError} it is nested too deeply for the parser
 */
export function parseExactJson(text: string): unknown {
  return MAY_NEED_EXACTNESS.test(text) ? exactJson.parse(text, keepExact) : JSON.parse(text)
}

function keepExact(_: string, value: unknown, { source }: Context): unknown {
  if (typeof value !== 'number' || source === undefined) return value
  const isKept = SPELLED_AS_FRACTION.test(source) ? Number.isInteger(value) : !Number.isSafeInteger(value)
  return isKept ? new ExactNumber(source) : value
}

/** An integer, ready to be written. */
export function writableInteger(value: number | bigint): number | ExactNumber {
  return typeof value === 'bigint' ? new ExactNumber(String(value)) : value
}
