import type { Integer, JsonObject } from './json.ts'
import { MAX_CAVEAT_BYTES } from './packets.ts'
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

/** A list as serialized forms hold it. Never empty. */
export function joinList(entries: readonly (string | Integer)[]): string {
  return entries.join(SEPARATOR)
}

/** A list as reasons name it. */
export function orList(entries: readonly (string | Integer)[]): string {
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
  // Nothing at all is no list; nothing between two separators is an entry like others.
  if (rest === undefined || !rest.startsWith(operator) || rest.length === operator.length) return undefined
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
  /** Never empty, though an entry may be. Entries are in the one form that {@link whitelistKind}'s `normalize` gives. */
  readonly whitelist: readonly string[]
}

/**
 * @param normalize the one form of an entry, `undefined` for bad ones
 * @param reason of the entries
 * @param isMeant what an entry must be besides where somebody asks for the caveat, in JSON. Serialized it is taken
 *   without: whoever confined the token is not here to be told, and all that such an entry does is not to be met
 */
export function whitelistKind<Type extends string>(
  type: Type,
  normalize: (entry: string) => string | undefined,
  reason: (whitelist: readonly string[]) => string,
  isMeant: (entry: string) => boolean = () => true,
): CaveatKind<WhitelistCaveat<Type>> {
  const make = (whitelist: readonly string[] | undefined) =>
    whitelist === undefined ? undefined : { type, whitelist }
  const asked = (entry: string) => {
    const normal = normalize(entry)
    // What no packet holds is not worth a look: a body has room for entries of megabytes.
    return normal !== undefined && normal.length <= MAX_CAVEAT_BYTES && isMeant(normal) ? normal : undefined
  }
  return {
    word: type,
    parse: (rest) => make(parseList(rest, '= ', normalize)),
    fromJson: (json) => make(listFromJson(json['whitelist'], stringsOnly(asked))),
    serialize: ({ whitelist }) => `${type} = ${joinList(whitelist)}`,
    reason: ({ whitelist }) => reason(whitelist),
  }
}

export function stringsOnly<Out>(
  read: (text: string) => Out | undefined,
): (value: unknown) => Out | undefined {
  return (value) => (typeof value === 'string' ? read(value) : undefined)
}

/** Whether a text can be an entry of a list: no separator in it, and no bytes without text. */
export function isListEntry(text: string): boolean {
  return !text.includes(SEPARATOR) && isFaithfulText(text)
}

/** An entry of any text, as it is. */
export function readEntry(text: string): string | undefined {
  return isListEntry(text) ? text : undefined
}
