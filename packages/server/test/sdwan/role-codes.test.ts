import { beforeAll, describe, expect, test } from 'bun:test'
import type { SdwanCode } from '../../src/dialects/sdwan/codes.ts'
import type { Version } from '../../src/dialects/sdwan/route.ts'
import type { SdwanAnswer } from '../../testing/sdwan-client.ts'
import {
  type FieldFault,
  type Given,
  givenPeople,
  legacy,
  made,
  newOperator,
  newPermission,
  newRole,
  NO_ID,
  READ_ROLES,
  times,
  unified,
} from './resources.ts'
import { onEachDatabase } from './world.ts'

const ROLE_WRITES = [
  'PERMISSION_API_TEST_TENANTID_FAILED',
  'AUTH_ROLE_INVALID_ESP_SOLO_ROLE',
  'AUTH_ROLE_INVALID_SUPER_ROLE_DATA',
  'AUTH_ROLE_INVALID_SUPER_SOLO_ROLE',
  'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
  'AUTH_ROLE_INVALID_TENANT_SOLO_ROLE',
  'PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES',
  'PERMISSIONS_INVALID_PERMISSION_IDS',
  'PERMISSIONS_INVALID_PERMISSION_VALUES',
  'PERMISSIONS_NON_UNIQUE_DISALLOW_PERMISSION_VALUES',
  'PERMISSIONS_NON_UNIQUE_PERMISSION_IDS',
  'ROLES_NON_UNIQUE_ROLE_IDS',
  'ROLES_PERMISSION_OVERLAP_NOT_ALLOWED',
] as const satisfies readonly SdwanCode[]

const OF_NEWER = [
  'CUSTOM_ROLE_OPERATIONS_READONLY_FIELDS_NOT_ALLOWED',
  'SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED',
] as const satisfies readonly SdwanCode[]

const PERMISSION_WRITES = [
  'ESP_INVALID_TENANT_ID',
  'PERMISSION_API_TEST_FAILED',
  'PERMISSION_NOT_CUSTOMIZED',
  'PERMISSION_AFTER_LARGER_THAN_BEFORE',
  'PERMISSION_TENANT_ID_MISMATCH',
  'PERMISSION_API_TEST_TENANTID_FAILED',
] as const satisfies readonly SdwanCode[]

type Operation =
  | 'POST roles'
  | 'PUT role'
  | 'GET role'
  | 'POST permissions'
  | 'PUT permission'
  | 'GET permission'
  | 'GET base_roles'
  | 'GET base_permissions'

/** What is published of each operation. Deleting what only the installation makes: see there. */
const PUBLISHED: readonly (readonly [Operation, readonly Version[], readonly SdwanCode[]])[] = [
  ['POST roles', ['v2.0', 'v2.1'], [...ROLE_WRITES, 'ESP_INVALID_TENANT_ID']],
  ['PUT role', ['v2.0', 'v2.1'], ROLE_WRITES],
  ['POST roles', ['v2.1'], OF_NEWER],
  ['PUT role', ['v2.1'], OF_NEWER],
  ['GET role', ['v2.0', 'v2.1'], ['TENANT_INVALID_TENANT_ID']],
  ['POST permissions', ['v2.0'], PERMISSION_WRITES],
  ['PUT permission', ['v2.0'], PERMISSION_WRITES],
  ['GET permission', ['v2.0'], ['ESP_INVALID_TENANT_ID']],
  ['GET base_roles', ['v2.0'], ['ESP_INVALID_TENANT_ID']],
  ['GET base_permissions', ['v2.0'], ['ESP_INVALID_TENANT_ID']],
]

