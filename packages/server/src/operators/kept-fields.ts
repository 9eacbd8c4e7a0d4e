import type { JsonObject } from '../authority/named-token.ts'

/** Fields that are only kept, with those of a change: what it leaves out stays, and what it sets to `null` goes. */
export function mergedFields<Fields extends JsonObject>(before: Fields, change: JsonObject): Fields {
  const fields = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
  // Safe: what may stand in which field was looked at by whoever asks, and nothing else has been taken in.
  return Object.fromEntries(fields) as Fields
}
