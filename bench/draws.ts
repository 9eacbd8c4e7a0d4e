import { type SeededRandom, seededRandom } from '../packages/server/testing/seeded-random.ts'

/** Which tokens are asked about, one after another. */
export type Draw = Iterator<number, never>

/** Uniformly, and each one once before any comes again: no cache smaller than these helps. */
export function coldDraw(tokens: Uint32Array, seed: number): Draw {
  const order = shuffled(tokens, seededRandom(seed))
  let at = 0
  return {
    next: () => {
      const value = order[at % order.length] ?? 0
      at += 1
      return { value }
    },
  }
}

/**
 * By Zipf's law with s = 1: the k-th most popular token comes k times as rarely as the first. Drawn by inverting the
 * harmonic sum, which ln k + γ + 1/2k gives closely enough.
 */
export function hotDraw(tokens: number, seed: number): Draw {
  const random = seededRandom(seed)
  const popularity = shuffled(upTo(tokens), random)
  const total = harmonic(tokens)
  return {
    next: () => {
      const rank = rankOf(random.next() * total, tokens)
      return { value: popularity[rank - 1] ?? 0 }
    },
  }
}

/** The most popular tokens of the same draw, the most popular one last. */
export function* mostPopular(tokens: number, seed: number, count: number): Iterable<number> {
  const popularity = shuffled(upTo(tokens), seededRandom(seed))
  for (let rank = Math.min(tokens, count); rank > 0; rank -= 1) yield popularity[rank - 1] ?? 0
}

/** Those that it draws most seldom. */
export function leastPopular(tokens: number, seed: number, count: number): Uint32Array {
  return shuffled(upTo(tokens), seededRandom(seed)).slice(-count)
}

/** The numbers below that, in order. */
export function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index)
}

const EULER_MASCHERONI = 0.577_215_664_901_532_9

function harmonic(rank: number): number {
  return Math.log(rank) + EULER_MASCHERONI + 1 / (2 * rank)
}

/** The smallest rank whose harmonic sum reaches `sum`. */
function rankOf(sum: number, tokens: number): number {
  let low = 1
  let high = tokens
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (harmonic(middle) >= sum) high = middle
    else low = middle + 1
  }
  return low
}

function shuffled(items: Uint32Array, random: SeededRandom): Uint32Array {
  const order = items.slice()
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const moved = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = moved
  }
  return order
}
