import { loadavg } from 'node:os'

/** Says on standard error what is being done, and how long the rest will take. */
export class Progress<Part extends string> {
  readonly #secondsOfParts: Map<string, number>
  readonly #nowMillis: () => number
  #endOfPart: number
  /** The system's one-minute load average, each time something was begun. */
  readonly loadAverages: number[] = []

  /** @param estimates how long each part takes on an idle machine, in seconds */
  constructor(estimates: Readonly<Record<Part, number>>, nowMillis = (): number => performance.now()) {
    this.#secondsOfParts = new Map(Object.entries(estimates))
    this.#nowMillis = nowMillis
    this.#endOfPart = nowMillis()
  }

  begin(part: Part): void {
    const seconds = this.#secondsOfParts.get(part) ?? 0
    this.#secondsOfParts.delete(part)
    this.#endOfPart = this.#nowMillis() + seconds * 1000
    this.say(part)
  }

  say(message: string): void {
    this.loadAverages.push(loadavg()[0] ?? 0)
    process.stderr.write(`[${this.left()}] ${message}\n`)
  }

  /** `12 min left`, `40 s left`. A part that takes longer than expected takes no time any more. */
  left(): string {
    const later = [...this.#secondsOfParts.values()].reduce((sum, seconds) => sum + seconds, 0)
    const seconds = later + Math.max(0, this.#endOfPart - this.#nowMillis()) / 1000
    return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`
  }
}
