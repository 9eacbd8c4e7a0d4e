import { isRole, type Role, ROLES } from '../../accounts/role.ts'
import { AUDIENCES, type Audience } from '../../authority/named-token.ts'
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
import { type SystemRole, TENANT_ROLES } from '../../operators/role-names.ts'
import type { JsonObject } from './body.ts'
import { type Field, type Fields, isObject, requireValid, text } from './fields.ts'

/** The body of `POST /v1/users`. */
export interface NewUserBody {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly fullName?: string
  /** At other audiences. */
  readonly roles: { readonly astra: Role | undefined; readonly sdwan: readonly SystemRole[] }
}

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
    rule: `must be an object with "astra", one of ${ROLES.join(', ')}, and "sdwan", a list of ${TENANT_ROLES.join(', ')}; both may be left out`,
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
  /** Empty for an audience whose tokens have none. */
  readonly name: string
}

const nameOfToken: Field = {
  isRequired: true,
  isValid: (value) => typeof value === 'string',
  rule: 'must be a string',
}

const newTokenFields: Fields = {
  audience: {
    isRequired: true,
    isValid: (value) => AUDIENCES.some((audience) => audience === value),
    rule: `must be one of ${AUDIENCES.join(', ')}`,
  },
  name: nameOfToken,
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

/** Tokens of the SD-WAN API have no names: one is taken, so that all audiences are asked for alike, and kept nowhere. */
const sdwanTokenFields: Fields = { ...newTokenFields, name: { ...nameOfToken, isRequired: false } }

/** @throws {ProblemRaised} with every fault there is */
export function parseNewToken(body: JsonObject): NewTokenBody {
  requireValid(body, tokenFields(body['audience']))
  // Proof: one of AUDIENCES, and a string or left out.
  return { audience: body['audience'] as Audience, name: (body['name'] as string | undefined) ?? '' }
}

function tokenFields(audience: unknown): Fields {
  if (audience === 'onezone') return onezoneTokenFields
  return audience === 'sdwan' ? sdwanTokenFields : newTokenFields
}

/** The body of `POST /v1/clients`. */
export interface NewClientBody {
  readonly name: string
  readonly roles: readonly SystemRole[]
}

const newClientFields: Fields = {
  name: {
    isRequired: true,
    isValid: text(isTenantName),
    rule: 'must have 1 to 128 characters, no space first or last',
  },
  audience: { isRequired: true, isValid: (value) => value === 'sdwan', rule: 'must be sdwan' },
  roles: {
    isRequired: true,
    isValid: (value) => isTenantRoles(value) && value.length > 0,
    rule: `must be a list with some of ${TENANT_ROLES.join(', ')}`,
  },
}

/** @throws {ProblemRaised} with every fault there is */
export function parseNewClient(body: JsonObject): NewClientBody {
  requireValid(body, newClientFields)
  // Proof: rules that nothing else passes.
  return { name: body['name'] as string, roles: body['roles'] as NewClientBody['roles'] }
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

function isRoles(value: unknown): boolean {
  if (!isObject(value)) return false
  return Object.entries(value).every(([audience, roles]) => {
    if (audience === 'astra') return typeof roles === 'string' && isRole(roles)
    return audience === 'sdwan' && isTenantRoles(roles)
  })
}

function isTenantRoles(value: unknown): value is readonly SystemRole[] {
  return Array.isArray(value) && value.every((role) => TENANT_ROLES.some((known) => known === role))
}
