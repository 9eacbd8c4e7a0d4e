import { systemAmbient } from '@jeton/server/ambient-system'
import type { Terminal } from '../../src/terminal/terminal.ts'

export interface Session {
  readonly env?: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input?: string
  /** What a person types when asked; absent: nobody is there. */
  readonly typed?: string
}

/** A terminal that keeps what is written to it. */
export class CapturedTerminal implements Terminal {
  readonly ambient = systemAmbient
  readonly environment: Readonly<Record<string, string>>
  readonly isInputInteractive: boolean
  out = ''
  err = ''
  readonly #session: Session

  constructor(session: Session = {}) {
    this.#session = session
    this.environment = session.env ?? {}
    this.isInputInteractive = session.typed !== undefined
  }

  writeOut(text: string): void {
    this.out += text
  }

  writeError(text: string): void {
    this.err += text
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.#session.input ?? '')
  }

  askSecret(question: string): Promise<string> {
    this.writeError(question)
    return Promise.resolve(this.#session.typed ?? '')
  }
}
