import {
  type CaveatKind,
  joinList,
  listFromJson,
  orList,
  parseList,
  readEntry,
  stringsOnly,
} from './caveat-kind.ts'
import { encodeUtf8 } from './utf8.ts'

/** Whether the list names the places to use the token from, or those not to. */
export type GeoFilter = 'whitelist' | 'blacklist'

interface GeoCaveat<Type extends string> {
  readonly type: Type
  readonly filter: GeoFilter
  /** Never empty. */
  readonly list: readonly string[]
}

/** By country: codes, compared as they are written. In JSON they have two bytes; any other text is no country's. */
export type CountryCaveat = GeoCaveat<'geo.country'>

/** By {@link REGIONS region}. Any other text, which JSON has no place for, is no region. */
export type RegionCaveat = GeoCaveat<'geo.region'>

/** The regions that caveats know. `EU` is the union of states, `Europe` the continent. */
export const REGIONS: ReadonlySet<string> = new Set([
  'Africa',
  'Antarctica',
  'Asia',
  'Europe',
  'EU',
  'NorthAmerica',
  'Oceania',
  'SouthAmerica',
])

export const countryKind: CaveatKind<CountryCaveat> = geoKind(
  'geo.country',
  'country',
  (entry) => entry.length <= 2 && encodeUtf8(entry).length === 2,
)

export const regionKind: CaveatKind<RegionCaveat> = geoKind('geo.region', 'region', (entry) =>
  REGIONS.has(entry),
)

/** @param isMeant what an entry must be in JSON; see `whitelistKind` */
function geoKind<Type extends string>(
  type: Type,
  noun: string,
  isMeant: (entry: string) => boolean,
): CaveatKind<GeoCaveat<Type>> {
  const make = (filter: GeoFilter, list: readonly string[] | undefined) =>
    list === undefined ? undefined : { type, filter, list }
  const asked = (entry: string) => (isMeant(entry) ? readEntry(entry) : undefined)
  return {
    word: type,
    parse: (rest) =>
      rest?.startsWith('!')
        ? make('blacklist', parseList(rest, '!= ', readEntry))
        : make('whitelist', parseList(rest, '= ', readEntry)),
    fromJson: ({ filter, list }) =>
      filter === 'whitelist' || filter === 'blacklist'
        ? make(filter, listFromJson(list, stringsOnly(asked)))
        : undefined,
    serialize: ({ filter, list }) => `${type} ${filter === 'whitelist' ? '=' : '!='} ${joinList(list)}`,
    reason: ({ filter, list }) =>
      `unverified ${noun} caveat: this token can only be used from an IP address that ` +
      `${filter === 'whitelist' ? 'comes' : 'does NOT come'} from the following ${noun}: '${orList(list)}'`,
  }
}
