import type { Metadata } from '../../accounts/metadata.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import { isAsWanted } from './precondition.ts'
import { type Invalid, ProblemRaised } from './problem.ts'
import { etagOf } from './shown-text.ts'

/**
 * What stands between an entry that was found and its change (Astra, §5.2, 13 and 14): first what the headers want it to
 * be, then what the body repeats of it. To be asked where nothing can come between the answer and the change.
 *
 * @param immutable members that a body may repeat, but not change
 * @returns throws {@link ProblemRaised}: 38, 10
 */
export function guardOf<Entry extends { readonly metadata: Metadata }>(
  headers: Headers,
  show: (entry: Entry) => JsonObject,
  body: object,
  immutable: readonly string[],
): (entry: Entry) => void {
  const sent = new Map<string, unknown>(Object.entries(body))
  return (entry) => {
    const etag = etagOf(entry, show)
    if (!isAsWanted(headers, etag, entry.metadata.modifiedAt)) throw new ProblemRaised({ number: 38 })
    const shown = show(entry)
    const invalidFields = immutable
      .filter((name) => sent.get(name) !== undefined && sent.get(name) !== shown[name])
      .map((name): Invalid => ({ name, reason: 'cannot be changed' }))
    if (invalidFields.length > 0) throw new ProblemRaised({ number: 10, invalidFields })
  }
}
