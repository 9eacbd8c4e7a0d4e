import { describe, expect, test } from 'bun:test'
import { Refused } from '../../src/failure.ts'
import { brokenByContent, checkAssignable, type RoleContent } from '../../src/operators/role-rules.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'

const TENANT = '1092'
const ROLES = '/api/tenants/[tenant_id]/roles'
const MAKE = `POST+${ROLES}`

describe('a custom role breaks', () => {
  test.each<[string, Partial<RoleContent>, readonly string[]]>([
    ['nothing when it says nothing', {}, []],
    ['nothing with roles of a tenant', { roles: ['tenant_viewonly', 'tenant_network_admin'] }, []],
    ['nothing with a super alone', { roles: ['tenant_super'] }, []],
    ['with a root', { roles: ['tenant_root'] }, ['super_role_not_allowed']],
    ['with a super beside another', { roles: ['tenant_super', 'tenant_viewonly'] }, ['super_role_combined']],
    ['with a role of who serves others', { roles: ['esp_user'] }, ['tenant_role_not_allowed']],
    [
      'with one of those beside a tenant’s',
      { roles: ['esp_user', 'tenant_viewonly'] },
      ['tenant_role_not_allowed', 'esp_role_combined'],
    ],
    [
      'with one of the system’s beside a tenant’s',
      { roles: ['devops', 'tenant_viewonly'] },
      ['tenant_role_not_allowed', 'tenant_role_combined'],
    ],
    ['with a role twice', { roles: ['tenant_viewonly', 'tenant_viewonly'] }, ['roles_not_unique']],
    ['nothing with a permission', { permissions: [ROLES], disallowPermissions: [] }, []],
    ['with a permission that names nothing', { permissions: ['/api/sites'] }, ['permissions_invalid']],
    ['with an empty one', { permissions: [''] }, ['permissions_invalid']],
    ['with one twice', { permissions: [MAKE, MAKE] }, ['permissions_invalid']],
    [
      'with a denial that names nothing',
      { disallowPermissions: ['/api/sites'] },
      ['disallow_permissions_invalid'],
    ],
    ['with one of those twice', { disallowPermissions: [MAKE, MAKE] }, ['disallow_permissions_not_unique']],
    ['nothing with its tenant’s id', { permissions: ['/api/tenants/1092/roles'] }, []],
    ['with another tenant’s', { permissions: ['/api/tenants/1093/roles'] }, ['permission_of_other_tenant']],
    [
      'with another tenant’s to deny',
      { disallowPermissions: ['/api/tenants/1093/roles'] },
      ['permission_of_other_tenant'],
    ],
    [
      'with a value allowed and denied',
      { permissions: [MAKE], disallowPermissions: [MAKE] },
      ['permission_overlap'],
    ],
    [
      'nothing when it denies a part of what it allows',
      { permissions: [ROLES], disallowPermissions: [MAKE] },
      [],
    ],
    [
      'with what one of its roles grants',
      { roles: ['tenant_viewonly'], permissions: [`GET+${ROLES}`] },
      ['permission_overlap'],
    ],
    ['nothing with more than its roles grant', { roles: ['tenant_viewonly'], permissions: [ROLES] }, []],
    [
      'with a custom permission twice',
      { customPermissionIds: ['1', '1'] },
      ['custom_permission_ids_not_unique'],
    ],
    [
      'several rules, and says each once',
      { roles: ['tenant_root', 'devops'], permissions: ['x', 'y'] },
      [
        'super_role_not_allowed',
        'super_role_combined',
        'tenant_role_not_allowed',
        'tenant_role_combined',
        'permissions_invalid',
      ],
    ],
  ])('%s', (_, parts, rules) => {
    const nothing = { roles: [], permissions: [], disallowPermissions: [], customPermissionIds: [] }
    const broken: readonly string[] = brokenByContent({ ...nothing, ...parts }, TENANT)
    expect(broken).toEqual(rules)
  })
})

describe('an operator can have', () => {
  test.each<[string, readonly SystemRole[], boolean]>([
    ['no role', [], true],
    ['several of a tenant', ['tenant_iam_admin', 'tenant_viewonly'], true],
    ['a root alone', ['tenant_root'], true],
    ['a root and nothing else', ['tenant_root', 'tenant_viewonly'], false],
    ['none that is not a tenant’s', ['guest'], false],
  ])('%s', (_, roles, isAssignable) => {
    const check = () => checkAssignable(roles)
    if (isAssignable) expect(check).not.toThrow()
    else expect(check).toThrow(Refused)
  })
})
