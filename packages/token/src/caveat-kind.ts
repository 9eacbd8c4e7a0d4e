import type { JsonObject } from './json.ts'
import { isFaithfulText } from './utf8.ts'

/** All that is particular to one type of caveat, but whether it is met: that is `caveat-check.ts`. */
export interface CaveatKind<C> {
  /** What the serialized form starts with, up to the first space. */
  readonly word: string
  /** @param rest what follows the word and one space; `undefined` when nothing does */
  parse(rest: string | undefined): C | undefined
  /** @returns `undefined` for bad values. Extra keys are ignored. */
  fromJson(json: JsonObject): C | undefined
  serialize(caveat: C): string
  /** Why it stops a token, in words. */
  reason(caveat: C): string
}

const SEPARATOR = '|'

/** A list as serialized forms hold it. Never empty, and no entry is. */
export function joinList(entries: readonly (string | number)[]): string {
  return entries.join(SEPARATOR)
}

/** A list as reasons name it. */
export function orList(entries: readonly (string | number)[]): string {
  return entries.join(' or ')
}

/** Reads every entry; `undefined` when there is none or one of them is bad. */
export function readEntries<In, Out>(
  entries: readonly In[],
  read: (entry: In) => Out | undefined,
): readonly Out[] | undefined {
  const values: Out[] = []
  for (const entry of entries) {
    const value = read(entry)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values.length === 0 ? undefined : values
}

/** @param operator with the space behind it, before the first entry */
export function parseList<Out>(
  rest: string | undefined,
  operator: string,
  read: (entry: string) => Out | undefined,
): readonly Out[] | undefined {
  if (rest === undefined || !rest.startsWith(operator)) return undefined
  return readEntries(rest.slice(operator.length).split(SEPARATOR), read)
}

export function listFromJson<Out>(
  json: unknown,
  read: (entry: unknown) => Out | undefined,
): readonly Out[] | undefined {
  return Array.isArray(json) ? readEntries(json, read) : undefined
}

/** A caveat that lists what is allowed: `<type> = <entry>|<entry>…`. */
export interface WhitelistCaveat<Type extends string> {
  readonly type: Type
  /** Never empty. Entries are in the one form that {@link whitelistKind}'s `normalize` gives. */
  readonly whitelist: readonly string[]
}

/**
 * @param normalize the one form of an entry, `undefined` for bad ones
 * @param reason of the entries
 */
export function whitelistKind<Type extends string>(
  type: Type,
  normalize: (entry: string) => string | undefined,
  reason: (whitelist: readonly string[]) => string,
): CaveatKind<WhitelistCaveat<Type>> {
  const make = (whitelist: readonly string[] | undefined) =>
    whitelist === undefined ? undefined : { type, whitelist }
  return {
    word: type,
    parse: (rest) => make(parseList(rest, '= ', normalize)),
    fromJson: (json) => make(listFromJson(json['whitelist'], stringsOnly(normalize))),
    serialize: ({ whitelist }) => `${type} = ${joinList(whitelist)}`,
    reason: ({ whitelist }) => reason(whitelist),
  }
}

export function stringsOnly<Out>(
  read: (text: string) => Out | undefined,
): (value: unknown) => Out | undefined {
  return (value) => (typeof value === 'string' ? read(value) : undefined)
}

/**
 * Whether an id can stand in a list of ids: not empty, nothing in it that separates lists or matchspecs, and no
 * bytes without text.
 */
export function isCaveatId(id: string): boolean {
  return id !== '' && !id.includes(SEPARATOR) && !id.includes('/') && isFaithfulText(id)
}
