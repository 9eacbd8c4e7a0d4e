import type { Ambient, UnixSeconds } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import type { KeyRing, SealedSecret } from '../authority/key-ring.ts'
import { insertDespiteTakenIds, newUuid } from '../directory/new-ids.ts'
import type { UserWrites } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { AccountCredential, KeyType, PairedWith } from './account-credential.ts'
import { holdUser } from './account-users.ts'
import type { TokenPorts } from './account-tokens.ts'
import type { Check } from './accounts.ts'
import type { Caller } from './caller.ts'
import { getById } from './get-by-id.ts'
import { checkKeyStore, type KeyStore } from './key-store.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import { type NewPassword, newPassword, type NewPasswordDeps } from './new-password.ts'
import { checkPermitted } from './permissions.ts'
import type { AccountListings } from './ports.ts'

export interface CredentialPorts extends TokenPorts {
  readonly users: UserWrites
}

export interface CredentialDeps extends NewPasswordDeps {
  readonly ambient: Ambient
  readonly accountListings: Pick<AccountListings, 'users' | 'credentials'>
  readonly keyRing: Pick<KeyRing, 'sealCredential'>
  readonly atomically: Atomically<CredentialPorts>
  readonly acknowledged: Acknowledged<CredentialPorts>
}

export interface NewCredential {
  /** Of a password, the uuid of its user. */
  readonly name: string
  readonly keyStore: KeyStore
  readonly keyType?: KeyType | undefined
  readonly isValid?: boolean | undefined
  readonly validFrom?: UnixSeconds | undefined
  readonly validUntil?: UnixSeconds | undefined
  readonly labels?: readonly Label[] | undefined
}

/**
 * Keeps a secret, sealed; or gives a local user his password, which is the one that he has everywhere.
 * @throws {Refused} `forbidden`, `entry_invalid`; `entry_conflict`: he has such a credential already; `same_password`,
 *   `password_queue_full`
 */
export async function createCredential(
  deps: CredentialDeps,
  caller: Caller,
  tenantId: TenantId,
  request: NewCredential,
): Promise<AccountCredential> {
  checkPermitted(caller, { kind: 'manage_credential', user: undefined })
  checkKeyStore(request.keyType, request.keyStore)
  const { keyType, name, keyStore } = request
  const password =
    keyType === 'passwordHash' ? await newPassword(deps, caller, tenantId, name, keyStore) : undefined
  return insertDespiteTakenIds(true, async () => {
    const credential = draftCredential(deps.ambient, caller, tenantId, request, password)
    const secret = password === undefined ? sealed(deps, credential, keyStore) : undefined
    await deps.acknowledged(async (ports) => {
      if (password !== undefined) await setPassword(ports, caller, tenantId, password)
      await ports.credentials.insert(credential, secret)
    })
    return credential
  })
}

function draftCredential(
  ambient: Ambient,
  caller: Caller,
  tenantId: TenantId,
  { name, keyType, isValid = true, validFrom, validUntil, labels }: NewCredential,
  password: NewPassword | undefined,
): AccountCredential {
  const paired: PairedWith | undefined = password && {
    kind: 'password',
    userId: password.user.userId,
    userUuid: password.user.id,
  }
  const metadata = newMetadata(ambient.now(), caller.uuid, labels)
  return {
    tenantId,
    id: newUuid(ambient),
    name,
    keyType,
    isValid,
    validFrom,
    validUntil,
    paired,
    metadata,
  }
}

function sealed(
  { keyRing }: CredentialDeps,
  { tenantId, id }: AccountCredential,
  keyStore: KeyStore,
): SealedSecret {
  return keyRing.sealCredential(tenantId, id, new TextEncoder().encode(JSON.stringify(keyStore)))
}

/** Asked again: between the look and the hash, somebody may have been made an owner, or gone. */
async function setPassword(
  ports: CredentialPorts,
  caller: Caller,
  tenantId: TenantId,
  { user, hash }: NewPassword,
): Promise<void> {
  const { target } = await holdUser(ports, tenantId, { userUuid: user.id })
  checkPermitted(caller, { kind: 'manage_credential', user: target })
  await ports.users.setPasswordHash(user.userId, hash)
  await ports.users.setBasicAuthEnabled(user.userId, true)
}

