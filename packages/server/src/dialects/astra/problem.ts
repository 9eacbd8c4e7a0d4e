/** Numbers of the catalogue that are answered here; others of the published one are never sent (Astra, §6). */
export type ProblemNumber = keyof typeof PROBLEMS

/** Title and detail are constants of the protocol, byte for byte (Astra, §6.1). */
export const PROBLEMS = {
  1: [404, 'Resource not found', "The resource specified in the request URI wasn't found."],
  2: [404, 'Collection not found', "The collection specified in the request URI wasn't found."],
  3: [401, 'Missing bearer token', 'The request is missing the required bearer token.'],
  4: [401, 'Invalid bearer token', "The bearer token provided is invalid, revoked, or doesn't exist."],
  5: [400, 'Invalid query parameters', 'The supplied query parameters are invalid.'],
  6: [
    400,
    'Query parameters not supported',
    "The supplied query parameters aren't supported for this endpoint.",
  ],
  7: [400, 'Invalid JSON payload', 'The request body is not valid JSON.'],
  8: [400, 'Invalid JSON resource', "The request body JSON doesn't conform to the schema."],
  9: [400, 'Invalid JSON resource', "The request body JSON didn't pass extended validation."],
  10: [
    409,
    'JSON resource conflict',
    'The request body JSON contains a field that conflicts with an idempotent value.',
  ],
  11: [403, 'Operation not permitted', "The requested operation isn't permitted."],
  12: [400, 'Invalid headers', 'The request headers are invalid.'],
  14: [403, 'Unauthorized access', "The user isn't enabled."],
  19: [409, 'User already exists', 'The user already exists.'],
  24: [503, 'Service unavailable', 'The service is unavailable.'],
  32: [406, 'Unsupported content type', "The response can't be returned in the requested format."],
  34: [500, 'Internal server error', 'The server was unable to process this request.'],
  35: [400, 'Invalid resource ID', "The resource ID isn't in the appropriate format."],
  38: [412, 'Precondition not met', "The conditional headers aren't satisfied."],
  69: [405, 'Method not supported', "The requested method isn't supported for the specified resource."],
  81: [400, 'Same password supplied', 'The supplied password is the same as the current user password.'],
  85: [413, 'Request body too large', 'The request body is too large.'],
} as const satisfies Readonly<Record<number, readonly [status: number, title: string, detail: string]>>

/** One thing wrong with a query, a header or a field of a body. */
export interface Invalid {
  readonly name: string
  readonly reason: string
}

/** A problem, ready to be rendered for whichever request met it. */
export interface Problem {
  readonly number: ProblemNumber
  /** Of query and headers. No two the same. */
  readonly invalidParams?: readonly Invalid[]
  /** Of the body. No two the same. */
  readonly invalidFields?: readonly Invalid[]
  readonly schemaValidationFailure?: string
  /** Of the answer that carries it. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown where a request is refused for what it is. What the domain refuses is `Refused`. */
export class ProblemRaised extends Error {
  override readonly name = 'ProblemRaised'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`problem ${problem.number}`)
    this.problem = problem
  }
}

const TYPE_BASE = 'https://astra.netapp.io/problems/'

/** The body of a problem answer: all strings, the status included (Astra, §1.7). */
export function problemBody(problem: Problem, correlationId: string): string {
  const { number, invalidParams, invalidFields, schemaValidationFailure } = problem
  const [status, title, detail] = PROBLEMS[number]
  return JSON.stringify({
    type: `${TYPE_BASE}${number}`,
    title,
    detail,
    status: String(status),
    correlationID: correlationId,
    ...(invalidParams !== undefined && { invalidParams }),
    ...(invalidFields !== undefined && { invalidFields }),
    ...(schemaValidationFailure !== undefined && { schemaValidationFailure }),
  })
}

export function statusOf(number: ProblemNumber): number {
  return PROBLEMS[number][0]
}
