/** Records are kept in pieces of so many, made as they are needed. A power of two. */
const PIECE_RECORDS = 1 << 12
const PIECE_SHIFT = 12
const IN_PIECE = PIECE_RECORDS - 1

/** One piece of memory in three views. */
interface Piece {
  readonly numbers: Float64Array
  readonly words: Int32Array
  readonly bytes: Uint8Array
}

/** The words of a number, and the bytes. */
export const NUMBER_WORDS = 2
export const WORD_BYTES = 4

/**
 * Records of so many numbers each, found by their places, some of whose numbers may be used as two words or eight bytes.
 * What belongs together lies together: most of finding something is waiting for memory.
 */
export class Records {
  readonly #pieces: Piece[] = []
  readonly #numbers: number

  constructor(numbers: number) {
    this.#numbers = numbers
  }

  /** The piece that the place is in; {@link at} says where in its numbers. */
  piece(place: number): Piece {
    return (this.#pieces[place >>> PIECE_SHIFT] ??= this.#newPiece())
  }

  /** Where the record's first number is; its first word is at twice as much. */
  at(place: number): number {
    return (place & IN_PIECE) * this.#numbers
  }

  move(from: number, to: number): void {
    const at = this.at(from)
    this.piece(to).numbers.set(this.piece(from).numbers.subarray(at, at + this.#numbers), this.at(to))
  }

  #newPiece(): Piece {
    const numbers = new Float64Array(PIECE_RECORDS * this.#numbers)
    return { numbers, words: new Int32Array(numbers.buffer), bytes: new Uint8Array(numbers.buffer) }
  }
}
