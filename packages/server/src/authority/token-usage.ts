import type { UserReads } from '../directory/ports.ts'
import type { User } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { Audience, TokenId } from './named-token.ts'
import type { TokenReads, TokenUsage, UsageReads } from './ports.ts'

export interface UsageDeps {
  readonly users: Pick<UserReads, 'hasPrivilege'>
  readonly tokens: Pick<TokenReads, 'find'>
  readonly usage: UsageReads
}

/**
 * When a named token was last accepted, some seconds behind what happens: for its subject and for those who manage tokens.
 * @returns `undefined` when it never was
 * @throws {Refused} `token_not_found`, also when it is none of the caller's business: that it exists is told to nobody else
 */
export async function findUsage(
  { users, tokens, usage }: UsageDeps,
  caller: User,
  audience: Audience,
  id: string,
): Promise<TokenUsage | undefined> {
  // As a brand: what is no token's id is found nowhere.
  const token = await tokens.find(caller.tenantId, audience, id as TokenId)
  if (token === undefined) throw new Refused({ kind: 'token_not_found' })
  const isHis = token.line.subject.id === caller.id
  if (!isHis && !(await users.hasPrivilege(caller.id, 'oz_tokens_manage'))) {
    throw new Refused({ kind: 'token_not_found' })
  }
  return usage.find(caller.tenantId, audience, token.id)
}
