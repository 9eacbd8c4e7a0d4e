import { addressBlock } from '../address-block.ts'
import { BodyRefused, type Call } from '../dialects/dialect.ts'
import type { LargeBodies } from './large-bodies.ts'
import { LARGE_BODY_BYTES } from './limits.ts'
import type { WaitingBodies, WaitingBody } from './waiting-bodies.ts'

/** What the headers say of the body's length, in bytes; `unknown` when it comes in chunks. */
export type AnnouncedLength = number | 'unknown'

/** Announced, but not as a length. More than any limit, so whoever forgets to ask refuses it all the same. */
export const NO_LENGTH = Number.POSITIVE_INFINITY

/** What there is for the bodies of one listener. */
export interface BodyRoom {
  readonly maxBytes: number
  readonly waiting: WaitingBodies
  readonly large: LargeBodies
}

/**
 * One body being read whole, and never more of it than the limit: one that announces too much is not read at all, one
 * in chunks until it has passed the limit. After a refusal nobody waits for the rest; the connection ends with the answer.
 */
export class RequestBody implements WaitingBody {
  /** Rejects with {@link BodyRefused} only. */
  readonly bytes: Promise<Uint8Array>
  readonly #call: Pick<Call, 'clientAddress'>
  readonly #room: BodyRoom
  #reject: (refused: BodyRefused) => void = unsettled
  expiresAt = 0
  older: WaitingBody | undefined
  newer: WaitingBody | undefined
  #isComplete = false
  #isOver = false
  #isLarge = false

  /** @param call whose client the room that it takes counts for */
  constructor(
    request: Request,
    announced: AnnouncedLength,
    call: Pick<Call, 'clientAddress'>,
    room: BodyRoom,
  ) {
    this.#call = call
    this.#room = room
    const refusal = announced === 'unknown' ? undefined : this.#refusalOf(announced)
    this.bytes = refusal === undefined ? this.#read(request, announced) : Promise.reject(refusal)
  }

  /** Asked only where many bodies meet: looking the address up costs microseconds. */
  get client(): string {
    return addressBlock(this.#call.clientAddress)
  }

  /** Whether the last byte was read. Without it the connection's next bytes are not a request. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  expire(): void {
    this.#reject(new BodyRefused('too_slow'))
  }

  /** The request has been answered: nobody needs the body any more. */
  release(): void {
    this.#isOver = true
    if (this.#isLarge) this.#room.large.release(this.client)
  }

  #refusalOf(bytes: number): BodyRefused | undefined {
    if (bytes > this.#room.maxBytes) return new BodyRefused('too_large')
    return bytes <= LARGE_BODY_BYTES || this.#takeLargeRoom() ? undefined : new BodyRefused('no_room')
  }

  #takeLargeRoom(): boolean {
    this.#isLarge ||= !this.#isOver && this.#room.large.take(this.client)
    return this.#isLarge
  }

  /** A promise of our own, because the runtime's cannot be ended before the body is; and no more closures than it takes. */
  #read(request: Request, announced: AnnouncedLength): Promise<Uint8Array> {
    this.#room.waiting.start(this)
    const reading = announced === 'unknown' ? this.#readChunks(request) : request.bytes()
    return new Promise((resolve, reject) => {
      this.#reject = reject
      reading.then(
        (bytes) => resolve(this.#whole(bytes)),
        (error: unknown) => reject(this.#broken(error)),
      )
    })
  }

  async #readChunks(request: Request): Promise<Uint8Array> {
    // Chunks may be as small as a byte each: kept one by one they would take a hundred times their room.
    const read = new Bun.ArrayBufferSink()
    read.start({ asUint8Array: true })
    let length = 0
    for await (const chunk of request.body ?? []) {
      length += chunk.length
      const refusal = this.#refusalOf(length)
      // Leaving the loop cancels the stream.
      if (refusal !== undefined) throw refusal
      read.write(chunk)
    }
    // Proof: `asUint8Array` above.
    return read.end() as Uint8Array
  }

  #whole(bytes: Uint8Array): Uint8Array {
    this.#room.waiting.release(this)
    this.#isComplete = true
    return bytes
  }

  #broken(error: unknown): BodyRefused {
    this.#room.waiting.release(this)
    // Whatever the runtime itself rejects with means that the connection has ended or broken the framing.
    return error instanceof BodyRefused ? error : new BodyRefused('cut_off')
  }
}

/** Stands there until the promise is made, which is at once. */
function unsettled(): void {}
