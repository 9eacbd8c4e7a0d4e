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
  /** Whether it asks for roles at other audiences. */
  readonly hasRoles: boolean
}

interface Field {
  readonly isRequired: boolean
  readonly isValid: (value: unknown) => boolean
  readonly rule: string
}

const newUserFields: Readonly<Record<string, Field>> = {
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
  fullName: {
    isRequired: false,
    isValid: text(isFullName),
    rule: "must have 2 to 128 letters, digits, spaces or ',.-",
  },
  roles: {
    isRequired: false,
    isValid: isRoles,
    rule: 'must be an object with "astra", a role\'s name, and "sdwan", a list of them; both may be left out',
  },
}

/** @throws {ProblemRaised} with every fault there is */
export function parseNewUser(body: JsonObject): NewUserBody {
  requireValid(body, newUserFields)
  const { fullName, roles } = body
  return {
    // Each of the three passed a rule that only a string passes.
    username: body['username'] as string,
    email: body['email'] as string,
    password: body['password'] as string,
    ...(typeof fullName === 'string' && { fullName }),
    hasRoles: Object.keys(roles ?? {}).length > 0,
  }
}

const supportFields: Readonly<Record<string, Field>> = {
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

/** @throws {ProblemRaised} with every fault there is, in the order of the fields; an unknown field is one */
function requireValid(body: JsonObject, fields: Readonly<Record<string, Field>>): void {
  const faults = [...fieldFaults(body, fields), ...unknownFaults(body, fields)]
  if (faults.length > 0) throw new ProblemRaised(invalidBody, faults)
}

function fieldFaults(body: JsonObject, fields: Readonly<Record<string, Field>>): readonly Fault[] {
  return Object.entries(fields).flatMap(([name, { isRequired, isValid, rule }]) => {
    const value = body[name]
    if (value === undefined) return isRequired ? [{ pointer: `#/${name}`, detail: 'is missing' }] : []
    return isValid(value) ? [] : [{ pointer: `#/${name}`, detail: rule }]
  })
}

/** The key is not repeated as it came: a misplaced secret may be in it. */
function unknownFaults(body: JsonObject, fields: Readonly<Record<string, Field>>): readonly Fault[] {
  const isUnknown = Object.keys(body).some((name) => !Object.hasOwn(fields, name))
  return isUnknown
    ? [{ pointer: '#', detail: `takes ${Object.keys(fields).join(', ')} and nothing else` }]
    : []
}

// Half a surrogate pair cannot be stored as it came, and a control character is in no name.
const CONTROL = /[\u0000-\u001f\u007f]/

function text(isValid: (text: string) => boolean): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value) && isValid(value)
}

function isRoles(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([audience, roles]) => {
    if (audience === 'astra') return isRoleName(roles)
    return audience === 'sdwan' && Array.isArray(roles) && roles.every(isRoleName)
  })
}

function isRoleName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value)
}
