import { describe, expect, test } from 'bun:test'
import { API_PERMISSIONS, type ApiPermission, basePermissions } from '../../src/operators/base-permissions.ts'
import { compileRights, isPermitted, namedApis } from '../../src/operators/evaluation.ts'
import { SYSTEM_ROLES, TENANT_ROLES } from '../../src/operators/role-names.ts'
import type { CustomRole } from '../../src/operators/role.ts'
import { samplePermission, sampleRole } from './role-samples.ts'

const NOW = 1_795_378_800_000
const LIST: ApiPermission = 'GET+/api/tenants/[tenant_id]/roles'
const MAKE: ApiPermission = 'POST+/api/tenants/[tenant_id]/roles'
const TOKENS: ApiPermission = 'GET+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens'
const HIS = '/api/tenants/[tenant_id]/operators/17321000123450017/authtokens'
const ROLES = '/api/tenants/[tenant_id]/roles'

interface Case {
  readonly title: string
  readonly roles?: readonly string[]
  readonly custom?: readonly Partial<CustomRole>[]
  readonly call: ApiPermission
  readonly params?: Readonly<Record<string, string>>
  readonly nowMillis?: number
  readonly region?: string
  readonly isPermitted: boolean
}

const window = { allowedAfterMs: NOW - 1000, allowedBeforeMs: NOW + 1000 }
const windowed = (parts: object = {}) => [
  { customPermissions: [samplePermission({ value: ROLES, ...window, ...parts })] },
]
const denied = (parts: object = {}) => windowed({ isDisallowed: true, ...parts })

const cases: readonly Case[] = [
  { title: 'no role permits nothing', call: LIST, isPermitted: false },
  {
    title: 'a system role permits what it is for',
    roles: ['tenant_viewonly'],
    call: LIST,
    isPermitted: true,
  },
  { title: 'and nothing else', roles: ['tenant_viewonly'], call: MAKE, isPermitted: false },
  { title: 'what is no role permits nothing', roles: ['tenant_supers'], call: LIST, isPermitted: false },
  {
    title: 'roles add up',
    roles: ['tenant_viewonly', 'tenant_iam_admin'],
    call: MAKE,
    isPermitted: true,
  },
  {
    title: 'a custom role permits what its system roles do',
    custom: [{ roles: ['tenant_viewonly'] }],
    call: LIST,
    isPermitted: true,
  },
  { title: 'and its permissions', custom: [{ permissions: [MAKE] }], call: MAKE, isPermitted: true },
  {
    title: 'a permission without a method is of every method',
    custom: [{ permissions: [ROLES] }],
    call: MAKE,
    isPermitted: true,
  },
  {
    title: 'a permission of another method is not of this one',
    custom: [{ permissions: [MAKE] }],
    call: LIST,
    isPermitted: false,
  },
  {
    title: 'a disabled custom role permits nothing',
    custom: [{ permissions: [MAKE], roles: ['tenant_super'], isDisabled: true }],
    call: MAKE,
    isPermitted: false,
  },
  {
    title: 'an inactive custom role permits nothing',
    custom: [{ permissions: [MAKE], roles: ['tenant_super'], isInactive: true }],
    call: MAKE,
    isPermitted: false,
  },
  {
    title: 'what a custom role disallows is denied whatever its own roles permit',
    custom: [{ roles: ['tenant_super'], disallowPermissions: [MAKE] }],
    call: MAKE,
    isPermitted: false,
  },
  {
    title: 'and whatever another role permits',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [MAKE] }, { permissions: [MAKE] }],
    call: MAKE,
    isPermitted: false,
  },
  {
    title: 'what is disallowed leaves the rest as it is',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [MAKE] }],
    call: LIST,
    isPermitted: true,
  },
  {
    title: 'a disabled custom role disallows nothing',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [MAKE], isDisabled: true }],
    call: MAKE,
    isPermitted: true,
  },
  {
    title: 'an inactive custom role disallows nothing',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [MAKE], isInactive: true }],
    call: MAKE,
    isPermitted: true,
  },
  { title: 'a window permits while it is open', custom: windowed(), call: LIST, isPermitted: true },
  {
    title: 'from its first millisecond on',
    custom: windowed(),
    call: LIST,
    nowMillis: NOW - 1000,
    isPermitted: true,
  },
  {
    title: 'and not before',
    custom: windowed(),
    call: LIST,
    nowMillis: NOW - 1001,
    isPermitted: false,
  },
  {
    title: 'to the one before its end',
    custom: windowed(),
    call: LIST,
    nowMillis: NOW + 999,
    isPermitted: true,
  },
  {
    title: 'and not at its end',
    custom: windowed(),
    call: LIST,
    nowMillis: NOW + 1000,
    isPermitted: false,
  },
  {
    title: 'a window without end stays open',
    custom: windowed({ allowedBeforeMs: undefined }),
    call: LIST,
    nowMillis: NOW + 10 ** 12,
    isPermitted: true,
  },
  {
    title: 'a window without beginning is open already',
    custom: windowed({ allowedAfterMs: undefined }),
    call: LIST,
    nowMillis: 0,
    isPermitted: true,
  },
  {
    title: 'a disabled custom permission permits nothing',
    custom: windowed({ isDisabled: true }),
    call: LIST,
    isPermitted: false,
  },
  {
    title: 'an inactive custom permission permits nothing',
    custom: windowed({ isInactive: true }),
    call: LIST,
    isPermitted: false,
  },
  {
    title: 'a custom permission of this region permits',
    custom: windowed({ region: 'us' }),
    call: LIST,
    region: 'us',
    isPermitted: true,
  },
  {
    title: 'one of another region permits nothing',
    custom: windowed({ region: 'us' }),
    call: LIST,
    region: 'eu',
    isPermitted: false,
  },
  {
    title: 'a denial beats a system role while its window is open',
    roles: ['tenant_super'],
    custom: denied(),
    call: LIST,
    isPermitted: false,
  },
  {
    title: 'and not before it',
    roles: ['tenant_super'],
    custom: denied(),
    call: LIST,
    nowMillis: NOW - 1001,
    isPermitted: true,
  },
  {
    title: 'nor after it',
    roles: ['tenant_super'],
    custom: denied(),
    call: LIST,
    nowMillis: NOW + 1000,
    isPermitted: true,
  },
  {
    title: 'a disabled denial denies nothing',
    roles: ['tenant_super'],
    custom: denied({ isDisabled: true }),
    call: LIST,
    isPermitted: true,
  },
  {
    title: 'an inactive denial denies nothing',
    roles: ['tenant_super'],
    custom: denied({ isInactive: true }),
    call: LIST,
    isPermitted: true,
  },
  {
    title: 'a denial of another region denies nothing',
    roles: ['tenant_super'],
    custom: denied({ region: 'us' }),
    call: LIST,
    region: 'eu',
    isPermitted: true,
  },
  {
    title: 'a denial beats a permission of the same role',
    custom: [{ permissions: [ROLES], customPermissions: denied()[0]?.customPermissions ?? [] }],
    call: LIST,
    isPermitted: false,
  },
  {
    title: 'an id in the place of a parameter permits that one',
    custom: [{ permissions: [HIS] }],
    call: TOKENS,
    params: { operator_id: '17321000123450017' },
    isPermitted: true,
  },
  {
    title: 'and no other',
    custom: [{ permissions: [HIS] }],
    call: TOKENS,
    params: { operator_id: '17321000123450018' },
    isPermitted: false,
  },
  {
    title: 'an id can be denied by itself',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [HIS] }],
    call: TOKENS,
    params: { operator_id: '17321000123450017' },
    isPermitted: false,
  },
  {
    title: 'and leaves the others as they are',
    roles: ['tenant_super'],
    custom: [{ disallowPermissions: [HIS] }],
    call: TOKENS,
    params: { operator_id: '17321000123450018' },
    isPermitted: true,
  },
  {
    title: 'a path names no call below it',
    custom: [{ permissions: ['/api/tenants/[tenant_id]/operators'] }],
    call: TOKENS,
    isPermitted: false,
  },
]