/** What stands in a role or a permission that breaks the rule of each code. */
const BROKEN_ROLES: Partial<Record<SdwanCode, object>> = {
  PERMISSION_API_TEST_TENANTID_FAILED: { permissions: [{ value: '/api/tenants/1092/roles' }] },
  AUTH_ROLE_INVALID_ESP_SOLO_ROLE: { roles: [{ name: 'tenant_viewonly' }, { name: 'esp_user' }] },
  AUTH_ROLE_INVALID_SUPER_ROLE_DATA: { roles: [{ name: 'tenant_root' }] },
  AUTH_ROLE_INVALID_SUPER_SOLO_ROLE: { roles: [{ name: 'tenant_super' }, { name: 'tenant_viewonly' }] },
  AUTH_ROLE_INVALID_TENANT_ROLE_DATA: { roles: [{ name: 'support_admin' }] },
  AUTH_ROLE_INVALID_TENANT_SOLO_ROLE: { roles: [{ name: 'tenant_viewonly' }, { name: 'devops' }] },
  PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES: { disallow_permissions: [{ value: '/api/sites' }] },
  PERMISSIONS_INVALID_PERMISSION_IDS: { custom_permissions: [{ id: NO_ID }] },
  PERMISSIONS_INVALID_PERMISSION_VALUES: { permissions: [{ value: '' }] },
  PERMISSIONS_NON_UNIQUE_DISALLOW_PERMISSION_VALUES: {
    disallow_permissions: times(2, { value: READ_ROLES }),
  },
  ROLES_NON_UNIQUE_ROLE_IDS: { roles: times(2, { name: 'tenant_viewonly' }) },
  ROLES_PERMISSION_OVERLAP_NOT_ALLOWED: {
    permissions: [{ value: READ_ROLES }],
    disallow_permissions: [{ value: READ_ROLES }],
  },
  CUSTOM_ROLE_OPERATIONS_READONLY_FIELDS_NOT_ALLOWED: { id: NO_ID },
  SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED: { is_system_owned: true },
}

const BROKEN_PERMISSIONS: Partial<Record<SdwanCode, object>> = {
  PERMISSION_API_TEST_FAILED: { value: 'GET+/api/sites' },
  PERMISSION_NOT_CUSTOMIZED: { disallow_permission: false },
  PERMISSION_AFTER_LARGER_THAN_BEFORE: { allowed_after_ms: 2, allowed_before_ms: 1 },
  PERMISSION_TENANT_ID_MISMATCH: { tenant_id: '1092' },
  PERMISSION_API_TEST_TENANTID_FAILED: { value: 'GET+/api/tenants/1092/roles' },
}

/** Where nothing breaks one rule without breaking another. */
const TOGETHER: Partial<Record<SdwanCode, readonly SdwanCode[]>> = {
  AUTH_ROLE_INVALID_ESP_SOLO_ROLE: ['AUTH_ROLE_INVALID_TENANT_ROLE_DATA', 'AUTH_ROLE_INVALID_ESP_SOLO_ROLE'],
  AUTH_ROLE_INVALID_TENANT_SOLO_ROLE: [
    'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
    'AUTH_ROLE_INVALID_TENANT_SOLO_ROLE',
  ],
}

async function provoke(
  given: Given,
  operation: Operation,
  version: Version,
  code: SdwanCode,
): Promise<SdwanAnswer> {
  const { admin, other } = given
  const isForeign = code === 'ESP_INVALID_TENANT_ID' || code === 'TENANT_INVALID_TENANT_ID'
  const tenant = isForeign ? other : admin
  switch (operation) {
    case 'GET base_roles':
    case 'GET base_permissions':
      return admin.ask('GET', legacy(tenant, version, `/${operation.slice(4)}`))
    case 'GET role':
      return admin.ask(
        'GET',
        legacy(tenant, version, `/roles/${(await made(admin, '/roles', newRole())).id}`),
      )
    case 'GET permission': {
      const { id } = await made(admin, '/permissions', newPermission())
      return admin.ask('GET', legacy(tenant, version, `/permissions/${id}`))
    }
    case 'POST roles':
      return admin.ask('POST', legacy(tenant, version, '/roles'), {
        body: newRole(await brokenRole(given, code)),
      })
    case 'PUT role': {
      const role = await made(admin, '/roles', newRole())
      return admin.ask('PUT', legacy(tenant, version, `/roles/${role.id}`), {
        body: { ...role, ...(await brokenRole(given, code)) },
      })
    }
    case 'POST permissions':
      return admin.ask('POST', legacy(tenant, version, '/permissions'), {
        body: newPermission(BROKEN_PERMISSIONS[code]),
      })
    case 'PUT permission': {
      const permission = await made(admin, '/permissions', newPermission())
      return admin.ask('PUT', legacy(tenant, version, `/permissions/${permission.id}`), {
        body: { ...permission, ...BROKEN_PERMISSIONS[code] },
      })
    }
  }
}

