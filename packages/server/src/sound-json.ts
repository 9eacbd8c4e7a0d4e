import { ExactNumber } from './exact-json.ts'

/** Deeper than any JSON that somebody means; beyond it recursion over the value is an attack. */
export const MAX_JSON_DEPTH = 128

/**
 * Whether a parsed JSON value can be walked over, kept and given back as it came: it is no deeper than
 * {@link MAX_JSON_DEPTH}, and holds neither half a surrogate pair nor a number out of range.
 *
 * @param text that it was parsed from
 */
export function isSoundJson(value: unknown, text: string): boolean {
  // Half a surrogate pair survives UTF-8 decoding only as an escape, so most texts need no look at their strings.
  return isSound(value, text.includes('\\u'), 0)
}

/** @param depth of the containers that it stands in; no more than the limit, so that the recursion has one, too */
function isSound(value: unknown, mayHoldSurrogates: boolean, depth: number): boolean {
  if (!isContainer(value)) return survives(value, mayHoldSurrogates)
  if (depth === MAX_JSON_DEPTH) return false
  if (mayHoldSurrogates && !Array.isArray(value) && !Object.keys(value).every((key) => key.isWellFormed())) {
    return false
  }
  for (const member of membersOf(value)) if (!isSound(member, mayHoldSurrogates, depth + 1)) return false
  return true
}

/** An array is its own list: `Object.entries` would make a text and a pair for each of the millions that a body has room for. */
function membersOf(container: object): readonly unknown[] {
  return Array.isArray(container) ? container : Object.values(container)
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber)
}

/** A number out of range would be written back as `null`, half a surrogate pair as another character. */
function survives(value: unknown, mayHoldSurrogates: boolean): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return !mayHoldSurrogates || typeof value !== 'string' || value.isWellFormed()
}
