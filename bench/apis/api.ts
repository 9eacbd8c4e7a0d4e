import type { Asked } from '../http-rounds.ts'

/** What an API is measured by, beside the echo. */
export interface MeasuredApi {
  readonly questions: readonly ApiQuestion[]
  /** Makes on a server what the questions ask for. @returns the request of each question, in their order */
  prepare(server: Asked): Promise<readonly string[]>
}

/** One request that names its caller, sent over and over; answered 200. */
export interface ApiQuestion {
  /** As the tables have it. */
  readonly name: string
  /** How much of the echo's throughput it is to reach. */
  readonly goal: number
}
