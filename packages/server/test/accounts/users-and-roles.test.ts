import { expect, test } from 'bun:test'
import {
  changeAccountGroup,
  createAccountGroup,
  deleteAccountGroup,
} from '../../src/accounts/account-groups.ts'
import { changeAccountUser, createAccountUser, deleteAccountUser } from '../../src/accounts/account-users.ts'
import { changeAccount, createAccount, deleteAccount } from '../../src/accounts/accounts.ts'
import { ensureOwner } from '../../src/accounts/first-owner.ts'
import { getById } from '../../src/accounts/get-by-id.ts'
import { findParents } from '../../src/accounts/parents.ts'
import { changeRoleBinding, createRoleBinding, deleteRoleBinding } from '../../src/accounts/role-bindings.ts'
import { Refused } from '../../src/failure.ts'
import { createAccountToken } from '../../src/accounts/account-tokens.ts'
import { hashOfText } from '../../src/authority/opaque-token.ts'
import { givenAccount, givenAccountUser, uuid } from '../store/account-samples.ts'
import { failureOf, randomHex, refusalOf } from '../store/samples.ts'
import { callerOf, onEachStore, OWNER } from './account-world.ts'

const changedMeanwhile = () => {
  throw new Refused({ kind: 'precondition_failed' })
}

onEachStore((world) => {
  const deps = () => world().deps
  const userIn = (tenantId: Parameters<typeof deleteAccountUser>[2], id: string) =>
    getById(deps().accountListings.users, { tenantId }, id)
  const bindingOf = async (user: Awaited<ReturnType<typeof userIn>>) => {
    const principal = { kind: 'user', id: user.id } as const
    const scope = { tenantId: user.tenantId, principal }
    const order = { field: 'id', isDescending: false } as const
    const [found] = await deps().accountListings.roleBindings.page(scope, {
      conditions: [],
      order,
      after: undefined,
      skip: 0,
      limit: 1,
    })
    if (found === undefined) throw new Error('nothing is bound to him')
    return found.item
  }

  test('a new account is disabled and pending; enabled, it is active; a deleted one lets nobody in', async () => {
    const account = await createAccount(deps(), OWNER, { name: 'Customer', contact: { firstName: 'Ana' } })
    const read = () => getById(deps().accountListings.accounts, { tenantId: undefined }, account.id)
    expect(await read()).toEqual(account)
    expect(account).toMatchObject({ state: 'pending', isEnabled: false, enabledAt: undefined })
    world().ambient.advanceSeconds(60)
    await changeAccount(deps(), OWNER, account.tenantId, { isEnabled: true })
    expect(await read()).toMatchObject({
      state: 'active',
      isEnabled: true,
      enabledAt: world().ambient.now(),
      metadata: { modifiedBy: OWNER.uuid, createdAt: account.metadata.createdAt },
    })
    await deleteAccount(deps(), OWNER, account.tenantId)
    expect((await read()).state).toBe('deletePending')
  })

  test('an account’s name is screened, and a change of what was changed meanwhile is refused whole', async () => {
    const { tenantId, accountId } = await world().account()
    expect(await refusalOf(createAccount(deps(), OWNER, { name: '<b>' }))).toBe('entry_invalid')
    const change = changeAccount(deps(), OWNER, tenantId, { name: 'New' }, changedMeanwhile)
    expect(await refusalOf(change)).toBe('precondition_failed')
    expect((await getById(deps().accountListings.accounts, { tenantId }, accountId)).name).not.toBe('New')
  })

  test('an admin neither changes nor deletes the account', async () => {
    const { tenantId } = await world().account()
    const admin = { uuid: uuid(), role: 'admin' } as const
    expect(await refusalOf(changeAccount(deps(), admin, tenantId, { name: 'x' }))).toBe('forbidden')
    expect(await refusalOf(deleteAccount(deps(), admin, tenantId))).toBe('forbidden')
  })

  test('the default tenant’s account is never shut', async () => {
    const { tenant } = await givenAccount(world().store)
    const shown = await getById(
      deps().accountListings.accounts,
      { tenantId: tenant.id },
      tenant.astraAccountId,
    )
    expect(shown.isDefault).toBe(false)
    const isDefault = {
      ...tenant,
      id: tenant.id + 1,
      isDefault: true,
      onezoneDomain: `${randomHex(4)}.example`,
    }
    const other = { ...isDefault, astraAccountId: uuid(), sdwanTenantId: randomHex(8) } as typeof tenant
    await world().store.atomically(({ tenants }) => tenants.insert(other))
    for (const change of [{ isEnabled: false }, { state: 'pending' }, { state: 'deletePending' }] as const) {
      expect(await refusalOf(changeAccount(deps(), OWNER, other.id, change))).toBe('forbidden')
    }
    expect(await refusalOf(deleteAccount(deps(), OWNER, other.id))).toBe('forbidden')
  })

  test('a new user is local and active, with his address as what the provider knows him by', async () => {
    const { tenantId } = await world().account()
    const email = `${randomHex(4)}@example.org`
    const user = await createAccountUser(deps(), OWNER, tenantId, {
      email,
      authId: 'something else',
      sendsWelcomeEmail: true,
      firstName: 'Ana',
      labels: [{ name: 'a', value: 'b' }],
    })
    expect(user).toMatchObject({
      authProvider: 'local',
      authId: email,
      state: 'active',
      isEnabled: true,
      sendsWelcomeEmail: false,
      lastName: '',
      metadata: { labels: [{ name: 'a', value: 'b' }], createdBy: OWNER.uuid, modifiedBy: undefined },
    })
    expect(await userIn(tenantId, user.id)).toEqual(user)
  })

  test.each([
    ['ldap', 'active', 'cn=x'],
    ['cloud-central', 'pending', 'cn=x'],
  ] as const)('a new user of %s is %s and keeps how that knows him', async (authProvider, state, authId) => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, undefined, { authProvider, authId })
    expect(await userIn(tenantId, user.id)).toMatchObject({ authProvider, state, authId })
  })

  test('an e-mail address is taken in the whole installation, without case, also by a change', async () => {
    const { owner } = await world().account()
    const { tenantId, owner: other } = await world().account()
    const email = owner.email.toUpperCase()
    expect(await refusalOf(createAccountUser(deps(), OWNER, tenantId, { email }))).toBe('email_taken')
    expect(await refusalOf(changeAccountUser(deps(), OWNER, tenantId, other.id, { email }))).toBe(
      'email_taken',
    )
  })

  test.each(['firstName', 'lastName', 'companyName'] as const)('a user’s %s is screened', async (field) => {
    const { tenantId, owner } = await world().account()
    const refused = createAccountUser(deps(), OWNER, tenantId, { email: 'a@b', [field]: '<script>' })
    expect(await failureOf(refused)).toMatchObject({ kind: 'entry_invalid', field })
    const changed = changeAccountUser(deps(), OWNER, tenantId, owner.id, { [field]: 'é' })
    expect(await failureOf(changed)).toMatchObject({ kind: 'entry_invalid', field })
  })

  test('everybody changes his own profile, but not whether he gets in', async () => {
    const { tenantId } = await world().account()
    const viewer = await world().user(tenantId, 'viewer')
    const caller = callerOf(viewer, 'viewer')
    world().ambient.advanceSeconds(5)
    await changeAccountUser(deps(), caller, tenantId, viewer.id, { firstName: 'New' })
    const changed = await userIn(tenantId, viewer.id)
    expect(changed).toMatchObject({ firstName: 'New', lastName: viewer.lastName, email: viewer.email })
    expect(changed.metadata).toMatchObject({ modifiedBy: viewer.id, modifiedAt: world().ambient.now() })
    const own = (change: object) => refusalOf(changeAccountUser(deps(), caller, tenantId, viewer.id, change))
    expect(await own({ isEnabled: true, state: 'active' })).toBeUndefined()
    expect(await own({ isEnabled: false })).toBe('forbidden')
    expect(await own({ state: 'suspended' })).toBe('forbidden')
    const { owner } = await world().account()
    const another = changeAccountUser(deps(), caller, owner.tenantId, owner.id, { firstName: 'x' })
    expect(await refusalOf(another)).toBe('forbidden')
  })

  test('enabled again, a user was enabled then; a local one is never pending', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'member')
    const change = (parts: object) => changeAccountUser(deps(), OWNER, tenantId, user.id, parts)
    await change({ isEnabled: false })
    world().ambient.advanceSeconds(60)
    await change({ isEnabled: true })
    expect((await userIn(tenantId, user.id)).enabledAt).toBe(world().ambient.now())
    expect(await refusalOf(change({ state: 'pending' }))).toBe('entry_invalid')
  })

  test('an admin touches no owner, in whatever way', async () => {
    const { tenantId, owner } = await world().account()
    const admin = callerOf(await world().user(tenantId, 'admin'), 'admin')
    const member = await world().user(tenantId, 'member')
    const group = await createAccountGroup(deps(), OWNER, tenantId, { authId: `cn=${randomHex(4)}` })
    const principal = { kind: 'group', id: group.id } as const
    await createRoleBinding(deps(), OWNER, tenantId, { principal, role: 'owner' })
    const ownerBinding = await bindingOf(owner)
    const memberBinding = await bindingOf(member)
    const refused: (() => Promise<unknown>)[] = [
      () => deleteAccountUser(deps(), admin, tenantId, owner.id),
      () => changeAccountUser(deps(), admin, tenantId, owner.id, { email: 'mine@example.org' }),
      () => changeRoleBinding(deps(), admin, tenantId, ownerBinding.id, { role: 'viewer' }),
      () => changeRoleBinding(deps(), admin, tenantId, memberBinding.id, { role: 'owner' }),
      () => deleteRoleBinding(deps(), admin, tenantId, ownerBinding.id),
      () => deleteAccountGroup(deps(), admin, tenantId, group.id),
      () => changeAccountGroup(deps(), admin, tenantId, group.id, { authId: 'cn=mine' }),
      () => createAccountUser(deps(), admin, tenantId, { email: `${randomHex(4)}@x` }, { groupId: group.id }),
    ]
    for (const each of refused) expect(await refusalOf(each())).toBe('forbidden')
    await changeRoleBinding(deps(), admin, tenantId, memberBinding.id, { role: 'admin' })
    await deleteAccountUser(deps(), admin, tenantId, member.id)
  })

  test('a user made in a group is a member of it, and has its role', async () => {
    const { tenantId } = await world().account()
    const group = await createAccountGroup(deps(), OWNER, tenantId, { authId: 'cn=Ops,ou=x' })
    expect(group.name).toBe('Ops')
    await createRoleBinding(deps(), OWNER, tenantId, {
      principal: { kind: 'group', id: group.id },
      role: 'member',
    })
    const email = `${randomHex(4)}@example.org`
    const user = await createAccountUser(deps(), OWNER, tenantId, { email }, { groupId: group.id })
    expect((await deps().callers.findCaller(user.userId))?.role).toBe('member')
    expect(await findParents(deps(), tenantId, { groupId: group.id, userUuid: user.id })).toMatchObject({
      user,
    })
    const stranger = await world().user(tenantId, 'viewer')
    const parents = { groupId: group.id, userUuid: stranger.id }
    expect(await refusalOf(findParents(deps(), tenantId, parents))).toBe('not_in_account')
    const throughGroup = deleteAccountUser(deps(), OWNER, tenantId, stranger.id, { groupId: group.id })
    expect(await refusalOf(throughGroup)).toBe('not_in_account')
    const nowhere = createAccountUser(deps(), OWNER, tenantId, { email: 'a@b.c' }, { groupId: uuid() })
    expect(await refusalOf(nowhere)).toBe('not_in_account')
  })

  test.each([
    ['CN=Ops\\, all,OU=x', 'Ops\\, all'],
    ['ou=x, cn=Second , dc=y', 'Second '],
    ['ou=cn=x', 'ou=cn=x'],
    ['cn'.repeat(1000), 'cn'.repeat(1000)],
  ])('a group known as %p is called %p', async (authId, name) => {
    const { tenantId } = await world().account()
    expect((await createAccountGroup(deps(), OWNER, tenantId, { authId })).name).toBe(name)
  })

  test('a group is changed in part, and its name in the directory stays its own', async () => {
    const { tenantId } = await world().account()
    const group = await createAccountGroup(deps(), OWNER, tenantId, { authId: 'cn=a', name: 'A' })
    await createAccountGroup(deps(), OWNER, tenantId, { authId: 'cn=b' })
    await changeAccountGroup(deps(), OWNER, tenantId, group.id, { name: 'New' })
    const found = await getById(deps().accountListings.groups, { tenantId }, group.id)
    expect(found).toMatchObject({ name: 'New', authId: 'cn=a' })
    const taken = changeAccountGroup(deps(), OWNER, tenantId, group.id, { authId: 'CN=B' })
    expect(await failureOf(taken)).toMatchObject({ kind: 'entry_conflict', field: 'authID' })
  })

  test('an account keeps an owner, however he is taken away', async () => {
    const { tenantId, owner } = await world().account()
    const binding = await bindingOf(owner)
    const ways = [
      () => deleteAccountUser(deps(), OWNER, tenantId, owner.id),
      () => deleteRoleBinding(deps(), OWNER, tenantId, binding.id),
      () => changeRoleBinding(deps(), OWNER, tenantId, binding.id, { role: 'admin' }),
    ]
    for (const way of ways) expect(await refusalOf(way())).toBe('last_account_owner')
    await world().user(tenantId, 'owner')
    await changeRoleBinding(deps(), OWNER, tenantId, binding.id, { role: 'admin' })
  })

  test('of two owners who take each other away at once, one stays', async () => {
    const { tenantId, owner } = await world().account()
    const other = await world().user(tenantId, 'owner')
    const bindings = [await bindingOf(owner), await bindingOf(other)]
    const outcomes = await Promise.allSettled(
      bindings.map(({ id }) => deleteRoleBinding(deps(), OWNER, tenantId, id)),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await deps().callers.hasOwner(tenantId)).toBe(true)
  })

  test.each(['local', 'cloud-central'] as const)(
    'with the last binding of a user of %s go he and his tokens, waited for on every node',
    async (authProvider) => {
      const { tenantId } = await world().account()
      const user = await world().user(tenantId, 'member', { authProvider })
      const { text } = await createAccountToken(deps(), callerOf(user, 'member'), tenantId, user, {
        name: 'ci',
      })
      const { id } = await bindingOf(user)
      expect(await world().isAcknowledged(() => deleteRoleBinding(deps(), OWNER, tenantId, id))).toBe(true)
      expect(await refusalOf(userIn(tenantId, user.id))).toBe('not_in_account')
      expect(await deps().opaqueTokens.findByHash('astra', hashOfText(text))).toBeUndefined()
    },
  )

  test('a user of the customer’s directory stays without a binding, and may nothing', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'member', { authProvider: 'ldap' })
    await deleteRoleBinding(deps(), OWNER, tenantId, (await bindingOf(user)).id)
    expect(await userIn(tenantId, user.id)).toEqual(user)
    expect((await deps().callers.findCaller(user.userId))?.role).toBeUndefined()
  })

  test('a binding is made once for each, of somebody who is there, within its path', async () => {
    const { tenantId, owner } = await world().account()
    const { owner: stranger } = await world().account()
    const bind = (id: string, within = {}) =>
      createRoleBinding(deps(), OWNER, tenantId, { principal: { kind: 'user', id }, role: 'viewer' }, within)
    expect(await refusalOf(bind(owner.id))).toBe('entry_conflict')
    expect(await refusalOf(bind(uuid()))).toBe('entry_invalid')
    expect(await refusalOf(bind(stranger.id))).toBe('entry_invalid')
    const user = await world().user(tenantId)
    const of = { kind: 'user', id: owner.id } as const
    expect(await refusalOf(bind(user.id, { userUuid: owner.id, of }))).toBe('entry_invalid')
    expect(await refusalOf(bind(user.id, { userUuid: uuid() }))).toBe('not_in_account')
    const binding = await bind(user.id, { userUuid: user.id, of: { kind: 'user', id: user.id } })
    expect(binding.roleConstraints).toEqual(['*'])
    const elsewhere = deleteRoleBinding(deps(), OWNER, tenantId, binding.id, { userUuid: owner.id, of })
    expect(await refusalOf(elsewhere)).toBe('not_in_account')
  })

  test('a change of a binding keeps the constraints that it does not name', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId)
    const roleConstraints = ['namespaces:*']
    const principal = { kind: 'user', id: user.id } as const
    const { id } = await createRoleBinding(deps(), OWNER, tenantId, {
      principal,
      role: 'member',
      roleConstraints,
    })
    await changeRoleBinding(deps(), OWNER, tenantId, id, { role: 'viewer' })
    expect(await bindingOf(user)).toMatchObject({ role: 'viewer', roleConstraints })
    const unknown = changeRoleBinding(deps(), OWNER, tenantId, id, { role: 'viewer', roleConstraints: ['x'] })
    expect(await refusalOf(unknown)).toBe('entry_invalid')
  })

  test('ids of another account are ids of nothing', async () => {
    const { tenantId } = await world().account()
    const { owner: stranger, tenantId: foreign } = await world().account()
    const group = await createAccountGroup(deps(), OWNER, foreign, { authId: 'cn=x' })
    const binding = await bindingOf(stranger)
    const tries = (user: string, groupId: string, bindingId: string) => [
      deleteAccountUser(deps(), OWNER, tenantId, user),
      changeAccountUser(deps(), OWNER, tenantId, user, {}),
      deleteAccountGroup(deps(), OWNER, tenantId, groupId),
      changeAccountGroup(deps(), OWNER, tenantId, groupId, {}),
      deleteRoleBinding(deps(), OWNER, tenantId, bindingId),
      changeRoleBinding(deps(), OWNER, tenantId, bindingId, { role: 'viewer' }),
      findParents(deps(), tenantId, { userUuid: user }),
      findParents(deps(), tenantId, { groupId }),
    ]
    const refusals = async (...ids: Parameters<typeof tries>) => Promise.all(tries(...ids).map(refusalOf))
    expect(await refusals(stranger.id, group.id, binding.id)).toEqual(await refusals(uuid(), uuid(), uuid()))
    expect(await refusals(uuid(), uuid(), uuid())).toEqual(Array(8).fill('not_in_account'))
  })

  test('every deletion, and every refused one, is waited for on every node', async () => {
    const { tenantId } = await world().account()
    const user = await world().user(tenantId, 'viewer')
    const group = await createAccountGroup(deps(), OWNER, tenantId, { authId: `cn=${randomHex(4)}` })
    const deletions = [
      () => deleteAccountUser(deps(), OWNER, tenantId, user.id),
      () => deleteAccountGroup(deps(), OWNER, tenantId, group.id),
      () => deleteRoleBinding(deps(), OWNER, tenantId, uuid()),
      () => changeAccountUser(deps(), OWNER, tenantId, user.id, { isEnabled: false }),
    ]
    for (const deletion of [...deletions, ...deletions]) {
      expect(await world().isAcknowledged(deletion)).toBe(true)
    }
  })

  test('the administrators of a tenant own its account, unless somebody does already', async () => {
    const { tenant, user: administrator } = await givenAccount(world().store)
    const other = await givenAccountUser(world().store, tenant)
    await ensureOwner(deps(), tenant.id)
    expect(await deps().callers.hasOwner(tenant.id)).toBe(false)
    await world().store.atomically(async ({ users }) => {
      await users.changePrivileges(administrator.id, ['oz_set_privileges'], [])
      await users.changePrivileges(other.id, ['oz_users_view'], [])
    })
    await ensureOwner(deps(), tenant.id)
    await world().store.atomically(({ users }) => users.changePrivileges(other.id, ['oz_set_privileges'], []))
    await ensureOwner(deps(), tenant.id)
    expect((await deps().callers.findCaller(administrator.id))?.role).toBe('owner')
    expect((await deps().callers.findCaller(other.id))?.role).toBeUndefined()
  })
})
