declare const unit: unique symbol

/** Whole seconds since 1970-01-01T00:00:00Z, as every wire format here counts them. */
export type UnixSeconds = number & { readonly [unit]: 'UnixSeconds' }

/**
 * The one door to time and randomness. Everything that needs either takes an `Ambient`, so a test sets the
 * clock instead of waiting and a vector reproduces byte for byte.
 */
export interface Ambient {
  /** Wall clock, whole seconds. */
  now(): UnixSeconds
  /** Wall clock, whole milliseconds since 1970. For logs and clock helpers, never for deadlines. */
  nowMillis(): number
  /** A clock that only goes forward, in milliseconds from an arbitrary start. For deadlines. */
  monotonicMillis(): number
  /** Bytes from the operating system's cryptographic generator. */
  randomBytes(length: number): Uint8Array
}
