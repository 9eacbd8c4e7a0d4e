import { allocateOffHeap, type OffHeap } from '../off-heap.ts'
import { NOWHERE } from './places.ts'

/** Records are kept in pieces of so many, made as they are needed. A power of two, and some megabytes. */
const PIECE_SHIFT = 15
const PIECE_RECORDS = 1 << PIECE_SHIFT
const IN_PIECE = PIECE_RECORDS - 1

/** The words of a number, and the bytes. */
export const NUMBER_WORDS = 2
export const WORD_BYTES = 4
const NUMBER_BYTES = NUMBER_WORDS * WORD_BYTES

/**
 * Records of so many numbers each, found by their places, some of whose numbers may be used as two words or eight bytes.
 * One is at hand at a time: a copy of what stands at a place. What belongs together lies together: most of finding
 * something is waiting for memory.
 */
export class Records {
  /** What is at hand, in three views. */
  readonly numbers: Float64Array
  readonly words: Int32Array
  readonly bytes: Uint8Array
  readonly #pieces: OffHeap[] = []
  readonly #size: number
  #placeAtHand = NOWHERE

  constructor(numbers: number) {
    this.numbers = new Float64Array(numbers)
    this.words = new Int32Array(this.numbers.buffer)
    this.bytes = new Uint8Array(this.numbers.buffer)
    this.#size = numbers * NUMBER_BYTES
  }

  /** Takes what stands at that place to hand. */
  take(place: number): void {
    if (place === this.#placeAtHand) return
    this.#piece(place).read(this.#at(place), this.bytes)
    this.#placeAtHand = place
  }

  /** What is at hand stands at that place from now on. */
  put(place: number): void {
    this.#piece(place).write(this.#at(place), this.bytes)
    this.#placeAtHand = place
  }

  #piece(place: number): OffHeap {
    return (this.#pieces[place >>> PIECE_SHIFT] ??= allocateOffHeap(PIECE_RECORDS * this.#size))
  }

  #at(place: number): number {
    return (place & IN_PIECE) * this.#size
  }
}
