/** One kind of problem as RFC 9457 has it; what differs from case to case is added when it is rendered. */
export interface Problem {
  readonly status: number
  /** Last part of the problem's `type`, `urn:jeton:problem:<slug>`: what a program looks at. Never changes. */
  readonly slug: string
  readonly title: string
  /** What to do about it, where there is something to do. */
  readonly detail?: string
  readonly retryAfterSeconds?: number
}

/** One thing wrong with a body. */
export interface Fault {
  /** JSON Pointer (RFC 6901) as a fragment, `#/username`. */
  readonly pointer: string
  readonly detail: string
}

/** Thrown where a request is refused for what it looks like. What the domain refuses is `Refused`. */
export class ProblemRaised extends Error {
  override readonly name = 'ProblemRaised'
  readonly problem: Problem
  readonly faults: readonly Fault[]

  constructor(problem: Problem, faults: readonly Fault[] = []) {
    super(problem.slug)
    this.problem = problem
    this.faults = faults
  }
}

export const noSuchPath: Problem = {
  status: 404,
  slug: 'no-such-path',
  title: 'There is no such call.',
}

export const methodNotAllowed: Problem = {
  status: 405,
  slug: 'method-not-allowed',
  title: 'This path does not take that method.',
  detail: 'The Allow header lists those that it takes.',
}

export const unsupportedMediaType: Problem = {
  status: 415,
  slug: 'unsupported-media-type',
  title: 'The body must be JSON.',
  detail: 'Send it with Content-Type: application/json.',
}

export const bodyTooLarge: Problem = {
  status: 413,
  slug: 'body-too-large',
  title: 'The body is too large.',
}

export const bodyTooSlow: Problem = {
  status: 408,
  slug: 'body-too-slow',
  title: 'The body did not arrive in time.',
}

export const malformedBody: Problem = {
  status: 400,
  slug: 'malformed-body',
  title: 'The body is not a JSON object in UTF-8.',
}

export const invalidBody: Problem = {
  status: 400,
  slug: 'invalid-body',
  title: 'The body is not what this call takes.',
  detail: 'Each entry of errors says what is wrong with one part.',
}

export const internalError: Problem = {
  status: 500,
  slug: 'internal-error',
  title: 'Something broke here.',
}

export const unavailable: Problem = {
  status: 503,
  slug: 'unavailable',
  title: 'This server cannot answer now.',
  detail: 'Try again.',
}
