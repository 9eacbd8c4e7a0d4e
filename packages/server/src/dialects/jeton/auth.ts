import { checkPassword } from '../../directory/passwords.ts'
import type { User } from '../../directory/user.ts'
import { Refused } from '../../failure.ts'
import { type BasicCredentials, decodeBasicCredentials } from '../basic-credentials.ts'
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
    ...basic,
    tenantId: undefined,
    isEmailAccepted: true,
    isStateTold: false,
    clientAddress: call.clientAddress,
  })
}

/** The scheme's case does not matter (RFC 9110, 11.1). */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

function decodeBasic(header: string): BasicCredentials | undefined {
  const encoded = isSentTwice(header) ? undefined : BASIC.exec(header)?.[1]
  return encoded === undefined ? undefined : decodeBasicCredentials(encoded)
}
