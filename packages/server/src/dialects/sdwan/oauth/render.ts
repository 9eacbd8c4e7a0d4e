import type { Answer } from '../../dialect.ts'
import type { OAuthProblem } from './oauth-problem.ts'

/** RFC 6749, 5.1: whatever holds a token is kept by nobody on its way. */
const HEADERS = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
}

export interface GrantedToken {
  readonly text: string
  readonly expiresInSeconds: number
  /** Its words; none: nothing was asked for. */
  readonly scope: readonly string[]
}

export function tokenAnswer({ text, expiresInSeconds, scope }: GrantedToken): Answer {
  return {
    status: 200,
    headers: HEADERS,
    body: JSON.stringify({
      access_token: text,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      ...(scope.length > 0 && { scope: scope.join(' ') }),
    }),
  }
}

export function problemAnswer({ code, status, description, headers }: OAuthProblem): Answer {
  return {
    status,
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ error: code, error_description: description }),
  }
}
