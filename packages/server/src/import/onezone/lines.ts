/** The longest line that is read: a token of the greatest length, with as much again for what stands about it. */
export const MAX_LINE_BYTES = 2 * 1024 * 1024

export interface Line {
  /** From 1. */
  readonly number: number
  /** `undefined`: longer than {@link MAX_LINE_BYTES}, or not UTF-8. */
  readonly text: string | undefined
  /** Of the file, up to its end. */
  readonly endsAtByte: number
}

const NEWLINE = 0x0a

/**
 * The lines of a file of any length, and never more of it in memory than the longest line and one chunk. The last one
 * need not end with a newline.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line, undefined> {
  const line = new LineUnderWay()
  let number = 0
  let readBytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.append(chunk.subarray(start, end))
      start = end + 1
      number += 1
      yield { number, text: line.take(), endsAtByte: readBytes + start }
    }
    line.append(chunk.subarray(start))
    readBytes += chunk.length
  }
  if (!line.isEmpty) yield { number: number + 1, text: line.take(), endsAtByte: readBytes }
  return undefined
}

class LineUnderWay {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #parts: Uint8Array[] = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  append(part: Uint8Array): void {
    this.#bytes += part.length
    // Counted on, so that it is known to be too long, but not kept.
    if (this.#bytes > MAX_LINE_BYTES) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  take(): string | undefined {
    const [first = new Uint8Array(), ...more] = this.#parts
    const isTooLong = this.#bytes > MAX_LINE_BYTES
    const bytes = more.length === 0 ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    return isTooLong ? undefined : this.#decode(bytes)
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes)
    } catch {
      return undefined
    }
  }
}
