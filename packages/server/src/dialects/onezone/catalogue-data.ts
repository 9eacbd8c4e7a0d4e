import { erlangTerm } from './erlang-term.ts'
import { isJsonObject, withSortedKeys } from './json-value.ts'
import { beginningOf } from './told-text.ts'
import { nested, type WireError } from './wire-error.ts'

/** The catalogue, data validation: 400 each. `key` is the field of the body that is meant. */

export const malformedData = dataError(
  'malformedData',
  'Provided data could not be understood by the server.',
)

export function missingRequiredValue(key: string): WireError {
  return dataError('missingRequiredValue', `Missing required value: ${key}.`, { key })
}

/** The keys as Erlang prints them, on one line: where the original breaks it is its printer's affair, not the API's. */
export function missingAtLeastOneValue(keys: readonly string[]): WireError {
  const printed = keys.map((key) => `<<"${key}">>`).join(',')
  const description = `Missing data, you must provide at least one of: [${printed}].`
  return dataError('missingAtLeastOneValue', description, { keys })
}

export function badData(key: string): WireError {
  return badValue(
    'badData',
    key,
    ' has an invalid format or is incomprehensible in the context of this operation.',
  )
}

export function badValueEmpty(key: string): WireError {
  return badValue('badValueEmpty', key, ' must not be empty.')
}

export function badValueBoolean(key: string): WireError {
  return badValue('badValueBoolean', key, ' must be a boolean.')
}

export function badValueString(key: string): WireError {
  return badValue('badValueString', key, ' must be a string.')
}

export function badValueListOfStrings(key: string): WireError {
  return badValue('badValueListOfStrings', key, ' must be a list of strings.')
}

export function badValueInteger(key: string): WireError {
  return badValue('badValueInteger', key, ' must be an integer.')
}

export function badValueFloat(key: string): WireError {
  return badValue('badValueFloat', key, ' must be a floating point number.')
}

export function badValueJson(key: string): WireError {
  return badValue('badValueJSON', key, ' must be a valid JSON.')
}

export function badValueToken(key: string, tokenError: WireError): WireError {
  return badValue('badValueToken', key, ' is not a valid token (see details).', {
    tokenError: nested(tokenError),
  })
}

export function badValueTokenType(key: string): WireError {
  return badValue('badValueTokenType', key, ' is not a valid token type.')
}

export function badValueInviteType(key: string): WireError {
  return badValue('badValueInviteType', key, ' is not a valid invite type.')
}

export function badValueIpv4Address(key: string): WireError {
  return badValue('badValueIPv4Address', key, ' is not a valid IPv4 address.')
}

export function badValueTooLow(key: string, limit: number): WireError {
  return badValue('badValueTooLow', key, ` must be at least ${limit}.`, { limit })
}

export function badValueNotInRange(key: string, low: number, high: number): WireError {
  return badValue('badValueNotInRange', key, ` must be between <${low}, ${high}>.`, { low, high })
}

export function badValueNotAllowed(key: string, allowed: readonly string[]): WireError {
  return badValue('badValueNotAllowed', key, ` must be one of: ${allowed.join(', ')}.`, { allowed })
}

export function badValueListNotAllowed(key: string, allowed: readonly string[]): WireError {
  return badValue(
    'badValueListNotAllowed',
    key,
    ` must be a list containing zero or more following values: ${allowed.join(', ')}.`,
    { allowed },
  )
}

export function badValueIdNotFound(key: string): WireError {
  return dataError('badValueIdNotFound', `Bad value: provided ID ("${key}") does not exist.`, { key })
}

export function badValueIdentifierOccupied(key: string): WireError {
  return dataError(
    'badValueIdentifierOccupied',
    `Bad value: provided identifier ("${key}") is already occupied.`,
    { key },
  )
}

export const badValueName = dataError(
  'badValueName',
  'Bad value: Name must be 2-128 characters long and composed only of UTF-8 letters, digits, brackets and ' +
    'underscores. Dashes, spaces and dots are allowed (but not at the beginning or the end).',
)

export const badValueFullName = dataError(
  'badValueFullName',
  'Bad value: Full name must be 2-128 characters long and composed only of UTF-8 letters and digits. ' +
    'Dashes, spaces, dots, commas and apostrophes are allowed (but not at the beginning or the end).',
)

export const badValueUsername = dataError(
  'badValueUsername',
  'Bad value: Username must be 2-32 characters long and composed only of letters and digits. ' +
    'Dashes and underscores are allowed (but not at the beginning or the end).',
)

export const badValuePassword = dataError(
  'badValuePassword',
  'Bad value: Password must be at least 8 characters long.',
)

export const badValueEmail = dataError('badValueEmail', 'Bad value: provided e-mail is not valid.')
export const badValueDomain = dataError('badValueDomain', 'Bad value: provided domain is not valid.')

export const subdomainDelegationNotSupported = dataError(
  'subdomainDelegationNotSupported',
  'Subdomain delegation is not supported by this Onezone.',
)

/**
 * @param caveat as it was sent; what is neither an object nor a string is told as an Erlang term, and what is longer
 *   than {@link MAX_TOLD_CHARS} by the beginning of its JSON
 */
export function badValueCaveat(caveat: unknown): WireError {
  const sent = JSON.stringify(caveat)
  const beginning = beginningOf(sent)
  if (beginning !== sent) return invalidCaveat(beginning, beginning)
  const told =
    typeof caveat === 'string' || isJsonObject(caveat) ? withSortedKeys(caveat) : erlangTerm(caveat)
  return invalidCaveat(JSON.stringify(told), told)
}

function invalidCaveat(inWords: string, caveat: unknown): WireError {
  return dataError('badValueCaveat', `Provided caveat is invalid: '${inWords}'.`, { caveat })
}

function badValue(id: string, key: string, complaint: string, extra: WireError['details'] = {}): WireError {
  return dataError(id, `Bad value: provided "${key}"${complaint}`, withSorted({ key, ...extra }))
}

/** Details are flat here and their keys known, so one level is enough. */
function withSorted(details: NonNullable<WireError['details']>): NonNullable<WireError['details']> {
  return Object.fromEntries(Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function dataError(id: string, description: string, details?: WireError['details']): WireError {
  return details === undefined ? { status: 400, id, description } : { status: 400, id, details, description }
}
