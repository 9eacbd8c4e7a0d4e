import { describe, expect, test } from 'bun:test'
import { type Act, isPermitted, type Target } from '../../src/accounts/permissions.ts'
import { isAtLeast, type Role, ROLES } from '../../src/accounts/role.ts'

/** Nobody has an empty uuid: without a role he is not himself either. */
const CALLER = 'caller'
const self = (role: Role | undefined): Target => ({ uuid: CALLER, role })
const other = (role?: Role): Target => ({ uuid: 'somebody else', role })

const NOBODY: readonly Role[] = []
const ALL = ROLES
const ADMINS: readonly Role[] = ['admin', 'owner']
const OWNERS: readonly Role[] = ['owner']

/** What each act is, to whom, and which roles may. A target with the caller's own role stands for himself. */
const CASES: readonly [what: string, act: (caller: Role) => Act, permitted: readonly Role[]][] = [
  ['read the account', () => ({ kind: 'read', of: 'account' }), ALL],
  ['read users', () => ({ kind: 'read', of: 'users' }), ALL],
  ['read groups', () => ({ kind: 'read', of: 'groups' }), ALL],
  ['read bindings', () => ({ kind: 'read', of: 'role_bindings' }), ALL],
  ['read credentials', () => ({ kind: 'read', of: 'credentials' }), ADMINS],
  ['change the account', () => ({ kind: 'change_account' }), OWNERS],
  ['delete the account', () => ({ kind: 'delete_account' }), OWNERS],
  ['make a token for himself', (role) => ({ kind: 'create_token', user: self(role) }), ALL],
  ['make a token for a viewer', () => ({ kind: 'create_token', user: other('viewer') }), NOBODY],
  ['make a token for an owner', () => ({ kind: 'create_token', user: other('owner') }), NOBODY],
  ['manage his own tokens', (role) => ({ kind: 'manage_tokens', user: self(role) }), ALL],
  ['manage tokens of nobody with a role', () => ({ kind: 'manage_tokens', user: other() }), ADMINS],
  ['manage a viewer’s tokens', () => ({ kind: 'manage_tokens', user: other('viewer') }), ADMINS],
  ['manage a member’s tokens', () => ({ kind: 'manage_tokens', user: other('member') }), ADMINS],
  ['manage an admin’s tokens', () => ({ kind: 'manage_tokens', user: other('admin') }), ADMINS],
  ['manage an owner’s tokens', () => ({ kind: 'manage_tokens', user: other('owner') }), OWNERS],
  ['change his own profile', (role) => ({ kind: 'change_profile', user: self(role) }), ALL],
  ['change a viewer’s profile', () => ({ kind: 'change_profile', user: other('viewer') }), ADMINS],
  ['change an owner’s profile', () => ({ kind: 'change_profile', user: other('owner') }), OWNERS],
  ['make a user', () => ({ kind: 'manage_user', user: other() }), ADMINS],
  ['delete an admin', () => ({ kind: 'manage_user', user: other('admin') }), ADMINS],
  ['delete an owner', () => ({ kind: 'manage_user', user: other('owner') }), OWNERS],
  ['delete himself', (role) => ({ kind: 'manage_user', user: self(role) }), ADMINS],
  ['make a group', () => ({ kind: 'manage_group', bound: undefined }), ADMINS],
  ['delete a group of members', () => ({ kind: 'manage_group', bound: 'member' }), ADMINS],
  ['join a group of owners', () => ({ kind: 'manage_group', bound: 'owner' }), OWNERS],
  ['make a viewer', () => ({ kind: 'bind_role', from: undefined, to: 'viewer' }), ADMINS],
  ['make an admin of a member', () => ({ kind: 'bind_role', from: 'member', to: 'admin' }), ADMINS],
  ['make an owner', () => ({ kind: 'bind_role', from: 'admin', to: 'owner' }), OWNERS],
  ['make an owner a viewer', () => ({ kind: 'bind_role', from: 'owner', to: 'viewer' }), OWNERS],
  ['unbind an owner', () => ({ kind: 'bind_role', from: 'owner', to: undefined }), OWNERS],
  ['keep a secret', () => ({ kind: 'manage_credential', user: undefined }), ADMINS],
  ['set his own password', (role) => ({ kind: 'manage_credential', user: self(role) }), ADMINS],
  ['set a member’s password', () => ({ kind: 'manage_credential', user: other('member') }), ADMINS],
  ['set an owner’s password', () => ({ kind: 'manage_credential', user: other('owner') }), OWNERS],
]

describe('roles', () => {
  test.each(CASES)('who may %s', (_what, act, permitted) => {
    const found = ROLES.filter((role) => isPermitted({ uuid: CALLER, role }, act(role)))
    expect(found).toEqual([...permitted])
  })

  test.each(CASES)('without a role nobody may %s', (_what, act) => {
    expect(isPermitted({ uuid: CALLER, role: undefined }, act('owner'))).toBe(false)
  })

  test('a higher role may whatever a lower one may, to the same target', () => {
    for (const [what, act] of CASES) {
      for (const lower of ROLES) {
        if (!isPermitted({ uuid: CALLER, role: lower }, act(lower))) continue
        const higher = ROLES.filter((role) => isAtLeast(role, lower))
        for (const role of higher)
          expect([what, role, isPermitted({ uuid: CALLER, role }, act(role))]).toEqual([what, role, true])
      }
    }
  })

  test('what is permitted of a target of some role is not refused before the role is known', () => {
    for (const caller of ROLES) {
      for (const role of ROLES) {
        for (const kind of ['manage_tokens', 'change_profile', 'manage_user'] as const) {
          const known = isPermitted({ uuid: CALLER, role: caller }, { kind, user: other(role) })
          const unknown = isPermitted({ uuid: CALLER, role: caller }, { kind, user: other() })
          if (known) expect([caller, kind, unknown]).toEqual([caller, kind, true])
        }
      }
    }
  })
})
