import { isRole, type Role, ROLES } from '../../accounts/role.ts'
import type { Audience } from '../../authority/named-token.ts'
import { isTokenName } from '../../authority/token-name.ts'
import { isOnezoneDomain, isTenantName } from '../../directory/tenant-rules.ts'
import type { NewTenant } from '../../directory/tenants.ts'
import {
  isAcceptablePassword,
  isEmail,
  isFullName,
  isUsername,
  MAX_PASSWORD_BYTES,
  MIN_PASSWORD_BYTES,
} from '../../directory/user-rules.ts'
import type { JsonObject } from './body.ts'
import { type Fault, invalidBody, ProblemRaised } from './problem.ts'

/** The body of `POST /v1/users`. */
export interface NewUserBody {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly fullName?: string
  /** At other audiences. */
  readonly roles: { readonly astra: Role | undefined; readonly sdwan: readonly string[] }
}

interface Field {
  readonly isRequired: boolean
  readonly isValid: (value: unknown) => boolean
  readonly rule: string
}

type Fields = Readonly<Record<string, Field>>

const loginFields: Fields = {
  username: {
    isRequired: true,
    isValid: text(isUsername),
    rule: 'must have 2 to 32 letters, digits, dots, dashes or underscores, a letter or digit first and last',
  },
  email: { isRequired: true, isValid: text(isEmail), rule: 'must be an e-mail address' },
  password: {
    isRequired: true,
    isValid: text(isAcceptablePassword),
    rule: `must have ${MIN_PASSWORD_BYTES} to ${MAX_PASSWORD_BYTES} bytes`,
  },
}

const newUserFields: Fields = {
  ...loginFields,
  fullName: {
    isRequired: false,
    isValid: text(isFullName),
    rule: "must have 2 to 128 letters, digits, spaces or ',.-",
  },
  roles: {
    isRequired: false,
    isValid: isRoles,
    rule: `must be an object with "astra", one of ${ROLES.join(', ')}, and "sdwan", a list of roles; both may be left out`,
  },
}

/** @throws {ProblemRaised} with every fault there is */
export function parseNewUser(body: JsonObject): NewUserBody {
  requireValid(body, newUserFields)
  const { fullName, roles } = body
  return {
    ...loginOf(body),
    ...(typeof fullName === 'string' && { fullName }),
    // Proof: isRoles, or left out.
    roles: { astra: undefined, sdwan: [], ...(roles as Partial<NewUserBody['roles']> | undefined) },
  }
}

/** @param body whose {@link loginFields} are valid */
function loginOf(body: JsonObject): NewTenant['administrator'] {
  return {
    // Each of the three passed a rule that only a string passes.
    username: body['username'] as string,
    email: body['email'] as string,
    password: body['password'] as string,
  }
}

const newTenantFields: Fields = {
  name: {
    isRequired: true,
    isValid: text(isTenantName),
    rule: 'must have 1 to 128 characters, no space first or last',
  },
  onezoneDomain: {
    isRequired: true,
    isValid: text(isOnezoneDomain),
    rule: 'must be a host name in lower case, without a port',
  },
  administrator: { isRequired: true, isValid: isObject, rule: 'must be an object' },
}

/** The body of `POST /v1/tenants`. @throws {ProblemRaised} with every fault there is */
export function parseNewTenant(body: JsonObject): NewTenant {
  const { name, onezoneDomain, administrator } = body
  requireValid(body, newTenantFields, isObject(administrator) ? { administrator: loginFields } : {})
  return {
    // Proof: rules that only strings pass, and an object.
    name: name as string,
    onezoneDomain: onezoneDomain as string,
    administrator: loginOf(administrator as JsonObject),
  }
}

/** The body of `POST /v1/me/tokens`. */
export interface NewTokenBody {
  readonly audience: Audience
  readonly name: string
}

const AUDIENCES: readonly Audience[] = ['onezone', 'astra', 'sdwan', 'jeton']

const newTokenFields: Fields = {
  audience: {
    isRequired: true,
    isValid: (value) => AUDIENCES.some((audience) => audience === value),
    rule: `must be one of ${AUDIENCES.join(', ')}`,
  },
  name: { isRequired: true, isValid: (value) => typeof value === 'string', rule: 'must be a string' },
}

/** Onezone's rule; Astra's stands where its tokens are made, for its own API changes names too. */
const onezoneTokenFields: Fields = {
  ...newTokenFields,
  name: {
    isRequired: true,
    isValid: text(isTokenName),
    rule: 'must have 2 to 128 letters, digits, spaces or ().-_, no space, dot or dash first or last',
  },
}

/** @throws {ProblemRaised} with every fault there is */
export function parseNewToken(body: JsonObject): NewTokenBody {
  requireValid(body, body['audience'] === 'onezone' ? onezoneTokenFields : newTokenFields)
  // Proof: one of AUDIENCES, and a string.
  return { audience: body['audience'] as Audience, name: body['name'] as string }
}

const supportFields: Fields = {
  readonly: {
    isRequired: true,
    isValid: (value) => typeof value === 'boolean',
    rule: 'must be true or false',
  },
}

/**
 * The body of `PUT /v1/onezone/spaces/{id}/supports/{providerId}`.
 * @returns whether the provider only reads @throws {ProblemRaised} with every fault there is
 */
export function parseSupport(body: JsonObject): boolean {
  requireValid(body, supportFields)
  return body['readonly'] === true
}

/**
 * @param inner the fields of the objects that some of the fields are
 * @throws {ProblemRaised} with every fault there is, in the order of the fields; an unknown field is one
 */
function requireValid(body: JsonObject, fields: Fields, inner: Readonly<Record<string, Fields>> = {}): void {
  const innerFaults = Object.entries(inner).flatMap(([name, itsFields]) =>
    // Proof: asked for only where it is one.
    faultsOf(body[name] as JsonObject, itsFields, `#/${name}`),
  )
  const faults = [...faultsOf(body, fields, '#'), ...innerFaults]
  if (faults.length > 0) throw new ProblemRaised(invalidBody, faults)
}

/** @param at where the object stands, as a JSON Pointer */
function faultsOf(body: JsonObject, fields: Fields, at: string): readonly Fault[] {
  return [...fieldFaults(body, fields, at), ...unknownFaults(body, fields, at)]
}

function fieldFaults(body: JsonObject, fields: Fields, at: string): readonly Fault[] {
  return Object.entries(fields).flatMap(([name, { isRequired, isValid, rule }]) => {
    const value = body[name]
    if (value === undefined) return isRequired ? [{ pointer: `${at}/${name}`, detail: 'is missing' }] : []
    return isValid(value) ? [] : [{ pointer: `${at}/${name}`, detail: rule }]
  })
}

/** The key is not repeated as it came: a misplaced secret may be in it. */
function unknownFaults(body: JsonObject, fields: Fields, at: string): readonly Fault[] {
  const isUnknown = Object.keys(body).some((name) => !Object.hasOwn(fields, name))
  return isUnknown
    ? [{ pointer: at, detail: `takes ${Object.keys(fields).join(', ')} and nothing else` }]
    : []
}

// Half a surrogate pair cannot be stored as it came, and a control character is in no name.
const CONTROL = /[\u0000-\u001f\u007f]/

function text(isValid: (text: string) => boolean): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value) && isValid(value)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRoles(value: unknown): boolean {
  if (!isObject(value)) return false
  return Object.entries(value).every(([audience, roles]) => {
    if (audience === 'astra') return typeof roles === 'string' && isRole(roles)
    return audience === 'sdwan' && Array.isArray(roles) && roles.every(isRoleName)
  })
}

function isRoleName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value)
}
