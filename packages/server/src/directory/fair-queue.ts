import { Refused } from '../failure.ts'

interface Waiting {
  proceed(): void
  refuse(reason: Refused): void
}

/**
 * Runs costly work a few at a time. Askers take turns, each with as many waiting as it likes until the queue is full;
 * then the asker with the most waiting loses its newest, so nobody crowds another out.
 */
export class FairQueue {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  /** In the order of their turns: an asker that had one goes to the end. */
  readonly #lines = new Map<string, Waiting[]>()
  #running = 0
  #waiting = 0

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  get length(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#waiting }
  }

  /** @throws {Refused} `password_queue_full`; what `work` throws */
  async run<T>(asker: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#maxRunning) await this.#turnOf(asker)
    else this.#running += 1
    try {
      return await work()
    } finally {
      this.#handOver()
    }
  }

  #turnOf(asker: string): Promise<void> {
    if (this.#waiting >= this.#maxWaiting) this.#makeRoomFor(asker)
    return new Promise((proceed, refuse) => {
      this.#waiting += 1
      const line = this.#lines.get(asker)
      if (line === undefined) this.#lines.set(asker, [{ proceed, refuse }])
      else line.push({ proceed, refuse })
    })
  }

  /** @throws {Refused} when the asker itself has the most waiting */
  #makeRoomFor(asker: string): void {
    const own = this.#lines.get(asker)?.length ?? 0
    const [longest, line] = [...this.#lines].reduce((most, each) =>
      each[1].length > most[1].length ? each : most,
    )
    const full = new Refused({ kind: 'password_queue_full' })
    if (line.length <= own + 1) throw full
    line.pop()?.refuse(full)
    this.#waiting -= 1
    if (line.length === 0) this.#lines.delete(longest)
  }

  /** The place goes to the next in turn, so that the number of running works stays as it is. */
  #handOver(): void {
    for (const [asker, line] of this.#lines) {
      this.#lines.delete(asker)
      const next = line.shift()
      if (line.length > 0) this.#lines.set(asker, line)
      if (next === undefined) continue
      this.#waiting -= 1
      next.proceed()
      return
    }
    this.#running -= 1
  }
}