describe('what roles permit', () => {
  test.each(cases)('$title', ({ roles = [], custom = [], call, params = {}, ...asked }) => {
    const rights = compileRights(roles, custom.map(sampleRole))
    const { nowMillis = NOW, region = '0' } = asked
    expect(isPermitted(rights, { permission: call, params }, nowMillis, region)).toBe(asked.isPermitted)
  })

  test('what is not for ordinary tenants permits nothing', () => {
    const others = SYSTEM_ROLES.filter((role) => !role.startsWith('tenant_'))
    expect(others.filter((role) => basePermissions(role).size > 0)).toEqual([])
    expect(TENANT_ROLES.filter((role) => basePermissions(role).size === 0)).toEqual([])
  })

  test('who may only look cannot make a token, not even one of his own', () => {
    const changing = [...basePermissions('tenant_viewonly')].filter((value) => !value.startsWith('GET+'))
    expect(changing.filter((value) => /authtokens|operators|roles|permissions/.test(value))).toEqual([])
  })

  test('a super may do everything, and whoever administers identities all but change the tenant', () => {
    expect([...basePermissions('tenant_super')]).toEqual([...API_PERMISSIONS])
    const beyond = API_PERMISSIONS.filter((value) => !basePermissions('tenant_iam_admin').has(value))
    expect(beyond).toEqual(['PUT+/api/tenants/[tenant_id]', 'PATCH+/api/tenants/[tenant_id]'])
  })
})

describe('a permission value names', () => {
  test.each([
    [ROLES, 2],
    [`GET+${ROLES}`, 1],
    [HIS, 2],
    ['/api/tenants/1092/roles', 2],
    // Each of these names nothing.
    ['', 0],
    ['roles', 0],
    ['/api/tenants/[tenant_id]/sites', 0],
    ['/api/tenants/[tenant]/roles', 0],
    ['/api/tenants/[tenant_id]/roles/', 0],
    ['/v2.1/api/tenants/[tenant_id]/roles', 0],
    ['get+/api/tenants/[tenant_id]/roles', 0],
    ['HEAD+/api/tenants/[tenant_id]/roles', 0],
    ['/api/tenants/[tenant_id]/[roles]', 0],
    ['/api/[tenants]/[tenant_id]/roles', 0],
    ['/api/profile', 0],
    ['/', 0],
  ])('by %j so many calls: %d', (value, count) => {
    expect(namedApis(value)).toHaveLength(count)
  })

  test('by itself each call that there is', () => {
    expect(API_PERMISSIONS.map((value) => namedApis(value))).toEqual(API_PERMISSIONS.map((value) => [value]))
  })
})
