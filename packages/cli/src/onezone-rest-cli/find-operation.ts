import { type OnezoneOperation, operations } from '@jeton/server/onezone-operations'
import { CommandFailed } from '../command-failed.ts'

/** @throws {CommandFailed} `usage`, with the names that come near */
export function findOperation(name: string): OnezoneOperation {
  const found = operations.find((operation) => operation.name === name)
  if (found !== undefined) return found
  const near = namesNear(name)
  throw new CommandFailed('usage', `There is no operation ${name.slice(0, MAX_SHOWN_CHARS)}.`, {
    next:
      near.length === 0
        ? 'onezone-rest-cli --help lists them all.'
        : `Did you mean ${near.join(' or ')}? onezone-rest-cli --help lists them all.`,
  })
}

const MAX_SHOWN_CHARS = 60
const MAX_SUGGESTIONS = 3

/** Names in another spelling first (`get_named_token`), then those few letters away, then those that hold its words. */
function namesNear(name: string): readonly string[] {
  const wanted = plain(name)
  const all = operations.map((operation) => operation.name)
  const respelled = all.filter((known) => plain(known) === wanted)
  if (respelled.length > 0) return respelled
  const allowed = Math.max(2, Math.floor(wanted.length / 5))
  const close = all
    .map((known) => ({ known, distance: editDistance(wanted, plain(known), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ known }) => known)
  const holding = all.filter((known) => wanted.length > 3 && plain(known).includes(wanted))
  return [...new Set([...close, ...holding])].slice(0, MAX_SUGGESTIONS)
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase()
}

/** How many letters have to be added, dropped or replaced; more than `limit` when it is that many or more. */
export function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1]
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? limit + 1
}
