import type { JsonObject } from './body.ts'
import { type Fault, invalidBody, ProblemRaised } from './problem.ts'

/** What one key of a body may hold. */
export interface Field {
  readonly isRequired: boolean
  readonly isValid: (value: unknown) => boolean
  readonly rule: string
}

/** By key. */
export type Fields = Readonly<Record<string, Field>>

/**
 * @param inner the fields of the objects that some of the fields are
 * @throws {ProblemRaised} with every fault there is, in the order of the fields; an unknown field is one
 */
export function requireValid(
  body: JsonObject,
  fields: Fields,
  inner: Readonly<Record<string, Fields>> = {},
): void {
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

/** A rule for texts that can be stored as they came. */
export function text(isValid: (text: string) => boolean): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value) && isValid(value)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
