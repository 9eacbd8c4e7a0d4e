import type { Audience } from '../authority/named-token.ts'
import { audienceOf } from './codes.ts'
import type { NamedTokenRow } from './schema.ts'

/** Where several tokens of a subject may have the same name. */
const REPEATED: ReadonlySet<Audience> = new Set<Audience>(['astra'])

/** Below every character of a name, so that names stand in the same order with what follows it as without. */
const SEPARATOR = '\u0001'

/**
 * How a token's name stands in the database, where it is unique on its line: where it need not be, the id follows it.
 * In that column's order, tokens of one name stand in the order of their ids.
 */
export function storedName(audience: Audience, id: string, name: string): string {
  return REPEATED.has(audience) ? `${name}${SEPARATOR}${id}` : name
}

export function shownName({ audience, id, name }: Pick<NamedTokenRow, 'audience' | 'id' | 'name'>): string {
  return REPEATED.has(audienceOf(audience)) ? name.slice(0, -(SEPARATOR.length + id.length)) : name
}

/** Between these two, both excluded, stand the stored names of all tokens of that name. */
export function storedNamesOf(name: string): readonly [above: string, below: string] {
  return [`${name}${SEPARATOR}`, `${name}\u0002`]
}