async function brokenRole({ admin }: Given, code: SdwanCode): Promise<object | undefined> {
  if (code !== 'PERMISSIONS_NON_UNIQUE_PERMISSION_IDS') return BROKEN_ROLES[code]
  const { id } = await made(admin, '/permissions', newPermission())
  return { custom_permissions: times(2, { id }) }
}

const CASES = PUBLISHED.flatMap(([operation, versions, codes]) =>
  versions.flatMap((version) => codes.map((code) => [operation, version, code] as const)),
)

const LONG_VALUE = `/${'x'.repeat(500)}`

const ROLE_FAULTS: readonly FieldFault[] = [
  ['name', 'missing', undefined, 'AUTH_ROLE_INVALID_ROLE_NAME'],
  ['name', 'empty', '', 'AUTH_ROLE_INVALID_ROLE_NAME'],
  ['name', 'of 257 characters', 'a'.repeat(257), 'AUTH_ROLE_INVALID_ROLE_NAME'],
  ['name', 'in capitals', 'Readers', 'AUTH_ROLE_INVALID_ROLE_NAME'],
  ['name', 'a number', 5, 'AUTH_ROLE_INVALID_ROLE_NAME'],
  ['tenant_id', 'of 21 digits', '1'.repeat(21), 'TENANT_ID_INVALID_0001'],
  ['tenant_id', 'of another tenant', '1092', 'ESP_INVALID_TENANT_ID'],
  ['description', 'empty', '', 'AUTH_ROLE_INVALID_ROLE_DESCRIPTION'],
  ['description', 'of 1001 characters', 'x'.repeat(1001), 'AUTH_ROLE_INVALID_ROLE_DESCRIPTION'],
  ['description', 'an object', {}, 'AUTH_ROLE_INVALID_ROLE_DESCRIPTION'],
  ['roles', 'of 8 elements', times(8, { name: 'tenant_viewonly' }), 'AUTH_ROLE_INVALID_ROLE_LIST_SIZE'],
  ['roles', 'a text', 'tenant_viewonly', 'AUTH_ROLE_INVALID_ROLE_LIST_SIZE'],
  ['roles', 'with an unknown name', [{ name: 'emperor' }], 'AUTH_ROLE_INVALID'],
  [
    'permissions',
    'of 101 elements',
    times(101, { value: READ_ROLES }),
    'AUTH_ROLE_INVALID_PERMISSION_LIST_SIZE',
  ],
  ['permissions', 'with one of 501 characters', [{ value: LONG_VALUE }], 'PERMISSION_INVALID_0001'],
  ['permissions', 'with a number', [{ value: 5 }], 'PERMISSION_INVALID_0001'],
  ['permissions', 'of texts', [READ_ROLES], 'BAD_REQUEST'],
  [
    'disallow_permissions',
    'of 101 elements',
    times(101, { value: READ_ROLES }),
    'AUTH_ROLE_INVALID_DISALLOW_PERMISSION_LIST_SIZE',
  ],
  ['disallow_permissions', 'with one of 501 characters', [{ value: LONG_VALUE }], 'PERMISSION_INVALID_0001'],
  [
    'custom_permissions',
    'of 101 elements',
    times(101, { id: NO_ID }),
    'AUTH_ROLE_INVALID_CUSTOM_PERMISSIONS_SIZE',
  ],
  ['custom_permissions', 'with neither id nor value', [{}], 'INVALID_PERMISSION_VALUE'],
  ['custom_permissions', 'without an id', [{ value: READ_ROLES }], 'PERMISSIONS_INVALID_PERMISSION_IDS'],
  ['disabled', 'a text', 'no', 'BAD_REQUEST'],
  ['disabled_reason', 'of 5001 characters', 'x'.repeat(5001), 'DISABLED_REASON_INVALID_0001'],
  ['inactive_reason', 'of 5001 characters', 'x'.repeat(5001), 'INACTIVE_REASON_INVALID_0001'],
]

