/** What one generator process is asked to do; handed over as JSON on its standard input. */
export interface LoadJob {
  /** Of the servers that share the connections evenly. */
  readonly ports: readonly number[]
  readonly connections: number
  /** Sent in this order, from the first again when they run out. */
  readonly requestFile: string
  readonly warmUpSeconds: number
  /** `all`: until each request has been answered once. */
  readonly seconds: number | 'all'
  /** What every answer has to be. */
  readonly status: number
  /** Whether it polls for answers instead of sleeping until they come, which takes a core of its own. */
  readonly isAwake?: boolean
  /** Sent evenly spread instead of as fast as answers come. */
  readonly requestsPerSecond?: number
}

/** What it saw after the warm-up; printed as one line of JSON. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Millis: number
  readonly p99Millis: number
  /** All that was sent, the warm-up included. */
  readonly sent: number
  /** Answers of another status than the job's, the warm-up included, by status. */
  readonly refusals: Readonly<Record<string, number>>
  /** How often the file was begun again: more than 0 means that texts were sent more than once. */
  readonly repeats: number
}
