/** How long sessions may last, and how many tokens there may be. `undefined`: there is no such limit. */
export interface SessionTerms {
  /** The one that clients find in their tokens' texts, and that permissions can be bound to. */
  readonly region: string
  /** Of one operator, that are not over. */
  readonly maxActiveTokens: number
  /** Of tokens that are made without saying until when. */
  readonly defaultTokenTtlSeconds: number | undefined
  readonly maxTokenTtlSeconds: number | undefined
  /** Of what is opened with a password. */
  readonly loginTtlSeconds: number
}
