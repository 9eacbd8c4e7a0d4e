import type { JsonObject } from '../../authority/named-token.ts'

/** The fields that have a value, be it `null`. */
export function withoutUndefined<Fields extends object>(
  fields: Fields,
): { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  // Every field that is left is what it was.
  return Object.fromEntries(present) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }
}

/**
 * The fields that are only kept, as a change of them.
 * @param isWhole whether what is not there shall not be there any more, as with PUT; otherwise it stays
 * @returns `null` for what is not kept any more
 */
export function keptFields<Name extends string>(
  body: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
  isWhole: boolean,
): JsonObject {
  return withoutUndefined(
    Object.fromEntries(names.map((name) => [name, body[name] ?? (isWhole ? null : body[name])])),
  )
}
