import { checkPassword } from '../../directory/passwords.ts'
import type { User } from '../../directory/user.ts'
import { Refused } from '../../failure.ts'
import type { Call } from '../dialect.ts'
import { isSentTwice } from '../token-header.ts'
import type { JetonDeps } from './deps.ts'

/**
 * Who calls: by Basic authentication, with username or e-mail address. Any other credential is an unknown one.
 * @throws {Refused} `not_authenticated` without a credential, `bad_credentials` and its like for a bad one
 */
export async function authenticate(deps: JetonDeps, call: Call): Promise<User> {
  const header = call.headers.get('authorization')
  if (header === null) throw new Refused({ kind: 'not_authenticated' })
  const basic = decodeBasic(header)
  if (basic === undefined) throw new Refused({ kind: 'bad_credentials' })
  return checkPassword(deps, {
    tenantId: undefined,
    name: basic.name,
    isEmailAccepted: true,
    isStateTold: false,
    password: basic.password,
    clientAddress: call.clientAddress,
  })
}

/** The scheme's case does not matter (RFC 9110, 11.1). */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

/** `ignoreBOM` keeps a byte order mark, so that no two spellings are one name. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A password may hold colons; a name may not (RFC 7617, 2). */
function decodeBasic(header: string): { readonly name: string; readonly password: string } | undefined {
  const encoded = isSentTwice(header) ? undefined : BASIC.exec(header)?.[1]
  const text = encoded === undefined ? undefined : decodeBase64(encoded)
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon < 0) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decodeBase64(encoded: string): string | undefined {
  try {
    const text = utf8.decode(Uint8Array.fromBase64(encoded))
    // No user has such a name, and a database may refuse to be asked for one.
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
