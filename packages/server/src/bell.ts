import type { Timers } from './timers.ts'

/** A rest that ends early when somebody rings. A ring before the rest counts, and many count as one. */
export class Bell {
  readonly #timers: Timers
  #hasRung = false
  #wake: (() => void) | undefined

  constructor(timers: Timers) {
    this.#timers = timers
  }

  ring(): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /** One at a time. */
  async rest(millis: number): Promise<void> {
    if (!this.#hasRung) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const callOff = this.#timers.after(millis, resolve)
      this.#wake = resolve
      await promise
      callOff()
      this.#wake = undefined
    }
    this.#hasRung = false
  }
}
