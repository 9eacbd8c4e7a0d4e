/** What a resource is called in its `type`, and on the way. */
export interface MediaType {
  /** `application/astra-token`. */
  readonly type: string
  /** What every answer says, whichever older version the request named (Astra, §1.5). */
  readonly version: string
  /** Those that a request may name. */
  readonly versions: readonly string[]
  /** The `type` of its collections. */
  readonly collectionType: string
}

export const ACCOUNT = mediaType('account', ['1.0'])
export const USER = mediaType('user', ['1.0', '1.1', '1.2'])
export const GROUP = mediaType('group', ['1.0', '1.1'])
export const CREDENTIAL = mediaType('credential', ['1.0', '1.1'])
export const ROLE_BINDING = mediaType('roleBinding', ['1.0', '1.1'])
export const TOKEN = mediaType('token', ['1.0'])
export const LDAP_USER = mediaType('ldapUser', ['1.0'])
export const LDAP_GROUP = mediaType('ldapGroup', ['1.0'])
export const SETTING = mediaType('setting', ['1.0'])
export const CLOUD = mediaType('cloud', ['1.0', '1.1'])

function mediaType(name: string, versions: readonly [string, ...string[]]): MediaType {
  const type = `application/astra-${name}`
  const version = versions.at(-1) ?? versions[0]
  return { type, version, versions, collectionType: `${type}s` }
}

const JSON_TYPE = 'application/json'
const JSON_RANGES = new Set(['*/*', 'application/*', JSON_TYPE])

/**
 * The content type of an answer: the resource's own where it is asked for, with or without `+json`, else JSON
 * (Astra, §1.4). Its case does not matter, and of two that are wanted the own one wins.
 * @returns `undefined` when neither is acceptable
 */
export function contentTypeFor(accept: string | null, { type }: MediaType): string | undefined {
  if (accept === null || accept === '*/*' || accept === '') return JSON_TYPE
  let isJsonFine = false
  for (const range of accept.split(',')) {
    const wanted = mediaRange(range)
    if (wanted === type.toLowerCase()) return type
    if (wanted === `${type.toLowerCase()}+json`) return `${type}+json`
    isJsonFine ||= wanted !== undefined && JSON_RANGES.has(wanted)
  }
  return isJsonFine ? JSON_TYPE : undefined
}

/** A quality of zero means "not this"; other parameters are not looked at. */
const UNWANTED = /^q=0(?:\.0{0,3})?$/

function mediaRange(range: string): string | undefined {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  return parameters.some((parameter) => UNWANTED.test(parameter)) ? undefined : type
}