/** What is left out stays, but for the key store, which is another one. */
export type CredentialChange = NewCredential

/**
 * @throws {Refused} `not_in_account`, `forbidden`, `entry_invalid`; `entry_conflict`: its type, the name of a password's,
 *   and the secret of a token are what they are; `same_password`, `password_queue_full`
 */
export async function changeCredential(
  deps: CredentialDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  change: CredentialChange,
  check: Check<AccountCredential> = () => undefined,
): Promise<void> {
  checkPermitted(caller, { kind: 'manage_credential', user: undefined })
  const { keyStore } = change
  const before = await getById(deps.accountListings.credentials, { tenantId }, id)
  checkChange(before, change)
  const { paired } = before
  const password =
    paired?.kind === 'password'
      ? await newPassword(deps, caller, tenantId, paired.userUuid, keyStore)
      : undefined
  const now = deps.ambient.now()
  await deps.acknowledged(async (ports) => {
    const credential = await holdCredential(ports, caller, before)
    check(credential)
    checkChange(credential, change)
    if (password !== undefined) await setPassword(ports, caller, tenantId, password)
    const secret = password === undefined ? sealed(deps, credential, keyStore) : undefined
    const metadata = modifiedMetadata(credential.metadata, now, caller.uuid, change.labels)
    await ports.credentials.update({ ...changedCredential(credential, change), metadata }, secret)
  })
}

function checkChange(credential: AccountCredential, { name, keyType, keyStore }: CredentialChange): void {
  const { paired } = credential
  if (paired?.kind === 'token') throw new Refused({ kind: 'entry_conflict', field: 'keyStore' })
  if (paired !== undefined && name !== credential.name) {
    throw new Refused({ kind: 'entry_conflict', field: 'name' })
  }
  const isOtherType =
    keyType !== undefined &&
    (credential.keyType === undefined ? keyType === 'passwordHash' : keyType !== credential.keyType)
  if (isOtherType) throw new Refused({ kind: 'entry_conflict', field: 'keyType' })
  checkKeyStore(credential.keyType ?? keyType, keyStore)
}

function changedCredential(credential: AccountCredential, change: CredentialChange): AccountCredential {
  return {
    ...credential,
    name: change.name,
    keyType: change.keyType ?? credential.keyType,
    isValid: change.isValid ?? credential.isValid,
    validFrom: change.validFrom ?? credential.validFrom,
    validUntil: change.validUntil ?? credential.validUntil,
  }
}

/**
 * Of a token's side: the token is dead when this returns.
 * @throws {Refused} `not_in_account`, `forbidden`; `credential_in_use`: a password stays as long as its user
 */
export async function deleteCredential(
  deps: CredentialDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
): Promise<void> {
  checkPermitted(caller, { kind: 'manage_credential', user: undefined })
  const before = await getById(deps.accountListings.credentials, { tenantId }, id).catch(nothing)
  await deps.acknowledged(async (ports) => {
    // Said in here, so that it is waited for like a deletion: it may have been one, on another node, this very moment.
    if (before === undefined) throw new Refused({ kind: 'not_in_account' })
    const credential = await holdCredential(ports, caller, before)
    const { paired } = credential
    if (paired?.kind === 'password') throw new Refused({ kind: 'credential_in_use' })
    if (paired === undefined) return ports.credentials.remove(credential)
    await ports.tokens.remove(tenantId, 'astra', paired.tokenId)
  })
}

function nothing(problem: unknown): undefined {
  if (!(problem instanceof Refused)) throw problem
}

/** Its user first, as whoever removes him or his token does. What it is a side of never changes. */
async function holdCredential(
  ports: CredentialPorts,
  caller: Caller,
  { tenantId, id, paired }: AccountCredential,
): Promise<AccountCredential> {
  const user = paired && (await holdUser(ports, tenantId, paired)).target
  checkPermitted(caller, { kind: 'manage_credential', user })
  const credential = await ports.credentials.find(tenantId, id)
  if (credential === undefined) throw new Refused({ kind: 'not_in_account' })
  return credential
}
