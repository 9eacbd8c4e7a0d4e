import type { PresentedToken } from '../../authority/presented-token.ts'
import { ExactNumber } from '../../exact-json.ts'
import type { JsonSchema } from '../json-schema.ts'
import {
  badData,
  badValueDomain,
  badValueEmail,
  badValueEmpty,
  badValueFloat,
  badValueNotInRange,
  missingRequiredValue,
  subdomainDelegationNotSupported,
} from './catalogue-data.ts'
import { isJsonObject } from './json-value.ts'
import { type BodyParser, bodyOf, bodyParser, eitherBody, type ValueParser, valueParser } from './schema.ts'
import { text } from './shapes.ts'
import { boolean, inviteToken, later, name, presentedToken, stringOrNull } from './values.ts'
import { WireRefusal, type WireError } from './wire-error.ts'

/** The bodies of operations on providers. */

/** Lower case, as it stands in certificates; an IPv4 address passes too. */
const DOMAIN = /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/
const MAX_DOMAIN_CHARS = 253
const EMAIL_ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
const EMAIL_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const EMAIL = new RegExp(`^${EMAIL_ATOM}(?:\\.${EMAIL_ATOM})*@(?:${EMAIL_LABEL}\\.)+${EMAIL_LABEL}$`)
/** RFC 5321, with the angle brackets taken off. */
const MAX_EMAIL_CHARS = 254
/** As Erlang reads a float, or an integer, out of a string. */
const DEGREES = /^[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?$/

// The lengths first: no pattern then has more than a few hundred characters to go back and forth in.
const domain = filled(
  { ...text, maxLength: MAX_DOMAIN_CHARS },
  (value) => value.length <= MAX_DOMAIN_CHARS && DOMAIN.test(value),
  badValueDomain,
)
const adminEmail = filled(
  { ...text, maxLength: MAX_EMAIL_CHARS },
  (value) => value.length <= MAX_EMAIL_CHARS && EMAIL.test(value),
  badValueEmail,
)
const latitude = degrees(90)
const longitude = degrees(180)

const registrationFields = {
  required: { adminEmail, name, subdomainDelegation: boolean, token: inviteToken('registerOneprovider') },
  optional: { latitude, longitude },
}
const registration = bodyOf({
  required: { ...registrationFields.required, domain },
  optional: registrationFields.optional,
})
const undecidedRegistration = bodyOf(registrationFields)

/**
 * A provider to be registered. Domains are handed out by nobody here, so it has one of its own; as long as it does not
 * say so, none is asked for: `subdomainDelegation` is what it hears about.
 */
export const registrationBody: BodyParser<ReturnType<typeof registration>> = bodyParser(
  registration.schema,
  (body, tokens) => {
    const delegation = isJsonObject(body) ? body['subdomainDelegation'] : undefined
    if (delegation === true) throw new WireRefusal(subdomainDelegationNotSupported)
    if (delegation !== false) undecidedRegistration(body, tokens)
    return registration(body, tokens)
  },
)

export const providerChangeBody = bodyOf({ atLeastOne: { adminEmail, latitude, longitude, name } })

/** Which provider a token is said to be of. */
export interface ProviderIdentity {
  readonly providerId: unknown
  /** @throws {WireRefusal} for one that is none, or is missing */
  readonly token: () => PresentedToken
}

const anyId = valueParser(text, (_, value) => value)
const identityByOldName = bodyOf({ required: { macaroon: presentedToken, providerId: anyId } })
const identity = bodyOf({ required: { providerId: anyId }, optional: { token: later(presentedToken) } })
const identityShown = bodyOf({ required: { providerId: anyId, token: presentedToken } })

/** Old clients send the token as `macaroon`, which counts before `token`. */
export const providerIdentityBody: BodyParser<ProviderIdentity> = bodyParser(
  eitherBody([identityShown, identityByOldName]),
  (body, tokens) => {
    if (isJsonObject(body) && body['macaroon'] !== undefined) {
      const { macaroon, providerId } = identityByOldName(body, tokens)
      return { providerId, token: () => macaroon }
    }
    const { providerId, token = missingToken } = identity(body, tokens)
    return { providerId, token }
  },
)

function missingToken(): never {
  throw new WireRefusal(missingRequiredValue('token'))
}

/** A text that is not empty and follows a rule. `null` is no text at all here. */
function filled(
  schema: JsonSchema,
  follows: (value: string) => boolean,
  complaint: WireError,
): ValueParser<string> {
  return valueParser({ ...schema, minLength: 1 }, (key, value, tokens) => {
    const taken = stringOrNull(key, value, tokens)
    if (taken === null) throw new WireRefusal(badData(key))
    if (taken === '') throw new WireRefusal(badValueEmpty(key))
    if (!follows(taken)) throw new WireRefusal(complaint)
    return taken
  })
}

function degrees(limit: number): ValueParser<number> {
  return valueParser({ type: 'number', minimum: -limit, maximum: limit }, (key, value) => {
    const taken = numberIn(value)
    if (taken === undefined) throw new WireRefusal(badValueFloat(key))
    if (Math.abs(taken) > limit) throw new WireRefusal(badValueNotInRange(key, -limit, limit))
    return taken
  })
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof ExactNumber) return Number(value.text)
  return typeof value === 'string' && DEGREES.test(value) ? Number(value) : undefined
}
