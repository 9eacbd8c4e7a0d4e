import { createAccountToken } from '../../accounts/account-tokens.ts'
import { createNamedToken } from '../../authority/issue.ts'
import type { User } from '../../directory/user.ts'
import { Refused } from '../../failure.ts'
import { createAuthToken } from '../../operators/auth-tokens.ts'
import type { Call } from '../dialect.ts'
import type { JetonDeps } from './deps.ts'
import { operatorOf } from './operator-grant.ts'
import type { NewTokenBody } from './schema.ts'

/** A token's id as its audience shows it, and its text: shown this once. */
export interface CreatedToken {
  readonly id: string
  readonly token: string
}

/**
 * A named token that speaks for the caller, without caveats.
 * @throws {Refused} `not_implemented` for an audience that has none yet; what the audience's own call refuses
 */
export function createTokenFor(
  deps: JetonDeps,
  caller: User,
  { audience, name }: NewTokenBody,
  call: Call,
): Promise<CreatedToken> {
  switch (audience) {
    case 'onezone':
      return createOnezoneToken(deps, caller, name)
    case 'astra':
      return createAstraToken(deps, caller, name)
    case 'sdwan':
      return createSdwanToken(deps, caller, call)
    case 'jeton':
      throw new Refused({ kind: 'not_implemented' })
  }
}

async function createOnezoneToken(deps: JetonDeps, caller: User, name: string): Promise<CreatedToken> {
  const tenant = await deps.tenants.findById(caller.tenantId)
  // His tenant went while he was being asked about: then so did he.
  if (tenant === undefined) throw new Refused({ kind: 'bad_credentials' })
  const { id, text } = await createNamedToken(deps, {
    tenant,
    audience: 'onezone',
    subject: { type: 'user', id: caller.onezoneId },
    name,
    type: { kind: 'access' },
    caveats: [],
    customMetadata: {},
    isRevoked: false,
  })
  return { id, token: text }
}

async function createAstraToken(deps: JetonDeps, caller: User, name: string): Promise<CreatedToken> {
  const { id: userId, uuid, tenantId } = caller
  const role = (await deps.callers.findCaller(userId))?.role
  const { token, text } = await createAccountToken(
    deps,
    { uuid, role },
    tenantId,
    { userId, id: uuid },
    { name },
  )
  return { id: token.id, token: text }
}

/** With all the roles that he has now. */
async function createSdwanToken(deps: JetonDeps, caller: User, call: Call): Promise<CreatedToken> {
  const operator = await operatorOf(deps, { call, caller })
  const { token, text } = await createAuthToken(deps, operator, {
    operatorId: operator.operatorId,
    roles: [],
    customRoles: [],
    clientAddress: call.clientAddress,
    userAgent: call.headers.get('user-agent') ?? '',
  })
  return { id: token.id, token: text }
}
