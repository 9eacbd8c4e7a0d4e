import type { Call } from '../../dialect.ts'
import { clientCredentials, type ClientCredentials } from './client-credentials.ts'
import { invalidRequest, invalidScope, OAuthRefused, unsupportedGrantType } from './oauth-problem.ts'

/** A grant type, a scope and a client's credentials: some hundred bytes. */
const MAX_BODY_BYTES = 16_384
const FORM = /^application\/x-www-form-urlencoded *(?:;|$)/i
/** `ignoreBOM` keeps a byte order mark, where it makes a name that nobody knows. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What a client asks for with its own credentials (RFC 6749, 4.4.2). */
export interface TokenRequest extends ClientCredentials {
  /** The tenant that the scope names; `undefined`: it names none, and the client's own is meant. */
  readonly tsgId: string | undefined
  /** The words of the scope that are granted when the request is. */
  readonly scope: readonly string[]
}

/** @throws {OAuthRefused} for what it looks like; whether the credentials are good is not known yet */
export async function readTokenRequest(call: Call): Promise<TokenRequest> {
  const form = await readForm(call)
  const credentials = clientCredentials(call.headers.get('authorization'), form)
  const grantType = form.get('grant_type')
  if (grantType === undefined) throw invalidRequest('The parameter grant_type is missing.')
  if (grantType !== 'client_credentials') throw new OAuthRefused(unsupportedGrantType)
  return { ...credentials, ...readScope(form.get('scope') ?? '') }
}

/** Parameters by name; one that is sent without a value counts as not sent (RFC 6749, 3.2). */
export type Form = ReadonlyMap<string, string>

async function readForm(call: Call): Promise<Form> {
  if (!FORM.test(call.headers.get('content-type')?.trim() ?? '')) {
    throw invalidRequest('The body must be application/x-www-form-urlencoded.')
  }
  const bytes = await call.readBody()
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(decode(bytes))) {
    // Which of the two somebody in front has looked at is anybody's guess.
    if (form.has(name)) throw invalidRequest('A parameter is sent more than once.')
    form.set(name, value)
  }
  for (const [name, value] of form) if (value === '') form.delete(name)
  return form
}

const tooLarge = new OAuthRefused({
  code: 'invalid_request',
  status: 413,
  description: 'The body is too large.',
})

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw invalidRequest('The body is not in UTF-8.')
  }
}

/** Words that clients send beside the tenant, and nothing hangs on here. */
const HARMLESS = new Set(['email', 'profile', 'openid'])
const TSG_ID = /^tsg_id:(\d{1,32})$/

/** A scope that is not known is not granted (RFC 6749, 3.3), and the answer does not name it. */
function readScope(scope: string): Pick<TokenRequest, 'tsgId' | 'scope'> {
  const words = new Set(scope.split(' ').filter((word) => word !== ''))
  const tenants = [...words].filter((word) => word.startsWith('tsg_id:'))
  const tsgId = TSG_ID.exec(tenants[0] ?? '')?.[1]
  if (tenants.length > 1 || (tenants.length === 1 && tsgId === undefined))
    throw new OAuthRefused(invalidScope)
  return { tsgId, scope: [...words].filter((word) => word === tenants[0] || HARMLESS.has(word)) }
}
