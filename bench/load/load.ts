/** What one generator process is asked to do; handed over as JSON on its standard input. */
export interface LoadJob {
  readonly port: number
  readonly connections: number
  /** Sent in this order, from the first again when they run out. */
  readonly requestFile: string
  readonly warmUpSeconds: number
  readonly seconds: number
}

/** What it saw after the warm-up; printed as one line of JSON. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Millis: number
  readonly p99Millis: number
  /** Answers other than 200, the warm-up included, by status. */
  readonly refusals: Readonly<Record<string, number>>
  /** How often the file was begun again: more than 0 means that texts were sent more than once. */
  readonly repeats: number
}
