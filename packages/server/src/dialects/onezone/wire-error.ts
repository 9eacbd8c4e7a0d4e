import type { JsonObject } from '../../authority/named-token.ts'

/** One error of the Onezone catalogue, ready to be written. */
export interface WireError {
  /** The HTTP status when this is the outermost error; nested in another one, the outer one decides. */
  readonly status: number
  readonly id: string
  readonly details?: JsonObject
  readonly description: string
}

/** Thrown where a request is refused for what it is: its credentials, its form, its body. */
export class WireRefusal extends Error {
  override readonly name = 'WireRefusal'
  readonly error: WireError

  constructor(error: WireError) {
    super(error.id)
    this.error = error
  }
}

/** An error as it stands inside another one's details, keys in ascending order like everywhere in this API. */
export function nested(error: WireError): JsonObject {
  return error.details === undefined
    ? { description: error.description, id: error.id }
    : { description: error.description, details: error.details, id: error.id }
}

/** The body of an error answer. */
export function errorBody(error: WireError): string {
  return JSON.stringify({ error: nested(error) })
}
