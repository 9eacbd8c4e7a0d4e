import { expect, test } from 'bun:test'
import {
  changeAccountToken,
  createAccountToken,
  deleteAccountToken,
} from '../../src/accounts/account-tokens.ts'
import type { AccountUser } from '../../src/accounts/account-user.ts'
import { createAccountGroup } from '../../src/accounts/account-groups.ts'
import { createAccountUser, deleteAccountUser } from '../../src/accounts/account-users.ts'
import {
  changeCredential,
  createCredential,
  deleteCredential,
  type NewCredential,
} from '../../src/accounts/credentials.ts'
import { getById } from '../../src/accounts/get-by-id.ts'
import { chunksOf } from '../../src/accounts/listing.ts'
import type { Caller } from '../../src/accounts/caller.ts'
import { hashOfText } from '../../src/authority/opaque-token.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import { makeOperatorIn } from '../../src/operators/operator-grants.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'
import { uuid } from '../store/account-samples.ts'
import { failureOf, randomHex, refusalOf } from '../store/samples.ts'
import { callerOf, onEachStore, OWNER } from './account-world.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const passwordStore = (password: string) => ({ cleartext: base64(password), change: base64('true') })

onEachStore((world) => {
  const deps = () => world().deps
  const tokenOf = async (user: AccountUser, name = 'nightly') =>
    createAccountToken(deps(), callerOf(user, 'viewer'), user.tenantId, user, { name })
  const isAlive = async (text: string) =>
    (await deps().opaqueTokens.findByHash('astra', hashOfText(text))) !== undefined
  const credentialsOf = async (tenantId: TenantId) => {
    const wanted = {
      conditions: [],
      order: { field: 'id', isDescending: false } as const,
      after: undefined,
      skip: 0,
      limit: undefined,
      meets: undefined,
    }
    const found = []
    for await (const chunk of chunksOf(deps().accountListings.credentials, { tenantId }, wanted))
      found.push(...chunk)
    return found.map(({ item }) => item)
  }
  const found = (user: AccountUser, id: string) =>
    getById(deps().accountListings.tokens, { tenantId: user.tenantId, userId: user.userId }, id)
  const keep = (tenantId: TenantId, request: Partial<NewCredential> = {}, caller: Caller = OWNER) =>
    createCredential(deps(), caller, tenantId, { name: 'kept', keyStore: { a: 'AA==' }, ...request })
  const setPassword = (user: AccountUser, password: string, caller: Caller = OWNER) =>
    keep(user.tenantId, { name: user.id, keyType: 'passwordHash', keyStore: passwordStore(password) }, caller)

  test('a token comes with its credential, is found as it was made, and its text is kept nowhere', async () => {
    const { owner, tenantId } = await world().account()
    const { token, text } = await tokenOf(owner)
    expect(await found(owner, token.id)).toEqual(token)
    expect(await isAlive(text)).toBe(true)
    expect(await credentialsOf(tenantId)).toMatchObject([
      {
        name: token.id,
        keyType: 'apikey',
        paired: { kind: 'token', tokenId: token.id, userUuid: owner.id },
        metadata: {
          createdBy: owner.id,
          labels: [{ name: 'astra.netapp.io/labels/read-only/credType', value: 'apikey' }],
        },
      },
    ])
    for (const table of ['named_tokens', 'account_credentials']) {
      expect(JSON.stringify(await world().store.rows(`select * from ${table}`))).not.toContain(text)
    }
  })

  test('two tokens may have one name', async () => {
    const { owner } = await world().account()
    const [first, second] = [await tokenOf(owner, 'ci'), await tokenOf(owner, 'ci')]
    expect(second.token.id).not.toBe(first.token.id)
    expect(second.text).not.toBe(first.text)
  })

  test('nobody makes a token for another, and only what is a name names one', async () => {
    const { owner, tenantId } = await world().account()
    const other = await world().user(tenantId, 'viewer')
    const make = (caller: Caller, name: string) =>
      refusalOf(createAccountToken(deps(), caller, tenantId, other, { name }))
    expect(await make(callerOf(owner, 'owner'), 'x')).toBe('forbidden')
    expect(await make(callerOf(other, undefined), 'x')).toBe('forbidden')
    for (const name of ['', 'x'.repeat(64), '<b>', 'é']) {
      expect(await make(callerOf(other, 'viewer'), name)).toBe('entry_invalid')
    }
    expect(await make(callerOf(other, 'viewer'), 'x'.repeat(63))).toBeUndefined()
  })

  test('a token of a user who is gone is not made', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'viewer')
    await tokenOf(user)
    await deleteAccountUser(deps(), OWNER, tenantId, user.id)
    expect(await refusalOf(tokenOf(user))).toBe('subject_invalid')
  })

  test('a renamed token has its new name and its old text', async () => {
    const { owner, tenantId } = await world().account()
    const { token, text } = await tokenOf(owner)
    world().ambient.advanceSeconds(9)
    const caller = callerOf(owner, 'owner')
    await changeAccountToken(deps(), caller, tenantId, token.id, { name: 'new' }, { userUuid: owner.id })
    expect(await found(owner, token.id)).toEqual({
      ...token,
      name: 'new',
      metadata: { ...token.metadata, modifiedAt: world().ambient.now(), modifiedBy: owner.id },
    })
    expect(await isAlive(text)).toBe(true)
  })

  test('a deleted token is dead with its credential, waited for on every node, and so is the repeat', async () => {
    const { owner, tenantId } = await world().account()
    const { token, text } = await tokenOf(owner)
    const remove = () =>
      deleteAccountToken(deps(), callerOf(owner, 'owner'), tenantId, token.id, { userUuid: owner.id })
    expect(await world().isAcknowledged(remove)).toBe(true)
    expect(await isAlive(text)).toBe(false)
    expect(await credentialsOf(tenantId)).toEqual([])
    expect(await world().isAcknowledged(remove)).toBe(true)
    expect(await refusalOf(remove())).toBe('not_in_account')
  })

  test('a deleted credential of a token takes the token along', async () => {
    const { owner, tenantId } = await world().account()
    const { text } = await tokenOf(owner)
    const [credential] = await credentialsOf(tenantId)
    const remove = () => deleteCredential(deps(), OWNER, tenantId, credential?.id ?? '')
    expect(await world().isAcknowledged(remove)).toBe(true)
    expect(await isAlive(text)).toBe(false)
    expect(await credentialsOf(tenantId)).toEqual([])
    expect(await world().isAcknowledged(remove)).toBe(true)
    expect(await refusalOf(remove())).toBe('not_in_account')
  })

  test('a deleted user takes his tokens, their credentials and his password along', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'viewer')
    const { text } = await tokenOf(user)
    await setPassword(user, 'Str0ng-enough')
    await deleteAccountUser(deps(), OWNER, tenantId, user.id)
    expect(await isAlive(text)).toBe(false)
    expect(await credentialsOf(tenantId)).toEqual([])
  })

  test('tokens of others: admins’ to manage, but not those of owners', async () => {
    const { owner, tenantId } = await world().account()
    const admin = callerOf(await world().user(tenantId, 'admin'), 'admin')
    const member = await world().user(tenantId, 'member')
    const ofOwner = (await tokenOf(owner)).token.id
    const ofMember = (await tokenOf(member)).token.id
    const within = { userUuid: owner.id }
    expect(await refusalOf(deleteAccountToken(deps(), admin, tenantId, ofOwner, within))).toBe('forbidden')
    expect(await refusalOf(changeAccountToken(deps(), admin, tenantId, ofOwner, {}, within))).toBe(
      'forbidden',
    )
    const [sideOfOwner] = (await credentialsOf(tenantId)).filter(({ name }) => name === ofOwner)
    expect(await refusalOf(deleteCredential(deps(), admin, tenantId, sideOfOwner?.id ?? ''))).toBe(
      'forbidden',
    )
    await deleteAccountToken(deps(), admin, tenantId, ofMember, { userUuid: member.id })
  })

  test('through a group there are the same tokens, of its members only', async () => {
    const { tenantId, owner } = await world().account()
    const group = await createAccountGroup(deps(), OWNER, tenantId, { authId: `cn=${randomHex(4)}` })
    const email = `${randomHex(4)}@example.org`
    const user = await createAccountUser(deps(), OWNER, tenantId, { email }, { groupId: group.id })
    await world().bind(user, 'viewer')
    const { token, text } = await tokenOf(user)
    const within = { userUuid: user.id, groupId: group.id }
    await changeAccountToken(deps(), OWNER, tenantId, token.id, { name: 'new' }, within)
    expect((await found(user, token.id)).name).toBe('new')
    const ofOwner = (await tokenOf(owner)).token.id
    const stranger = { userUuid: owner.id, groupId: group.id }
    expect(await refusalOf(deleteAccountToken(deps(), OWNER, tenantId, ofOwner, stranger))).toBe(
      'not_in_account',
    )
    await deleteAccountToken(deps(), OWNER, tenantId, token.id, within)
    expect(await isAlive(text)).toBe(false)
  })

  test('ids of another account, or of another user, are ids of nothing', async () => {
    const { tenantId, owner } = await world().account()
    const { tenantId: foreign, owner: stranger } = await world().account()
    const theirs = (await tokenOf(stranger)).token.id
    const kept = await keep(foreign)
    const change = { name: 'x', keyStore: { a: 'AA==' } }
    const own = { userUuid: owner.id }
    const tries = (token: string, credential: string) => [
      deleteAccountToken(deps(), OWNER, tenantId, token, own),
      changeAccountToken(deps(), OWNER, tenantId, token, {}, own),
      deleteAccountToken(deps(), OWNER, tenantId, token, { userUuid: stranger.id }),
      deleteCredential(deps(), OWNER, tenantId, credential),
      changeCredential(deps(), OWNER, tenantId, credential, change),
    ]
    for (const [token, credential] of [
      [theirs, kept.id],
      [uuid(), uuid()],
    ] as const) {
      expect(await Promise.all(tries(token, credential).map(refusalOf))).toEqual(
        Array(5).fill('not_in_account'),
      )
    }
    const neighbour = await world().user(tenantId, 'viewer')
    const ofNeighbour = (await tokenOf(neighbour)).token.id
    expect(await refusalOf(deleteAccountToken(deps(), OWNER, tenantId, ofNeighbour, own))).toBe(
      'not_in_account',
    )
  })

  test('what a credential keeps is sealed for it: only the key ring opens it, and only there', async () => {
    const { tenantId } = await world().account()
    const { id } = await keep(tenantId, { keyStore: { secret: base64('very secret') } })
    const [row] = await world().store.rows<{ kid: number | bigint; sealed: Uint8Array }>(
      `select kid, sealed from account_credentials where id = '${id}'`,
    )
    if (row === undefined) throw new Error('the credential was just kept')
    const sealed = { kid: Number(row.kid), sealed: new Uint8Array(row.sealed) }
    expect(Buffer.from(sealed.sealed).includes('secret')).toBe(false)
    const opened = deps().keyRing.openCredential(tenantId, id, sealed)
    expect(JSON.parse(new TextDecoder().decode(opened))).toEqual({ secret: base64('very secret') })
    expect(() => deps().keyRing.openCredential(tenantId, uuid(), sealed)).toThrow()
  })

  test('a credential’s type may be added, but not changed', async () => {
    const { tenantId } = await world().account()
    const apikey = { apikey: 'AA==' }
    const { id } = await keep(tenantId, { keyStore: apikey })
    const change = (parts: Partial<NewCredential>) =>
      changeCredential(deps(), OWNER, tenantId, id, { name: 'kept', keyStore: apikey, ...parts })
    const typeNow = async () => (await getById(deps().accountListings.credentials, { tenantId }, id)).keyType
    await change({})
    expect(await typeNow()).toBeUndefined()
    await change({ keyType: 'apikey' })
    await change({})
    expect(await typeNow()).toBe('apikey')
    expect(await refusalOf(change({ keyType: 's3' }))).toBe('entry_conflict')
    expect(await refusalOf(change({ keyStore: { other: 'AA==' } }))).toBe('entry_invalid')
  })

  test('nobody makes a password of what was none, or another secret of a token', async () => {
    const { tenantId, owner } = await world().account()
    const { id } = await keep(tenantId)
    const keyStore = passwordStore('Str0ng-enough')
    const asPassword = changeCredential(deps(), OWNER, tenantId, id, {
      name: owner.id,
      keyStore,
      keyType: 'passwordHash',
    })
    expect(await failureOf(asPassword)).toMatchObject({ kind: 'entry_conflict', field: 'keyType' })
    const { token } = await tokenOf(owner)
    const [side] = (await credentialsOf(tenantId)).filter(({ name }) => name === token.id)
    const change = { name: token.id, keyStore: { apikey: 'AA==' } }
    const ofToken = changeCredential(deps(), OWNER, tenantId, side?.id ?? '', change)
    expect(await failureOf(ofToken)).toMatchObject({ kind: 'entry_conflict', field: 'keyStore' })
  })

  test('a password’s credential is the user’s one password', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'viewer')
    const hashNow = async () => (await deps().users.findPassword(user.userId))?.passwordHash ?? ''
    const credential = await setPassword(user, 'Str0ng-enough')
    expect(credential.paired).toEqual({ kind: 'password', userId: user.userId, userUuid: user.id })
    expect(await Bun.password.verify('Str0ng-enough', await hashNow())).toBe(true)
    expect((await deps().users.findById(user.userId))?.basicAuthEnabled).toBe(true)
    const change = (password: string, name = user.id) =>
      changeCredential(deps(), OWNER, tenantId, credential.id, { name, keyStore: passwordStore(password) })
    expect(await refusalOf(change('Str0ng-enough'))).toBe('same_password')
    expect(await refusalOf(change('short'))).toBe('entry_invalid')
    expect(await refusalOf(change('Str0ng-enough-2', 'another name'))).toBe('entry_conflict')
    expect(await world().isAcknowledged(() => change('Str0ng-enough-2'))).toBe(true)
    expect(await Bun.password.verify('Str0ng-enough-2', await hashNow())).toBe(true)
    expect(await refusalOf(deleteCredential(deps(), OWNER, tenantId, credential.id))).toBe(
      'credential_in_use',
    )
  })

  test.each<[string, (user: AccountUser, roles?: readonly SystemRole[]) => Promise<unknown>]>([
    [
      'the Onezone',
      ({ userId }) =>
        world().store.atomically(({ users }) => users.changePrivileges(userId, ['oz_view_privileges'], [])),
    ],
    [
      'the SD-WAN API',
      async ({ userId }, roles = ['tenant_iam_admin']) => {
        const user = await deps().users.findById(userId)
        if (user === undefined) throw new Error('he is there')
        await world().store.atomically((ports) => makeOperatorIn(ports, world().ambient, user, { roles }))
      },
    ],
  ])('nobody sets the password of who may more by another API: %s', async (_, grant) => {
    const { tenantId, owner } = await world().account()
    const user = await world().user(tenantId, 'viewer')
    await grant(user)
    const by = callerOf(owner, 'owner')
    expect(await refusalOf(setPassword(user, 'Str0ng-enough', by))).toBe('forbidden')
    await grant(owner, ['tenant_super'])
    expect(await refusalOf(setPassword(user, 'Str0ng-enough', by))).toBeUndefined()
  })

  test('a password is for a local user of the account, who has none yet, and strong enough', async () => {
    const { tenantId, owner } = await world().account()
    const ldap = await world().user(tenantId, 'viewer', { authProvider: 'ldap' })
    const { owner: stranger } = await world().account()
    const set = (name: string, password = 'Str0ng-enough') =>
      keep(tenantId, { name, keyType: 'passwordHash', keyStore: passwordStore(password) })
    for (const name of [ldap.id, stranger.id, uuid(), 'x']) {
      expect(await failureOf(set(name))).toMatchObject({ kind: 'entry_invalid', field: 'name' })
    }
    expect(await refusalOf(set(owner.id, 'short'))).toBe('entry_invalid')
    await set(owner.id)
    expect(await refusalOf(set(owner.id, 'Str0ng-enough-2'))).toBe('entry_conflict')
    const hash = (await deps().users.findPassword(owner.userId))?.passwordHash ?? ''
    expect(await Bun.password.verify('Str0ng-enough', hash)).toBe(true)
  })

  test('admins keep and change secrets and set passwords, but not those of owners; others none', async () => {
    const { tenantId, owner } = await world().account()
    const admin = callerOf(await world().user(tenantId, 'admin'), 'admin')
    const member = await world().user(tenantId, 'member')
    await keep(tenantId, {}, admin)
    await setPassword(member, 'Str0ng-enough', admin)
    expect(await refusalOf(setPassword(owner, 'Str0ng-enough', admin))).toBe('forbidden')
    const credential = await setPassword(owner, 'Str0ng-enough')
    const change = { name: owner.id, keyStore: passwordStore('Str0ng-enough-2') }
    expect(await refusalOf(changeCredential(deps(), admin, tenantId, credential.id, change))).toBe(
      'forbidden',
    )
    for (const role of ['member', 'viewer', undefined] as const) {
      const caller = callerOf(member, role)
      expect(await refusalOf(keep(tenantId, {}, caller))).toBe('forbidden')
      expect(await refusalOf(setPassword(member, 'Str0ng-enough-2', caller))).toBe('forbidden')
      expect(await refusalOf(deleteCredential(deps(), caller, tenantId, credential.id))).toBe('forbidden')
    }
  })
})
