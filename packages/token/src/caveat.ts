import { type ApiCaveat, apiKind } from './caveat-api.ts'
import {
  type DataObjectIdCaveat,
  type DataPathCaveat,
  type DataReadonlyCaveat,
  dataObjectIdKind,
  dataPathKind,
  dataReadonlyKind,
} from './caveat-data.ts'
import { type CountryCaveat, countryKind, type RegionCaveat, regionKind } from './caveat-geo.ts'
import type { CaveatKind } from './caveat-kind.ts'
import { type AsnCaveat, asnKind, type IpCaveat, ipKind } from './caveat-network.ts'
import {
  type ConsumerCaveat,
  consumerKind,
  type InterfaceCaveat,
  interfaceKind,
  type ScopeCaveat,
  type ServiceCaveat,
  scopeKind,
  serviceKind,
} from './caveat-party.ts'
import { type TimeCaveat, timeKind } from './caveat-time.ts'
import { CaveatError } from './error.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { MAX_CAVEAT_BYTES } from './packets.ts'
import { encodeUtf8 } from './utf8.ts'

/** A restriction that a token carries. The fields are those of its JSON form; only `scope` has another there. */
export type Caveat =
  | TimeCaveat
  | IpCaveat
  | AsnCaveat
  | CountryCaveat
  | RegionCaveat
  | ServiceCaveat
  | ConsumerCaveat
  | InterfaceCaveat
  | ApiCaveat
  | DataReadonlyCaveat
  | DataPathCaveat
  | DataObjectIdCaveat
  | ScopeCaveat

export type CaveatType = Caveat['type']

const KINDS: { readonly [Type in CaveatType]: CaveatKind<Extract<Caveat, { type: Type }>> } = {
  time: timeKind,
  ip: ipKind,
  asn: asnKind,
  'geo.country': countryKind,
  'geo.region': regionKind,
  service: serviceKind,
  consumer: consumerKind,
  interface: interfaceKind,
  api: apiKind,
  'data.readonly': dataReadonlyKind,
  'data.path': dataPathKind,
  'data.objectid': dataObjectIdKind,
  scope: scopeKind,
}

// Object.keys says string[]; the table is declared with exactly the caveat types as its keys.
export const CAVEAT_TYPES: readonly CaveatType[] = Object.keys(KINDS) as CaveatType[]

/**
 * The kinds by the code of their word's first letter. Comparing a text with one to three words is cheaper than
 * cutting its word out and hashing it, and this is the hot path.
 */
const kindsByInitial: readonly (readonly CaveatKind<Caveat>[])[] = Array.from({ length: 128 }, (_, initial) =>
  CAVEAT_TYPES.map(kindOf).filter(({ word }) => word.charCodeAt(0) === initial),
)

function kindOf(type: CaveatType): CaveatKind<Caveat> {
  // Wider than it is: the table pairs each type with the kind of that very type, so hand it caveats of `type` only.
  return KINDS[type]
}

/**
 * Reads the JSON form, strictly: bad or missing values, unknown types and what a packet cannot hold are refused.
 * Extra keys are ignored.
 *
 * @throws {CaveatError}
 * @see docs/formats/caveats.md
 */
export function caveatFromJson(json: unknown): Caveat {
  const caveat = isJsonObject(json) ? readJson(json) : undefined
  if (caveat === undefined || encodeUtf8(serializeCaveat(caveat)).length > MAX_CAVEAT_BYTES) {
    throw new CaveatError(json)
  }
  return caveat
}

function readJson(json: JsonObject): Caveat | undefined {
  const { type } = json
  // `scope` is a type on the inside only.
  const kind = isCaveatType(type) && type !== 'scope' ? kindOf(type) : undefined
  const isOfKind = kind !== undefined && !(isScopeFirst(json) && json['scope'] === 'identityToken')
  return isOfKind ? kind.fromJson(json) : scopeKind.fromJson(json)
}

/**
 * Whether Onezone comes to look for a `scope` before it looks at the type: for five types, only if the keys of that
 * type are not all there, or its list is none or empty.
 */
function isScopeFirst(json: JsonObject): boolean {
  switch (json['type']) {
    case 'time':
      return !Object.hasOwn(json, 'validUntil')
    case 'ip':
    case 'asn':
      return !isFilledList(json['whitelist'])
    case 'geo.country':
    case 'geo.region':
      return !Object.hasOwn(json, 'filter') || !isFilledList(json['list'])
    default:
      return true
  }
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function isCaveatType(value: unknown): value is CaveatType {
  return typeof value === 'string' && Object.hasOwn(KINDS, value)
}

export function caveatToJson(caveat: Caveat): JsonObject {
  return caveat.type === 'scope' ? { scope: 'identityToken' } : { ...caveat }
}

/** The text that a macaroon carries and signs. */
export function serializeCaveat(caveat: Caveat): string {
  return kindOf(caveat.type).serialize(caveat)
}

/**
 * Reads a serialized caveat, with the leniency of Onezone: what it can never find met, or forbids nothing with, is a
 * caveat all the same. What it cannot read, nor bytes that are no text, is unknown, and unknown means no.
 *
 * @returns `undefined` for an unknown caveat
 * @see docs/formats/caveats.md, "The serialized form"
 */
export function parseCaveat(text: string): Caveat | undefined {
  for (const kind of kindsByInitial[text.charCodeAt(0)] ?? []) {
    if (!text.startsWith(kind.word)) continue
    const { length } = kind.word
    if (text.length === length) return kind.parse(undefined)
    if (text[length] === ' ') return kind.parse(text.slice(length + 1))
  }
  return undefined
}

/** Why a caveat stops a token, in words, without a full stop at the end. */
export function caveatReason(caveat: Caveat): string {
  return kindOf(caveat.type).reason(caveat)
}
