/** Randomness that the same seed repeats: what a failed run is replayed with. Not for secrets. */
export interface SeededRandom {
  /** At least 0, below 1. */
  next(): number
  /** A whole number, at least 0 and below `end`. */
  below(end: number): number
  /** True in that share of all calls. */
  chance(share: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
  bytes(length: number): Uint8Array
}

/** Mulberry32: 32 bits of state, good enough to choose what to try next. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}