const PERMISSION_FAULTS: readonly FieldFault[] = [
  ['value', 'missing', undefined, 'INVALID_PERMISSION_VALUE'],
  ['value', 'empty', '', 'INVALID_PERMISSION_VALUE'],
  ['value', 'of 501 characters', LONG_VALUE, 'INVALID_PERMISSION_VALUE'],
  ['value', 'with a version in it', 'GET+/v2.1/api/tenants', 'INVALID_PERMISSION_VALUE'],
  ['value', 'with a brace', '/api/tenants/{tenant_id}', 'INVALID_PERMISSION_VALUE'],
  ['value', 'a number', 5, 'INVALID_PERMISSION_VALUE'],
  ['value', 'with a misspelled parameter', 'GET+/api/tenants/[tenant]', 'PERMISSION_API_TEST_FAILED'],
  ['allowed_after_ms', 'a text', '1', 'BAD_REQUEST'],
  ['allowed_before_ms', 'with a fraction', 1.5, 'BAD_REQUEST'],
  ['disallow_permission', 'a number', 1, 'BAD_REQUEST'],
  ['tenant_id', 'of 21 digits', '1'.repeat(21), 'TENANT_ID_INVALID_0001'],
  ['disabled_reason', 'of 5001 characters', 'x'.repeat(5001), 'DISABLED_REASON_INVALID_0001'],
  ['inactive_reason', 'of 5001 characters', 'x'.repeat(5001), 'INACTIVE_REASON_INVALID_0001'],
]

