import type { Progress } from '@jeton/server'
import type { Terminal } from '../terminal/terminal.ts'

/** Whoever waits longer wants to know for how long. */
const EVERY_MILLIS = 2000

/** Says every two seconds how far it is. What takes less says nothing. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #totalBytes: number | undefined
  readonly #startedAt: number
  #shownAt: number

  /** @param totalBytes `undefined`: nobody knows */
  constructor(terminal: Terminal, totalBytes: number | undefined) {
    this.#terminal = terminal
    this.#totalBytes = totalBytes
    this.#startedAt = terminal.ambient.monotonicMillis()
    this.#shownAt = this.#startedAt
  }

  show({ lines, bytes }: Progress): void {
    const now = this.#terminal.ambient.monotonicMillis()
    if (now - this.#shownAt < EVERY_MILLIS) return
    this.#shownAt = now
    const perSecond = Math.round((lines * 1000) / (now - this.#startedAt))
    const share = this.#totalBytes === undefined ? '' : `, ${percent(bytes, this.#totalBytes)}`
    this.#terminal.writeError(`${lines} lines${share}, ${perSecond} a second\n`)
  }
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`
}
