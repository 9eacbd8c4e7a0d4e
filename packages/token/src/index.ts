/**
 * Macaroon tokens as the Onezone API has them: decode, mint, confine, judge. Pure: no I/O, no clock, no randomness,
 * no dependency; HMAC-SHA256 comes in as a function. What is decoded is not verified; only {@link judge} says that a
 * token is good.
 */
export {
  type Matchspec,
  matches as matchspecMatches,
  type Operation,
  parseMatchspec,
  printMatchspec,
  type Resource,
} from './api-matchspec.ts'
export {
  CAVEAT_TYPES,
  type Caveat,
  type CaveatType,
  caveatFromJson,
  caveatReason,
  caveatToJson,
  parseCaveat,
  serializeCaveat,
} from './caveat.ts'
export { type ApiCaveat, apiCaveatAllows } from './caveat-api.ts'
export {
  type DataObjectIdCaveat,
  type DataPathCaveat,
  type DataReadonlyCaveat,
  spacesOfDataCaveat,
} from './caveat-data.ts'
export type { CountryCaveat, GeoFilter, RegionCaveat } from './caveat-geo.ts'
export type { AsnCaveat, IpCaveat } from './caveat-network.ts'
export {
  type ConsumerCaveat,
  INTERFACES,
  type Interface,
  type InterfaceCaveat,
  type ScopeCaveat,
  type ServiceCaveat,
} from './caveat-party.ts'
export { iso8601, type TimeCaveat } from './caveat-time.ts'
export { confineToken, confineTokenAsync } from './confine.ts'
export type { Context, Facts, NamedFacts, Place, Purpose, TemporaryFacts } from './context.ts'
export { CaveatError, MAX_TOKEN_CHARS, TokenError, type TokenErrorCode } from './error.ts'
export type { Hmac, HmacAsync } from './hmac.ts'
export type { Persistence } from './identifier.ts'
export {
  INVITE_KINDS,
  INVITE_TYPES,
  type InviteEntity,
  type InviteKind,
  type InviteType,
  isInviteType,
} from './invite-type.ts'
export { parseIpv4 } from './ipv4.ts'
export { type Integer, type JsonObject, parseInteger } from './json.ts'
export { judge, typeGate } from './judge.ts'
export type { Macaroon, MacaroonCaveat } from './macaroon.ts'
export { type MintParts, mintToken } from './mint.ts'
export { serviceCaveatAllowsOnezoneCall } from './service-limits.ts'
export {
  ONEZONE_SERVICE,
  parseServiceSpec,
  printServiceSpec,
  SERVICE_NAMES,
  type ServiceSpec,
  type ServiceType,
} from './service-spec.ts'
export { isSigned, type SignedToken, signedToken } from './signed-token.ts'
export {
  isSameSubject,
  NOBODY,
  parseSubject,
  printSubject,
  type SubjectType,
  type TokenSubject,
} from './subject.ts'
export { decodeToken, encodeToken, type Token } from './token.ts'
export {
  parseTokenType,
  printableTokenType,
  serializeTokenType,
  type TokenType,
  tokenTypeFromJson,
  tokenTypeToJson,
} from './token-type.ts'
export type { TokenRefusal, Verdict } from './verdict.ts'
