import { decodeBasicCredentials } from '../../basic-credentials.ts'
import { isSentTwice } from '../../token-header.ts'
import { invalidClient, invalidRequest, OAuthRefused } from './oauth-problem.ts'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** As it came, or not. */
interface Found {
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
}

/**
 * Who asks, by Basic authentication or in the body, and not by both (RFC 6749, 2.3).
 * @throws {OAuthRefused} `invalid_client` without credentials and for such as cannot be read, `invalid_request` for both
 */
export function clientCredentials(
  authorization: string | null,
  form: ReadonlyMap<string, string>,
): ClientCredentials {
  const named = form.get('client_id')
  const shown = form.get('client_secret')
  if (authorization === null) return readable({ clientId: named, clientSecret: shown })
  if (shown !== undefined) throw invalidRequest('A client shows its secret in the header or in the body.')
  const credentials = readable(decodeBasic(authorization))
  if (named !== undefined && named !== credentials.clientId) {
    throw invalidRequest('The body names another client than the header.')
  }
  return credentials
}

/** What an id and a secret are made of (RFC 6749, A.1 and A.2), and no longer than anybody has. */
const VISIBLE = /^[\x20-\x7e]{1,256}$/

function readable({ clientId = '', clientSecret = '' }: Found): ClientCredentials {
  if (!VISIBLE.test(clientId) || !VISIBLE.test(clientSecret)) throw new OAuthRefused(invalidClient)
  return { clientId, clientSecret }
}

/** The scheme's case does not matter (RFC 9110, 11.1). */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

function decodeBasic(authorization: string): Found {
  const encoded = isSentTwice(authorization) ? undefined : BASIC.exec(authorization)?.[1]
  const basic = encoded === undefined ? undefined : decodeBasicCredentials(encoded)
  if (basic === undefined) return {}
  return { clientId: formDecoded(basic.name), clientSecret: formDecoded(basic.password) }
}

/**
 * Both are form-encoded inside Basic (RFC 6749, 2.3.1), which half of all clients leave out. Ids and secrets of ours have
 * neither `%` nor `+` in them, so the two spellings are one.
 */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}
