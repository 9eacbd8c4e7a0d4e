import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { NO_KEY, type NamedToken, type TokenId } from '../authority/named-token.ts'
import { hashOfText, newOpaqueText } from '../authority/opaque-token.ts'
import type { TokenWrites } from '../authority/ports.ts'
import { insertDespiteTakenIds, newUuid } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { type AccountCredential, KEY_TYPE_LABEL } from './account-credential.ts'
import { type AccountToken, customMetadataOf } from './account-token.ts'
import type { AccountUser } from './account-user.ts'
import { holdUser, type UserPorts } from './account-users.ts'
import type { Check } from './accounts.ts'
import type { Caller } from './caller.ts'
import { checkContent } from './content.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import type { Within } from './parents.ts'
import { checkPermitted } from './permissions.ts'
import type { AccountTokenWrites, CredentialWrites } from './ports.ts'

export interface TokenPorts extends Pick<UserPorts, 'accountUsers' | 'accountGroups'> {
  readonly tokens: TokenWrites
  readonly accountTokens: AccountTokenWrites
  readonly credentials: CredentialWrites
}

export interface AccountTokenDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<TokenPorts>
  readonly acknowledged: Acknowledged<TokenPorts>
}

export interface NewAccountToken {
  /** Need not be unique. */
  readonly name: string
  readonly labels?: readonly Label[] | undefined
}

export interface AccountTokenChange extends Omit<NewAccountToken, 'name'> {
  readonly name?: string | undefined
}

const MAX_NAME_CHARS = 63

/**
 * A token with the credential that is its other side. Its text is in the answer, and nowhere else.
 * @throws {Refused} `forbidden`: only for oneself; `entry_invalid`; `subject_invalid` when the user is gone
 */
export async function createAccountToken(
  deps: Pick<AccountTokenDeps, 'ambient' | 'atomically'>,
  caller: Caller,
  tenantId: TenantId,
  user: Pick<AccountUser, 'userId' | 'id'>,
  request: NewAccountToken,
): Promise<{ readonly token: AccountToken; readonly text: string }> {
  checkPermitted(caller, { kind: 'create_token', user: { uuid: user.id, role: caller.role } })
  checkName(request.name)
  return insertDespiteTakenIds(true, async () => {
    const text = newOpaqueText(deps.ambient)
    const token = newToken(deps.ambient, caller, tenantId, user, request)
    const credential = otherSide(deps.ambient, user, token)
    await deps.atomically(async ({ tokens, credentials }) => {
      await tokens.insert(recordOf(token, user, text))
      await credentials.insert(credential, undefined)
    })
    return { token, text }
  })
}

function checkName(name: string): void {
  if (name.length < 1 || name.length > MAX_NAME_CHARS) {
    const reason = `must have 1 to ${MAX_NAME_CHARS} characters`
    throw new Refused({ kind: 'entry_invalid', field: 'name', reason })
  }
  checkContent({ name })
}

function newToken(
  ambient: Ambient,
  caller: Caller,
  tenantId: TenantId,
  user: Pick<AccountUser, 'id'>,
  { name, labels }: NewAccountToken,
): AccountToken {
  return {
    tenantId,
    // Safe as a brand: this is where the ids of these tokens come from.
    id: newUuid(ambient) as TokenId,
    name,
    userUuid: user.id,
    metadata: newMetadata(ambient.now(), caller.uuid, labels),
  }
}

function recordOf(
  { tenantId, id, name, metadata }: AccountToken,
  user: Pick<AccountUser, 'userId'>,
  text: string,
): NamedToken {
  return {
    line: { tenantId, audience: 'astra', subject: { kind: 'user', id: user.userId } },
    id,
    name,
    type: { kind: 'access' },
    caveats: [],
    customMetadata: customMetadataOf(metadata),
    isRevoked: false,
    createdAt: metadata.createdAt,
    key: NO_KEY,
    textHash: hashOfText(text),
  }
}

function otherSide(
  ambient: Ambient,
  user: Pick<AccountUser, 'userId' | 'id'>,
  { tenantId, id: tokenId, metadata }: AccountToken,
): AccountCredential {
  return {
    tenantId,
    id: newUuid(ambient),
    name: tokenId,
    keyType: 'apikey',
    isValid: true,
    validFrom: undefined,
    validUntil: undefined,
    paired: { kind: 'token', tokenId, userId: user.userId, userUuid: user.id },
    metadata: { ...metadata, labels: [{ name: KEY_TYPE_LABEL, value: 'apikey' }] },
  }
}

/** Whose token: through his group, or not. */
export type TokenWithin = Within & { readonly userUuid: string }

/** Its text stays what it was. @throws {Refused} `not_in_account`, `forbidden`, `entry_invalid` */
export async function changeAccountToken(
  deps: AccountTokenDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  { name, labels }: AccountTokenChange,
  within: TokenWithin,
  check: Check<AccountToken> = () => undefined,
): Promise<void> {
  if (name !== undefined) checkName(name)
  const now = deps.ambient.now()
  await deps.atomically(async (ports) => {
    const token = await holdToken(ports, caller, tenantId, id, within)
    check(token)
    const metadata = modifiedMetadata(token.metadata, now, caller.uuid, labels)
    await ports.accountTokens.update({ ...token, name: name ?? token.name, metadata })
  })
}

/** It and its credential are dead when this returns. @throws {Refused} `not_in_account`, `forbidden` */
export async function deleteAccountToken(
  deps: AccountTokenDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  within: TokenWithin,
): Promise<void> {
  await deps.acknowledged(async (ports) => {
    const token = await holdToken(ports, caller, tenantId, id, within)
    await ports.tokens.remove(tenantId, 'astra', token.id)
  })
}

async function holdToken(
  ports: TokenPorts,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  within: TokenWithin,
): Promise<AccountToken> {
  const { user, target } = await holdUser(ports, tenantId, within)
  checkPermitted(caller, { kind: 'manage_tokens', user: target })
  // Safe as a brand: an id that is none is simply not found.
  const token = await ports.accountTokens.find(tenantId, id as TokenId)
  if (token?.userUuid !== user.id) throw new Refused({ kind: 'not_in_account' })
  return token
}
