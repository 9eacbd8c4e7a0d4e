/** Answers of one operation by the first digit of their status. The fields are named as the metrics page spells them. */
export interface StatusCounts {
  '1xx': number
  '2xx': number
  '3xx': number
  '4xx': number
  '5xx': number
}

/** Stands for the operation of a request that reached no route. */
const NONE = 'none'

/** What a listener counts of its requests. Each of them pays for it, so no text is put together for it. */
export class RequestCounts {
  readonly #dialects = new Map<string, Map<string, StatusCounts>>()
  #inFlight = 0

  started(): void {
    this.#inFlight += 1
  }

  /** @param dialect `none` for a request that no dialect owns */
  answered(dialect: string, operationId: string | undefined, status: number): void {
    this.#inFlight -= 1
    const counts = this.#countsOf(dialect, operationId ?? NONE)
    if (status < 200) counts['1xx'] += 1
    else if (status < 300) counts['2xx'] += 1
    else if (status < 400) counts['3xx'] += 1
    else if (status < 500) counts['4xx'] += 1
    else counts['5xx'] += 1
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Put together from what there is, for those who ask now and then. */
  get answeredTotal(): number {
    let total = 0
    for (const [, , counts] of this.entries()) for (const count of Object.values(counts)) total += count
    return total
  }

  *entries(): Iterable<readonly [dialect: string, operationId: string, counts: Readonly<StatusCounts>]> {
    for (const [dialect, operations] of this.#dialects) {
      for (const [operationId, counts] of operations) yield [dialect, operationId, counts]
    }
  }

  #countsOf(dialect: string, operationId: string): StatusCounts {
    let operations = this.#dialects.get(dialect)
    if (operations === undefined) this.#dialects.set(dialect, (operations = new Map()))
    let counts = operations.get(operationId)
    if (counts === undefined) operations.set(operationId, (counts = newCounts()))
    return counts
  }
}

function newCounts(): StatusCounts {
  return { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }
}
