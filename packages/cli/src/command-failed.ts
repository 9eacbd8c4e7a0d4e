import type { ExitName } from './exit-code.ts'

/** What a server said when it refused, as far as a script may want it. Never a token, never a secret. */
export interface ServerRefusal {
  readonly status: number
  /** Onezone's error id, the last part of a problem's type, or the first code of the SD-WAN API. */
  readonly id: string
  readonly description: string
  readonly details?: unknown
}

/**
 * Thrown when a command cannot do its work. Anything else that is thrown is a bug.
 * The message says what happened; `next` says what to do about it. Neither carries a secret.
 */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly exit: ExitName
  readonly next: string | undefined
  readonly refusal: ServerRefusal | undefined

  constructor(exit: ExitName, message: string, more: { next?: string; refusal?: ServerRefusal } = {}) {
    super(message)
    this.exit = exit
    this.next = more.next
    this.refusal = more.refusal
  }
}
