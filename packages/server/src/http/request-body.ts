import { BodyRefused } from '../dialects/dialect.ts'
import type { Deadlines, Expiring } from './deadlines.ts'

/** What the headers say of the body's length, in bytes; `unknown` when it comes in chunks. The runtime has refused contradictory ones. */
export type AnnouncedLength = number | 'unknown'

/**
 * One body being read whole, and never more of it than the limit: one that announces too much is not read at all, one
 * in chunks until it has passed the limit. After a refusal nobody waits for the rest; the connection ends with the answer.
 */
export class RequestBody implements Expiring {
  /** Rejects with {@link BodyRefused} only. */
  readonly bytes: Promise<Uint8Array>
  readonly #deadlines: Deadlines
  #reject: (refused: BodyRefused) => void = () => undefined
  #isComplete = false

  constructor(request: Request, announced: AnnouncedLength, maxBytes: number, deadlines: Deadlines) {
    this.#deadlines = deadlines
    this.bytes = new Promise((resolve, reject) => {
      this.#reject = reject
      if (announced !== 'unknown' && announced > maxBytes) return reject(new BodyRefused('too_large'))
      deadlines.start(this)
      const reading = announced === 'unknown' ? readChunks(request, maxBytes) : request.bytes()
      reading.then(
        (body) => {
          deadlines.release(this)
          this.#isComplete = true
          return resolve(body)
        },
        (error: unknown) => this.#fail(error),
      )
    })
  }

  /** Whether the last byte was read. Without it the connection's next bytes are not a request. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  expire(): void {
    this.#reject(new BodyRefused('too_slow'))
  }

  #fail(error: unknown): void {
    this.#deadlines.release(this)
    // Whatever the runtime itself rejects with means that the connection has ended or broken the framing.
    this.#reject(error instanceof BodyRefused ? error : new BodyRefused('cut_off'))
  }
}

async function readChunks(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    // Leaving the loop cancels the stream.
    if (length > maxBytes) throw new BodyRefused('too_large')
    chunks.push(chunk)
  }
  return new Uint8Array(Bun.concatArrayBuffers(chunks))
}
