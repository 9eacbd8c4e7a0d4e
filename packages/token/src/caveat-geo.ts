import { type CaveatKind, joinList, listFromJson, orList, parseList, stringsOnly } from './caveat-kind.ts'
import { encodeUtf8, isFaithfulText } from './utf8.ts'

/** Whether the list names the places to use the token from, or those not to. */
export type GeoFilter = 'whitelist' | 'blacklist'

interface GeoCaveat<Type extends string> {
  readonly type: Type
  readonly filter: GeoFilter
  /** Never empty. */
  readonly list: readonly string[]
}

/** By country: two-byte codes, compared as they are written. */
export type CountryCaveat = GeoCaveat<'geo.country'>

/** By {@link REGIONS region}. */
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

export const countryKind: CaveatKind<CountryCaveat> = geoKind('geo.country', 'country', countryCode)

function countryCode(entry: string): string | undefined {
  const isCode =
    entry.length <= 2 && encodeUtf8(entry).length === 2 && isFaithfulText(entry) && !entry.includes('|')
  return isCode ? entry : undefined
}

export const regionKind: CaveatKind<RegionCaveat> = geoKind('geo.region', 'region', (entry) =>
  REGIONS.has(entry) ? entry : undefined,
)

function geoKind<Type extends string>(
  type: Type,
  noun: string,
  read: (entry: string) => string | undefined,
): CaveatKind<GeoCaveat<Type>> {
  const make = (filter: GeoFilter, list: readonly string[] | undefined) =>
    list === undefined ? undefined : { type, filter, list }
  return {
    word: type,
    parse: (rest) =>
      rest?.startsWith('!')
        ? make('blacklist', parseList(rest, '!= ', read))
        : make('whitelist', parseList(rest, '= ', read)),
    fromJson: ({ filter, list }) =>
      filter === 'whitelist' || filter === 'blacklist'
        ? make(filter, listFromJson(list, stringsOnly(read)))
        : undefined,
    serialize: ({ filter, list }) => `${type} ${filter === 'whitelist' ? '=' : '!='} ${joinList(list)}`,
    reason: ({ filter, list }) =>
      `unverified ${noun} caveat: this token can only be used from an IP address that ` +
      `${filter === 'whitelist' ? 'comes' : 'does NOT come'} from the following ${noun}: '${orList(list)}'`,
  }
}
