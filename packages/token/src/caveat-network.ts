import {
  type CaveatKind,
  joinList,
  listFromJson,
  orList,
  parseList,
  type WhitelistCaveat,
  whitelistKind,
} from './caveat-kind.ts'
import { canonicalIpv4Mask } from './ipv4.ts'
import { type Integer, integerFromJson, parseInteger } from './json.ts'

/** Only from these IPv4 ranges, `a.b.c.d/len`. */
export type IpCaveat = WhitelistCaveat<'ip'>

export const ipKind: CaveatKind<IpCaveat> = whitelistKind(
  'ip',
  canonicalIpv4Mask,
  (masks) =>
    `unverified IP caveat: this token can only be used from an IP address that matches: '${orList(masks)}'`,
)

/** Only from addresses of these Autonomous Systems. */
export interface AsnCaveat {
  readonly type: 'asn'
  /** Never empty. */
  readonly whitelist: readonly Integer[]
}

export const asnKind: CaveatKind<AsnCaveat> = {
  word: 'asn',
  parse: (rest) => makeAsn(parseList(rest, '= ', parseInteger)),
  fromJson: (json) => makeAsn(listFromJson(json['whitelist'], integerFromJson)),
  serialize: ({ whitelist }) => `asn = ${joinList(whitelist)}`,
  reason: ({ whitelist }) =>
    'unverified ASN caveat: this token can only be used from an IP address that maps to the following ' +
    `Autonomous System Number: '${orList(whitelist)}'`,
}

function makeAsn(whitelist: readonly Integer[] | undefined): AsnCaveat | undefined {
  return whitelist === undefined ? undefined : { type: 'asn', whitelist }
}
