import type { Ambient } from '@jeton/server/ambient'

/** The world of one command: everything it reads and writes besides the server. Wired once, in main.ts. */
export interface Terminal {
  readonly ambient: Ambient
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether a person can type an answer. */
  readonly isInputInteractive: boolean
  /** The command's result. */
  writeOut(text: string): void
  /** Notes and failures, so that a redirected result stays clean. */
  writeError(text: string): void
  /** All of standard input. @throws {CommandFailed} `usage` above {@link MAX_INPUT_BYTES} */
  readInput(): Promise<string>
  /** Asks on the terminal without echo. @throws {CommandFailed} `interrupted` */
  askSecret(question: string): Promise<string>
}

/** A little more than the longest token a server takes. */
export const MAX_INPUT_BYTES = 2_097_152