onEachDatabase((world) => {
  let given: Given
  beforeAll(async () => {
    given = await givenPeople(world())
  })

  const expectRefused = (answer: SdwanAnswer, ...codes: readonly SdwanCode[]): void =>
    expect([answer.codes, answer.status]).toEqual([codes, 400])

  describe('roles and permissions', () => {
    test.each(CASES)('%s %s refuses with %s', async (operation, version, code) => {
      const answer = await provoke(given, operation, version, code)
      expectRefused(answer, ...(TOGETHER[code] ?? [code]))
    })

    test.each(ROLE_FAULTS)(
      'a role whose %s is %s is refused with its code',
      async (field, _, value, code) => {
        const { admin } = given
        const body = newRole({ [field]: value })
        expectRefused(await admin.ask('POST', legacy(admin, 'v2.1', '/roles'), { body }), code)
        const role = await made(admin, '/roles', newRole())
        const change = { body: { ...role, [field]: value } }
        expectRefused(await admin.ask('PUT', unified('v2.1', `/roles/${role.id}`), change), code)
      },
    )

    test.each(PERMISSION_FAULTS)(
      'a permission whose %s is %s is refused with its code',
      async (field, _, value, code) => {
        const { admin } = given
        const body = newPermission({ [field]: value })
        expectRefused(await admin.ask('POST', unified('v2.0', '/permissions'), { body }), code)
        const permission = await made(admin, '/permissions', newPermission())
        const change = { body: { ...permission, [field]: value } }
        const path = legacy(admin, 'v2.0', `/permissions/${permission.id}`)
        expectRefused(await admin.ask('PUT', path, change), code)
      },
    )

    test('a role tells every rule that it breaks at once', async () => {
      const body = newRole({
        roles: times(2, { name: 'tenant_viewonly' }),
        permissions: [{ value: '/api/sites' }],
        disallow_permissions: times(2, { value: '/api/sites' }),
      })
      const { codes } = await given.admin.ask('POST', legacy(given.admin, 'v2.1', '/roles'), { body })
      expect(codes.toSorted()).toEqual([
        'PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES',
        'PERMISSIONS_INVALID_PERMISSION_VALUES',
        'PERMISSIONS_NON_UNIQUE_DISALLOW_PERMISSION_VALUES',
        'ROLES_NON_UNIQUE_ROLE_IDS',
        'ROLES_PERMISSION_OVERLAP_NOT_ALLOWED',
      ])
    })

    test.each(['roles', 'permissions'] as const)(
      '%s are replaced only by who has seen them as they are',
      async (kind) => {
        const { admin } = given
        const entry = await made(admin, `/${kind}`, kind === 'roles' ? newRole() : newPermission())
        const path = legacy(admin, 'v2.0', `/${kind}/${entry.id}`)
        for (const _etag of [undefined, 0, 2]) {
          expectRefused(await admin.ask('PUT', path, { body: { ...entry, _etag } }), 'OPERATOR_INVALID_ETAG')
        }
        const replaced = await admin.ask('PUT', path, { body: entry })
        expect([replaced.status, replaced.json['_etag']]).toEqual([200, 2])
        expectRefused(await admin.ask('PUT', path, { body: entry }), 'OPERATOR_INVALID_ETAG')
      },
    )

    test('a name that another role has is refused', async () => {
      const { admin } = given
      const role = await made(admin, '/roles', newRole())
      const body = { name: role['name'] }
      expectRefused(
        await admin.ask('POST', legacy(admin, 'v2.1', '/roles'), { body }),
        'AUTH_ROLE_INVALID_ROLE_NAME',
      )
    })

    test('whoever may not write roles makes none, and nobody makes one that may more than he', async () => {
      const { iam, viewer } = given
      const answer = await viewer.ask('POST', legacy(viewer, 'v2.1', '/roles'), { body: newRole() })
      expect([answer.codes, answer.status]).toEqual([['NOT_PERMITTED'], 403])
      const body = newRole({ roles: [{ name: 'tenant_super' }] })
      expectRefused(
        await iam.ask('POST', legacy(iam, 'v2.1', '/roles'), { body }),
        'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
      )
    })

    test('nothing of another tenant is put into a role, or given to an operator', async () => {
      const { admin, other } = given
      const role = await made(admin, '/roles', newRole())
      const { id } = await made(admin, '/permissions', newPermission())
      expectRefused(
        await other.ask('POST', unified('v2.1', '/roles'), {
          body: newRole({ custom_permissions: [{ id }] }),
        }),
        'PERMISSIONS_INVALID_PERMISSION_IDS',
      )
      for (const custom_roles of [[{ id: role.id }], [{ name: role['name'] }]]) {
        expectRefused(
          await other.ask('POST', unified('v2.2', '/operators'), { body: newOperator({ custom_roles }) }),
          'AUTH_ROLE_INVALID',
        )
      }
    })

    test('what is used is not deleted', async () => {
      const { admin } = given
      const { id } = await made(admin, '/permissions', newPermission())
      const role = await made(admin, '/roles', newRole({ custom_permissions: [{ id }] }))
      expectRefused(
        await admin.ask('DELETE', legacy(admin, 'v2.0', `/permissions/${id}`)),
        'PERMISSION_IN_USE',
      )
      const token = await admin.newToken({ custom_roles: [{ id: role.id }] })
      const path = legacy(admin, 'v2.1', `/roles/${role.id}`)
      expectRefused(await admin.ask('DELETE', path), 'ROLE_IN_USE')
      await admin.ask('DELETE', `${admin.tokens}/${token.id}`)
      expect((await admin.ask('DELETE', path)).status).toBe(200)
      expect((await admin.ask('DELETE', legacy(admin, 'v2.0', `/permissions/${id}`))).status).toBe(200)
    })
  })
})
