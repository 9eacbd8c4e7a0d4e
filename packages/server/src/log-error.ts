/** What a log line tells of an error: where it was thrown, and no value that it was thrown about. */
export interface ErrorDescription {
  readonly name: string
  /** Masked: see {@link maskMessage}. */
  readonly message: string
  /** Set by the system, a database or ourselves; a short word. */
  readonly code?: string
  /** The stack's frames, without the message that stands above them. */
  readonly stack: readonly string[]
  readonly cause?: ErrorDescription
}

const MAX_FRAMES = 20
const MAX_CAUSES = 4
const CODE = /^[\w.-]{1,40}$/
/** Only letters, with the punctuation of a sentence around them: words, not values. */
const WORD = /^\(?[A-Za-z]{1,24}[.,:;!?)]*$/
const FRAME = /^\s*at |@.*:\d+:\d+$/

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}`, message: '', stack: [] }
  const code: unknown = 'code' in error ? error.code : undefined
  const cause =
    error.cause !== undefined && depth < MAX_CAUSES ? describeError(error.cause, depth + 1) : undefined
  return {
    name: WORD.test(error.name) ? error.name : 'Error',
    // A JSON or pattern parser's message is made of its input.
    message: error instanceof SyntaxError ? '' : maskMessage(error.message),
    ...(typeof code === 'string' && CODE.test(code) ? { code } : {}),
    stack: framesOf(error),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** Quoted passages and everything that is no plain word become `*`. Unknown means no: any of it may be a secret. */
export function maskMessage(message: string): string {
  return message
    .slice(0, 500)
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '*')
    .split(/\s+/)
    .map((word) => (word === '' || WORD.test(word) ? word : '*'))
    .join(' ')
}

function framesOf(error: Error): string[] {
  // The message may hold lines that look like frames, so it is cut off as a whole before they are picked.
  const stack = error.stack ?? ''
  const from =
    error.message !== '' && stack.includes(error.message)
      ? stack.indexOf(error.message) + error.message.length
      : 0
  return stack
    .slice(from)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim())
}
