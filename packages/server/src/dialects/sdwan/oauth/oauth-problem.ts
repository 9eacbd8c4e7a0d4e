/** The errors of a token endpoint that can happen here (RFC 6749, 5.2), and what 503 says with the word of 4.1.2.1. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'server_error'
  | 'temporarily_unavailable'

export interface OAuthProblem {
  readonly code: OAuthErrorCode
  readonly status: 400 | 401 | 405 | 408 | 413 | 415 | 500 | 503 | 507
  /** ASCII without quotation marks and backslashes, for the RFC allows no other in `error_description`. */
  readonly description: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown where a request is refused for what it looks like. What the domain refuses is `Refused`. */
export class OAuthRefused extends Error {
  override readonly name = 'OAuthRefused'
  readonly problem: OAuthProblem

  constructor(problem: OAuthProblem) {
    super(problem.code)
    this.problem = problem
  }
}

/** @param description what is wrong with the request; nothing of what it holds */
export function invalidRequest(description: string): OAuthRefused {
  return new OAuthRefused({ code: 'invalid_request', status: 400, description })
}

/** Whatever is wrong with the client or its secret: one answer. */
export const invalidClient: OAuthProblem = {
  code: 'invalid_client',
  status: 401,
  description: 'Send the id and the secret of a client with Basic authentication.',
  headers: { 'www-authenticate': 'Basic realm="Jeton", charset="UTF-8"' },
}

export const invalidScope: OAuthProblem = {
  code: 'invalid_scope',
  status: 400,
  description: 'The scope must name the tenant of the client, as tsg_id:<id>.',
}

export const unsupportedGrantType: OAuthProblem = {
  code: 'unsupported_grant_type',
  status: 400,
  description: 'The only grant type here is client_credentials.',
}

/** @param retryAfterSeconds after which a repeat is worth trying */
export function temporarilyUnavailable(retryAfterSeconds: number): OAuthProblem {
  return {
    code: 'temporarily_unavailable',
    status: 503,
    description: 'This server cannot answer now. Try again.',
    headers: { 'retry-after': String(retryAfterSeconds) },
  }
}
