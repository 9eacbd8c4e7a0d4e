import { write, writeSync } from 'node:fs'
import type { LogSink } from './log.ts'

const STDERR = 2
/** A line waits at most this long. */
const WAIT_MS = 200
/** One write carries at least this much under load, so that no request waits for its own line. */
const BATCH_CHARS = 4096
/** Held when nobody reads standard error; what comes on top is dropped rather than the memory filled. */
const MAX_WAITING_CHARS = 8_388_608
/** Of a reader that is slow; the process ends all the same. */
const LAST_TRIES = 50
const BETWEEN_TRIES_MS = 20

/**
 * Standard error, written in batches off the request path; what is left is written when the process exits. A reader that
 * is gone keeps nobody from ending: pino's own sink tries on for ever then.
 */
export function stderrSink(): LogSink {
  const sink = new BatchedSink(STDERR)
  process.on('exit', () => sink.flushSync())
  return sink
}

class BatchedSink implements LogSink {
  readonly #file: number
  #lines: string[] = []
  #chars = 0
  /** What is being written, or is to be tried again. */
  #batch: Uint8Array | undefined
  #isUnderWay = false
  #timer: NodeJS.Timeout | undefined

  constructor(file: number) {
    this.#file = file
  }

  write(line: string): void {
    if (this.#chars + line.length > MAX_WAITING_CHARS) return
    this.#lines.push(line)
    this.#chars += line.length
    if (this.#batch === undefined) this.#schedule()
  }

  flushSync(): void {
    if (this.#isUnderWay) {
      // It is another thread that writes it: a moment is enough for that, but to hear of it this one would have to go on.
      Bun.sleepSync(BETWEEN_TRIES_MS)
      return writeAllSync(this.#file, this.#taken())
    }
    writeAllSync(this.#file, Buffer.concat([this.#batch ?? NOTHING, this.#taken()]))
    this.#batch = undefined
  }

  #schedule(): void {
    if (this.#chars >= BATCH_CHARS) this.#begin()
    else if (this.#chars > 0) this.#later(() => this.#begin())
  }

  #begin(): void {
    this.#batch = this.#taken()
    this.#continue()
  }

  #continue(): void {
    const batch = this.#batch
    if (batch === undefined || batch.length === 0) return this.#end()
    this.#isUnderWay = true
    write(this.#file, batch, (problem, written) => {
      this.#isUnderWay = false
      this.#batch = batch.subarray(written)
      if (problem === null) this.#continue()
      else if (isBusy(problem)) this.#later(() => this.#continue())
      // Nobody is left to read it, and nowhere else to say so.
      else this.#end()
    })
  }

  #end(): void {
    this.#batch = undefined
    this.#schedule()
  }

  #taken(): Uint8Array {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#lines.join('')
    this.#lines = []
    this.#chars = 0
    return Buffer.from(text)
  }

  /** A process that has nothing else to do does not stay for it: what waits is written when it exits. */
  #later(task: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      task()
    }, WAIT_MS).unref()
  }
}

const NOTHING = new Uint8Array(0)

function writeAllSync(file: number, bytes: Uint8Array): void {
  let left = bytes
  for (let tries = 0; left.length > 0 && tries < LAST_TRIES; ) {
    try {
      left = left.subarray(writeSync(file, left))
      tries = 0
    } catch (problem) {
      if (!isBusy(problem)) return
      tries += 1
      Bun.sleepSync(BETWEEN_TRIES_MS)
    }
  }
}

function isBusy(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'EAGAIN'
}
