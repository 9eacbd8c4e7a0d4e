import type { JsonSchema } from '../json-schema.ts'

/** What an operation answers when it succeeds, as its document shows it. */
export interface Success {
  readonly status: 200 | 201 | 204
  /** Of the JSON body; absent: there is no body. */
  readonly schema?: JsonSchema
  /** Whether `Location` says where to find what was created. */
  readonly hasLocation: boolean
}

export function ok(schema: JsonSchema): Success {
  return { status: 200, schema, hasLocation: false }
}

/** Something was created that has an address. @param schema of the body, where there is one */
export function createdAs(schema?: JsonSchema): Success {
  return { status: 201, hasLocation: true, ...(schema !== undefined && { schema }) }
}

/** Something was made that is recorded nowhere. */
export function made(schema: JsonSchema): Success {
  return { status: 201, schema, hasLocation: false }
}

export const noContentAnswer: Success = { status: 204, hasLocation: false }
