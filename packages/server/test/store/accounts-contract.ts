import { describe, expect, test } from 'bun:test'
import type { UnixSeconds } from '../../src/ambient.ts'
import { getById } from '../../src/accounts/get-by-id.ts'
import type { Listing, Order } from '../../src/accounts/listing.ts'
import { modifiedMetadata } from '../../src/accounts/metadata.ts'
import type { AccountListings } from '../../src/accounts/ports.ts'
import { ROLES } from '../../src/accounts/role.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import { hashOfText } from '../../src/authority/opaque-token.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import type { StoreWrites } from '../../src/store/open-store.ts'
import {
  BEGINNING,
  givenAccount,
  givenAccountUser,
  givenBinding,
  givenGroup,
  givenMember,
  givenOpaqueToken,
  sampleCredential,
  uuid,
} from './account-samples.ts'
import { givenToken, lineOf, refusalOf, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

const LATER = (BEGINNING + 60) as UnixSeconds
const BY_ID: Order<'id'> = { field: 'id', isDescending: false }

/** What the ports of accounts promise beside their lists, on whichever database. */
export function accountsContract(store: () => TestStore): void {
  const listings = (): AccountListings => store().reads.accountListings
  const idsOf = async <Scope>(
    listing: Pick<Listing<Scope, 'id', { readonly id: string }>, 'page'>,
    scope: Scope,
  ) => {
    const page = await listing.page(scope, {
      conditions: [],
      order: BY_ID,
      after: undefined,
      skip: 0,
      limit: 99,
    })
    return page.map(({ item }) => item.id)
  }
  const write = <T>(work: (ports: StoreWrites) => Promise<T>): Promise<T> => store().atomically(work)
  const principalOf = (user: User) => ({ kind: 'user', id: user.uuid }) as const
  const accountUser = ({ tenantId, uuid }: User) => getById(listings().users, { tenantId }, uuid)

  describe('accounts', () => {
    test('a tenant is an account that is active and enabled, since it was made', async () => {
      const { tenant } = await givenAccount(store())
      const account = await getById(listings().accounts, { tenantId: undefined }, tenant.astraAccountId)
      expect(account).toMatchObject({
        tenantId: tenant.id,
        name: tenant.name,
        state: 'active',
        isEnabled: true,
        enabledAt: tenant.createdAt,
        contact: undefined,
        metadata: {
          labels: [],
          createdAt: tenant.createdAt,
          modifiedAt: tenant.createdAt,
          modifiedBy: undefined,
        },
      })
    })

    test('are found one by one by their tenants, and another tenant’s is not there', async () => {
      const [one, other] = [await givenAccount(store()), await givenAccount(store())]
      expect(await idsOf(listings().accounts, { tenantId: one.tenant.id })).toEqual([
        one.tenant.astraAccountId,
      ])
      const found = getById(listings().accounts, { tenantId: one.tenant.id }, other.tenant.astraAccountId)
      expect(await refusalOf(found)).toBe('not_in_account')
    })

    test('are read as they were changed; only another state is a change for verdicts', async () => {
      const { tenant } = await givenAccount(store())
      const change = async (parts: object) => {
        const account = await write(({ accounts }) => accounts.find(tenant.id))
        if (account === undefined) throw new Error('the account was just made')
        const metadata = modifiedMetadata(account.metadata, LATER, uuid(), [{ name: 'a', value: 'ü' }])
        const changed = { ...account, ...parts, metadata }
        await write(({ accounts }) => accounts.update(changed))
        expect(await write(({ accounts }) => accounts.find(tenant.id))).toEqual(changed)
      }
      await change({ name: 'New', contact: { firstName: 'Ana', postalAddress: { streetAddress1: '1' } } })
      expect(await changesOf(store(), tenant)).toEqual([])
      await change({ isEnabled: false })
      await change({ isEnabled: false, state: 'deletePending' })
      expect(await changesOf(store(), tenant)).toEqual(Array(2).fill(`tenant ${tenant.id}`))
    })
  })

  describe('users of an account', () => {
    test('made by another API have what that knows, and no names', async () => {
      const { user } = await givenAccount(store())
      expect(await accountUser(user)).toEqual({
        userId: user.id,
        tenantId: user.tenantId,
        id: user.uuid,
        email: user.email ?? '',
        firstName: '',
        lastName: '',
        companyName: undefined,
        phone: undefined,
        postalAddress: undefined,
        authProvider: 'local',
        authId: user.email ?? '',
        sendsWelcomeEmail: false,
        state: 'active',
        isEnabled: true,
        enabledAt: user.createdAt,
        metadata: {
          labels: [],
          createdAt: user.createdAt,
          createdBy: '00000000-0000-0000-0000-000000000000',
          modifiedAt: user.createdAt,
          modifiedBy: undefined,
        },
      })
    })

    test('are read as they were changed; only who gets in is a change for verdicts', async () => {
      const { tenant, user } = await givenAccount(store())
      const change = async (parts: object) => {
        const changed = {
          ...(await accountUser(user)),
          ...parts,
          metadata: modifiedMetadata((await accountUser(user)).metadata, LATER, uuid()),
        }
        await write(({ accountUsers }) => accountUsers.update(changed))
        expect(await accountUser(user)).toEqual(changed)
      }
      await change({
        firstName: 'Ana',
        lastName: 'Lí',
        phone: '1',
        postalAddress: { a: ['b'] },
        companyName: 'C',
      })
      expect(await changesOf(store(), tenant)).toEqual([])
      await change({ isEnabled: false })
      await change({ isEnabled: false, state: 'suspended', authProvider: 'ldap', authId: 'cn=x' })
      expect(await changesOf(store(), tenant)).toEqual(Array(2).fill(`subject ${user.id}`))
      expect((await store().reads.users.findById(user.id))?.isBlocked).toBe(true)
    })

    test('keep an address for themselves in the whole installation, without case', async () => {
      const { user } = await givenAccount(store())
      const { user: other } = await givenAccount(store())
      const taken = { ...(await accountUser(user)), email: other.email?.toUpperCase() ?? '' }
      expect(await refusalOf(write(({ accountUsers }) => accountUsers.update(taken)))).toBe('email_taken')
    })

    test('of a group are its members, and no other tenant’s', async () => {
      const { tenant, user } = await givenAccount(store())
      await givenAccountUser(store(), tenant)
      const group = await givenGroup(store(), tenant.id)
      await givenMember(store(), group, user)
      await givenMember(store(), group, user)
      expect(await idsOf(listings().users, { tenantId: tenant.id, groupId: group.id })).toEqual([user.uuid])
      expect(await idsOf(listings().groups, { tenantId: tenant.id, userUuid: user.uuid })).toEqual([group.id])
      const { tenant: foreign } = await givenAccount(store())
      expect(await idsOf(listings().users, { tenantId: foreign.id, groupId: group.id })).toEqual([])
      expect(await idsOf(listings().groups, { tenantId: foreign.id, userUuid: user.uuid })).toEqual([])
      expect(await changesOf(store(), tenant)).toEqual(['role groups'])
    })
  })

  describe('what is in one account', () => {
    const KINDS: readonly [
      string,
      (tenant: Tenant, user: User) => Promise<string>,
      (tenant: Tenant) => Promise<readonly string[]>,
      (ports: StoreWrites, tenant: Tenant, id: string) => Promise<unknown>,
    ][] = [
      [
        'users',
        async (_tenant, user) => user.uuid,
        ({ id }) => idsOf(listings().users, { tenantId: id }),
        ({ accountUsers }, { id: tenantId }, id) => accountUsers.find(tenantId, id),
      ],
      [
        'groups',
        async ({ id }) => (await givenGroup(store(), id)).id,
        ({ id }) => idsOf(listings().groups, { tenantId: id }),
        ({ accountGroups }, { id: tenantId }, id) => accountGroups.find(tenantId, id),
      ],
      [
        'role bindings',
        async ({ id }, user) => (await givenBinding(store(), id, principalOf(user), 'owner')).id,
        ({ id }) => idsOf(listings().roleBindings, { tenantId: id }),
        ({ roleBindings }, { id: tenantId }, id) => roleBindings.find(tenantId, id),
      ],
      [
        'credentials',
        async (_tenant, user) => (await givenOpaqueToken(store(), user)).credential.id,
        ({ id }) => idsOf(listings().credentials, { tenantId: id }),
        ({ credentials }, { id: tenantId }, id) => credentials.find(tenantId, id),
      ],
      [
        'tokens',
        async (_tenant, user) => (await givenOpaqueToken(store(), user)).token.id,
        async () => [],
        ({ accountTokens }, { id: tenantId }, id) => accountTokens.find(tenantId, id as TokenId),
      ],
    ]
    test.each(KINDS)('is not there from another: %s', async (name, make, list, find) => {
      const { tenant, user } = await givenAccount(store())
      const id = await make(tenant, user)
      const { tenant: foreign } = await givenAccount(store())
      expect(await write((ports) => find(ports, tenant, id))).toBeDefined()
      expect(await write((ports) => find(ports, foreign, id))).toBeUndefined()
      expect(await list(foreign)).not.toContain(id)
      if (name !== 'tokens') expect(await list(tenant)).toContain(id)
    })
  })

  describe('groups of an account', () => {
    test('have a distinguished name of their own, without case, in their account', async () => {
      const { tenant } = await givenAccount(store())
      await givenGroup(store(), tenant.id, { authId: 'CN=Ops,OU=x' })
      const second = givenGroup(store(), tenant.id, { authId: 'cn=ops,ou=X' })
      expect(await refusalOf(second)).toBe('entry_conflict')
      await givenGroup(store(), (await givenAccount(store())).tenant.id, { authId: 'CN=Ops,OU=x' })
    })

    test('take their memberships and bindings along, and leave their members', async () => {
      const { tenant, user } = await givenAccount(store())
      const group = await givenGroup(store(), tenant.id)
      await givenMember(store(), group, user)
      await givenBinding(store(), tenant.id, { kind: 'group', id: group.id }, 'admin')
      expect((await store().reads.callers.findCaller(user.id))?.role).toBe('admin')
      await write(({ accountGroups }) => accountGroups.remove(group))
      expect((await store().reads.callers.findCaller(user.id))?.role).toBeUndefined()
      expect(await idsOf(listings().roleBindings, { tenantId: tenant.id })).toEqual([])
      expect(await accountUser(user)).toBeDefined()
      expect(await changesOf(store(), tenant)).toEqual(Array(3).fill('role groups'))
    })
  })

  describe('role bindings', () => {
    test('are one for each user and each group', async () => {
      const { tenant, user } = await givenAccount(store())
      const group = await givenGroup(store(), tenant.id)
      for (const principal of [principalOf(user), { kind: 'group', id: group.id } as const]) {
        await givenBinding(store(), tenant.id, principal, 'viewer')
        expect(await refusalOf(givenBinding(store(), tenant.id, principal, 'admin'))).toBe('entry_conflict')
      }
    })

    test('are read as they were changed; only another role is a change for verdicts', async () => {
      const { tenant, user } = await givenAccount(store())
      const binding = await givenBinding(store(), tenant.id, principalOf(user), 'viewer')
      const constrained = { ...binding, roleConstraints: ["namespaces:id='x'", '*'] }
      await write(({ roleBindings }) => roleBindings.update(constrained))
      expect(await getById(listings().roleBindings, { tenantId: tenant.id }, binding.id)).toEqual(constrained)
      expect(await changesOf(store(), tenant)).toEqual([`role ${user.id}`])
      await write(({ roleBindings }) => roleBindings.update({ ...constrained, role: 'owner' }))
      await write(({ roleBindings }) => roleBindings.remove(binding))
      expect(await changesOf(store(), tenant)).toEqual(Array(3).fill(`role ${user.id}`))
    })

    test('tell whether there is another owner', async () => {
      const { tenant, user } = await givenAccount(store())
      const hasOther = (id: string) => write(({ roleBindings }) => roleBindings.hasOtherOwner(tenant.id, id))
      expect(await store().reads.callers.hasOwner(tenant.id)).toBe(false)
      const first = await givenBinding(store(), tenant.id, principalOf(user), 'owner')
      expect(await store().reads.callers.hasOwner(tenant.id)).toBe(true)
      expect(await hasOther(first.id)).toBe(false)
      const group = await givenGroup(store(), tenant.id)
      await givenBinding(store(), tenant.id, { kind: 'group', id: group.id }, 'owner')
      expect(await hasOther(first.id)).toBe(true)
    })

    test('of a user or a group are those of its own', async () => {
      const { tenant, user } = await givenAccount(store())
      const group = await givenGroup(store(), tenant.id)
      await givenMember(store(), group, user)
      const own = await givenBinding(store(), tenant.id, principalOf(user), 'viewer')
      const ofGroup = await givenBinding(store(), tenant.id, { kind: 'group', id: group.id }, 'viewer')
      const of = (principal: typeof own.principal) =>
        idsOf(listings().roleBindings, { tenantId: tenant.id, principal })
      expect(await of(own.principal)).toEqual([own.id])
      expect(await of(ofGroup.principal)).toEqual([ofGroup.id])
    })
  })

  describe('a caller', () => {
    test('has the highest role of his own and those of his groups, in one statement', async () => {
      const { tenant, user } = await givenAccount(store())
      const roleOf = async () => (await store().reads.callers.findCaller(user.id))?.role
      expect(await roleOf()).toBeUndefined()
      const own = await givenBinding(store(), tenant.id, principalOf(user), 'member')
      for (const [role, highest] of [
        ['viewer', 'member'],
        ['admin', 'admin'],
      ] as const) {
        const group = await givenGroup(store(), tenant.id)
        await givenBinding(store(), tenant.id, { kind: 'group', id: group.id }, role)
        await givenMember(store(), group, user)
        expect(await roleOf()).toBe(highest)
      }
      await write(({ roleBindings }) => roleBindings.remove(own))
      expect(await roleOf()).toBe('admin')
      expect(await store().statementsOf(roleOf)).toHaveLength(1)
    })

    test.each(ROLES)('who is bound as %s is that, in the store’s transactions too', async (role) => {
      const { tenant, user } = await givenAccount(store())
      await givenBinding(store(), tenant.id, principalOf(user), role)
      expect((await store().reads.callers.findCaller(user.id))?.role).toBe(role)
      const found = await accountUser(user)
      expect(await write(({ accountUsers }) => accountUsers.roleOf(found))).toBe(role)
    })

    test('is known with his account and his state; one who is gone is not', async () => {
      const { tenant, user } = await givenAccount(store())
      expect(await store().reads.callers.findCaller(user.id)).toEqual({
        tenantId: tenant.id,
        account: { id: tenant.astraAccountId, state: 'active', isEnabled: true, isDefault: false },
        userId: user.id,
        userUuid: user.uuid,
        state: 'active',
        isEnabled: true,
        role: undefined,
      })
      await write(({ users }) => users.setBlocked(user.id, true))
      expect((await store().reads.callers.findCaller(user.id))?.isEnabled).toBe(false)
      await write(({ users }) => users.remove(user.id))
      expect(await store().reads.callers.findCaller(user.id)).toBeUndefined()
    })
  })

  describe('opaque tokens', () => {
    const find = (text: string) => store().reads.opaqueTokens.findByHash('astra', hashOfText(text))

    test('are found by the hash of their text in one statement, whosever they are', async () => {
      const { tenant, user } = await givenAccount(store())
      const { token, text } = await givenOpaqueToken(store(), user)
      expect(await find(text)).toMatchObject({
        tenantId: tenant.id,
        tokenId: token.id,
        token: { isRevoked: false },
        subject: { id: user.uuid, ref: { kind: 'user', id: user.id }, isBlocked: false },
      })
      expect(await store().statementsOf(() => find(text))).toHaveLength(1)
      expect(await store().reads.tokens.find(tenant.id, 'astra', token.id)).toEqual(token)
    })

    test('are not found by another text, for another audience, or without a hash', async () => {
      const { user } = await givenAccount(store())
      const { text } = await givenOpaqueToken(store(), user)
      await givenToken(store(), lineOf(user, 'astra'))
      expect(await find(`${text}x`)).toBeUndefined()
      expect(await find('')).toBeUndefined()
      expect(await store().reads.opaqueTokens.findByHash('sdwan', hashOfText(text))).toBeUndefined()
    })

    const ENDS: readonly [string, (ports: StoreWrites, user: User, id: TokenId) => Promise<unknown>][] = [
      ['removed', ({ tokens }, user, id) => tokens.remove(user.tenantId, 'astra', id)],
      ['in a dead epoch', ({ tokens }, user) => tokens.raiseEpoch(lineOf(user, 'astra'))],
      ['whose user is gone', ({ users }, user) => users.remove(user.id)],
    ]
    test.each(ENDS)('%s are found no more, nor is their credential', async (_how, end) => {
      const { tenant, user } = await givenAccount(store())
      const { token, text, credential } = await givenOpaqueToken(store(), user)
      expect(await idsOf(listings().credentials, { tenantId: tenant.id })).toEqual([credential.id])
      await write((ports) => end(ports, user, token.id))
      expect(await find(text)).toBeUndefined()
      expect(await idsOf(listings().credentials, { tenantId: tenant.id })).toEqual([])
      expect(await write(({ credentials }) => credentials.find(tenant.id, credential.id))).toBeUndefined()
      expect(await write(({ accountTokens }) => accountTokens.find(tenant.id, token.id))).toBeUndefined()
    })

    test('of dead epochs are swept with their credentials, those of other epochs stay', async () => {
      const { user } = await givenAccount(store())
      for (let count = 0; count < 5; count += 1) await givenOpaqueToken(store(), user)
      await write(({ tokens }) => tokens.raiseEpoch(lineOf(user, 'astra')))
      const { credential } = await givenOpaqueToken(store(), user)
      while ((await store().deadTokens.sweep(3)) > 0);
      const rows = await store().rows<{ id: string }>(
        `select id from account_credentials where user_id = ${user.id}`,
      )
      expect(rows.map(({ id }) => id)).toEqual([credential.id])
    })

    test('have a name and metadata that can be changed, which is no change for verdicts', async () => {
      const { tenant, user } = await givenAccount(store())
      const { token } = await givenOpaqueToken(store(), user, { name: 'old' })
      const found = await write(({ accountTokens }) => accountTokens.find(tenant.id, token.id))
      if (found === undefined) throw new Error('the token was just made')
      const metadata = modifiedMetadata(found.metadata, LATER, uuid(), [{ name: 'n', value: 'v' }])
      const changed = { ...found, name: 'new', metadata }
      await write(({ accountTokens }) => accountTokens.update(changed))
      expect(await write(({ accountTokens }) => accountTokens.find(tenant.id, token.id))).toEqual(changed)
      expect(await changesOf(store(), tenant)).toEqual([])
    })
  })

  describe('credentials', () => {
    test('are read as they were kept, without their secret', async () => {
      const { tenant } = await givenAccount(store())
      const credential = sampleCredential(tenant.id, {
        keyType: 's3',
        isValid: false,
        validFrom: BEGINNING,
        validUntil: LATER,
      })
      const secret = { kid: 3, sealed: Uint8Array.of(1, 2, 3) }
      await write(({ credentials }) => credentials.insert(credential, secret))
      expect(await write(({ credentials }) => credentials.find(tenant.id, credential.id))).toEqual(credential)
      await write(({ credentials }) => credentials.update({ ...credential, name: 'other' }, undefined))
      const [row] = await store().rows<{ kid: unknown; name: string }>(
        `select kid, name from account_credentials where id = '${credential.id}'`,
      )
      expect([Number(row?.kid), row?.name]).toEqual([3, 'other'])
      await write(({ credentials }) => credentials.remove(credential))
      expect(await write(({ credentials }) => credentials.find(tenant.id, credential.id))).toBeUndefined()
    })

    test('of passwords are one for each user, and go with him', async () => {
      const { tenant, user } = await givenAccount(store())
      const paired = { kind: 'password', userId: user.id, userUuid: user.uuid } as const
      const keep = () =>
        write(({ credentials }) =>
          credentials.insert(sampleCredential(tenant.id, { name: user.uuid, paired }), undefined),
        )
      await keep()
      expect(await refusalOf(keep())).toBe('entry_conflict')
      await write(({ users }) => users.remove(user.id))
      expect(await idsOf(listings().credentials, { tenantId: tenant.id })).toEqual([])
    })
  })

  test('a user takes his bindings and memberships along, whichever API removes him', async () => {
    const { tenant, user } = await givenAccount(store())
    const group = await givenGroup(store(), tenant.id)
    await givenMember(store(), group, user)
    await givenBinding(store(), tenant.id, principalOf(user), 'owner')
    await write(({ users }) => users.remove(user.id))
    expect(await idsOf(listings().roleBindings, { tenantId: tenant.id })).toEqual([])
    expect(await idsOf(listings().users, { tenantId: tenant.id, groupId: group.id })).toEqual([])
    expect(await idsOf(listings().groups, { tenantId: tenant.id })).toEqual([group.id])
  })

  test('tokens of other audiences still have names of their own', async () => {
    const { user } = await givenAccount(store())
    const { name } = await givenToken(store(), lineOf(user, 'onezone'))
    const again = write(({ tokens }) => tokens.insert(sampleToken(lineOf(user, 'onezone'), { name })))
    expect(await refusalOf(again)).toBe('name_taken')
  })
}
