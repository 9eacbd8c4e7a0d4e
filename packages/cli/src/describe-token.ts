import {
  type Caveat,
  CaveatError,
  caveatFromJson,
  type Integer,
  printableTokenType,
  serializeCaveat,
  tokenTypeFromJson,
} from '@jeton/token'
import type { UnixSeconds } from '@jeton/server/ambient'
import { formatDistance, formatInstant } from './instant.ts'
import { isObject, type JsonObject, text } from './server/json.ts'

/** One caveat for a person: as the token spells it, and what that means where it is not plain. */
export function describeCaveat(caveat: Caveat, now: UnixSeconds): string {
  const spelled = serializeCaveat(caveat)
  if (caveat.type === 'time') return `${spelled} (${describeExpiry(caveat.validUntil, now)})`
  if (caveat.type === 'data.path') {
    const paths = caveat.whitelist.map((path) => Buffer.from(path, 'base64').toString('utf8'))
    return `${spelled} (${paths.join(', ')})`
  }
  return spelled
}

export function describeExpiry(validUntil: Integer, now: UnixSeconds): string {
  const verb = validUntil > now ? 'expires' : 'expired'
  // No calendar goes so far, and the caveat itself stands beside it.
  if (typeof validUntil === 'bigint') return validUntil > now ? 'expires never' : 'expired always'
  return `${verb} ${formatInstant(validUntil)}, ${formatDistance(validUntil, now)}`
}

/** The caveats of a server's answer; one of a kind that this program does not know stays out. */
export function caveatsOf(token: JsonObject): readonly Caveat[] {
  const { caveats } = token
  return Array.isArray(caveats) ? caveats.flatMap(knownCaveat) : []
}

/** The earliest end that the caveats set; `undefined` without one. */
export function validUntil(caveats: readonly Caveat[]): number | undefined {
  const ends = caveats.flatMap((caveat) => (caveat.type === 'time' ? [Number(caveat.validUntil)] : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** `access token`, `identity token`, … of a server's answer. */
export function describeType(token: JsonObject): string {
  const type = tokenTypeFromJson(token['type'])
  return type === undefined ? 'unknown' : printableTokenType(type)
}

/** `user:<id>` */
export function describeSubject(subject: unknown): string {
  return isObject(subject) ? [subject['type'], subject['id']].map(text).filter(Boolean).join(':') : ''
}

function knownCaveat(json: unknown): readonly Caveat[] {
  try {
    return [caveatFromJson(json)]
  } catch (error) {
    if (error instanceof CaveatError) return []
    throw error
  }
}
