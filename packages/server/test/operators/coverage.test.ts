import { describe, expect, test } from 'bun:test'
import { compileGrant, covers, liftedDenials } from '../../src/operators/coverage.ts'
import { compileRights } from '../../src/operators/evaluation.ts'
import type { CustomPermission } from '../../src/operators/permission.ts'
import type { CustomRole } from '../../src/operators/role.ts'
import { samplePermission, sampleRole } from './role-samples.ts'

const NOW = 1_795_378_800_000
const MAKE = 'POST+/api/tenants/[tenant_id]/roles'
const ROLES = '/api/tenants/[tenant_id]/roles'
const TOKENS = '/api/tenants/[tenant_id]/operators/[operator_id]/authtokens'
const HIS = '/api/tenants/[tenant_id]/operators/17321000123450017/authtokens'
const ANOTHERS = '/api/tenants/[tenant_id]/operators/17321000123450018/authtokens'
const TENANT = 'PUT+/api/tenants/[tenant_id]'

type Roles = readonly [roles: readonly string[], custom?: Partial<CustomRole>]

const custom = (parts: Partial<CustomPermission>): Partial<CustomRole> => ({
  customPermissions: [samplePermission({ value: ROLES, ...parts })],
})
const between = (from: number, to: number, parts: Partial<CustomPermission> = {}) =>
  custom({ allowedAfterMs: NOW + from, allowedBeforeMs: NOW + to, ...parts })

const cases: readonly (readonly [title: string, held: Roles, given: Roles, isCovered: boolean])[] = [
  ['a super gives everything', [['tenant_super']], [['tenant_super']], true],
  ['nobody less gives a super', [['tenant_iam_admin']], [['tenant_super']], false],
  [
    'whoever administers identities gives the other administrators',
    [['tenant_iam_admin']],
    [['tenant_network_admin', 'tenant_security_admin', 'tenant_viewonly']],
    true,
  ],
  ['who may only look gives what looks', [['tenant_viewonly']], [['tenant_viewonly']], true],
  ['and nothing more', [['tenant_viewonly']], [['tenant_network_admin']], false],
  ['nothing is given by everybody', [[]], [[]], true],
  ['a role that grants nothing here is given by nobody who has it not', [[]], [['guest']], false],
  ['networks do not give their security', [['tenant_network_admin']], [['tenant_security_admin']], false],
  ['nor does that give networks', [['tenant_security_admin']], [['tenant_network_admin']], false],
  [
    'within a custom role neither',
    [['tenant_network_admin']],
    [[], { roles: ['tenant_security_admin'] }],
    false,
  ],
  ['a custom role gives what it is made of', [[], { roles: ['tenant_super'] }], [['tenant_iam_admin']], true],
  [
    'and not while it is switched off',
    [[], { roles: ['tenant_super'], isDisabled: true }],
    [['guest']],
    false,
  ],
  ['a super makes no root', [['tenant_super']], [['tenant_root']], false],
  ['a root gives everything', [['tenant_root']], [['tenant_super']], true],
  ['a permission of his own', [[], { permissions: [ROLES] }], [[], { permissions: [MAKE] }], true],
  ['one method gives no other', [[], { permissions: [MAKE] }], [[], { permissions: [ROLES] }], false],
  ['all of them give the one', [[], { permissions: [TOKENS] }], [[], { permissions: [HIS] }], true],
  ['the one does not give all', [[], { permissions: [HIS] }], [[], { permissions: [TOKENS] }], false],
  ['nor another', [[], { permissions: [HIS] }], [[], { permissions: [ANOTHERS] }], false],
  [
    'what is denied is not given',
    [['tenant_super'], { disallowPermissions: [MAKE] }],
    [['tenant_super']],
    false,
  ],
  [
    'but with the same denial',
    [['tenant_super'], { disallowPermissions: [MAKE] }],
    [['tenant_super'], { disallowPermissions: [MAKE] }],
    true,
  ],
  [
    'or a wider one',
    [['tenant_super'], { disallowPermissions: [MAKE] }],
    [['tenant_super'], { disallowPermissions: [ROLES] }],
    true,
  ],
  [
    'and not with a narrower one',
    [['tenant_super'], { disallowPermissions: [TOKENS] }],
    [['tenant_super'], { disallowPermissions: [HIS] }],
    false,
  ],
  [
    'what a denial takes away again need not be had',
    [['tenant_network_admin']],
    [['tenant_network_admin'], { permissions: [ROLES], disallowPermissions: [MAKE] }],
    true,
  ],
  [
    'but for a role, which has its name still',
    [['tenant_iam_admin']],
    [
      ['tenant_super'],
      { disallowPermissions: ['PUT+/api/tenants/[tenant_id]', 'PATCH+/api/tenants/[tenant_id]'] },
    ],
    false,
  ],
  [
    'a denial that is switched off takes nothing away',
    [['tenant_iam_admin']],
    [['tenant_super'], { disallowPermissions: ['/api/tenants/[tenant_id]'], isDisabled: true }],
    false,
  ],
  [
    'what is switched off counts as given',
    [['tenant_viewonly']],
    [[], { permissions: [MAKE], isDisabled: true }],
    false,
  ],
  ['and a permission that is', [['tenant_viewonly']], [[], custom({ isDisabled: true })], false],
  ['and not as held', [[], { permissions: [MAKE], isDisabled: true }], [[], { permissions: [MAKE] }], false],
  ['a window gives a window inside it', [[], between(-9, 9)], [[], between(-5, 5)], true],
  ['and no longer one', [[], between(-9, 9)], [[], between(-9, 10)], false],
  ['nor anything for ever', [[], between(-9, 9)], [[], { permissions: [ROLES] }], false],
  ['what is for ever gives any window', [[], { permissions: [ROLES] }], [[], between(3, 9)], true],
  ['a window that has shut gives nothing away', [[]], [[], between(-9, 0)], true],
  ['one that will open does', [[]], [[], between(5, 9)], false],
  [
    'a denial to come is in the way of what is for ever',
    [['tenant_super'], between(5, 9, { isDisallowed: true })],
    [['tenant_super']],
    false,
  ],
  [
    'a denial that is over is not',
    [['tenant_super'], between(-9, 0, { isDisallowed: true })],
    [['tenant_super']],
    true,
  ],
  ['one region gives no other', [[], custom({ region: 'us' })], [[], custom({ region: 'eu' })], false],
  ['nor all of them', [[], custom({ region: 'us' })], [[], { permissions: [ROLES] }], false],
  ['all regions give the one', [[], { permissions: [ROLES] }], [[], custom({ region: 'eu' })], true],
]

describe('who gives what he has', () => {
  test.each(cases)('%s', (_, [heldRoles, heldCustom], [givenRoles, givenCustom], isCovered) => {
    const held = compileRights(heldRoles, [sampleRole(heldCustom)])
    const given = compileGrant(givenRoles, [sampleRole(givenCustom)])
    expect(covers(held, given, NOW)).toBe(isCovered)
  })
})

describe('a role that denies less gives what it denied', () => {
  const denying = sampleRole({ disallowPermissions: [TENANT, MAKE] })
  test.each<[string, Partial<CustomRole>, isCovered: boolean]>([
    ['while it denies the same', { disallowPermissions: [MAKE, TENANT] }, true],
    ['when it denies more', { disallowPermissions: [MAKE, '/api/tenants/[tenant_id]'] }, true],
    ['what the caller may is his to give', { disallowPermissions: [TENANT] }, true],
    ['what he may not is not', { disallowPermissions: [MAKE] }, false],
    ['nor when the role is switched off', { disallowPermissions: [TENANT, MAKE], isDisabled: true }, false],
  ])('%s', (_, after, isCovered) => {
    const caller = compileRights(['tenant_iam_admin'], [])
    expect(covers(caller, liftedDenials(denying, sampleRole(after), NOW), NOW)).toBe(isCovered)
  })

  test('whoever is denied it himself cannot lift it', () => {
    const caller = compileRights(['tenant_super'], [denying])
    expect(covers(caller, liftedDenials(denying, sampleRole(), NOW), NOW)).toBe(false)
  })

  test('a denial that is over lifts nothing', () => {
    const over = sampleRole(between(-9, 0, { isDisallowed: true }))
    expect(covers(compileRights([], []), liftedDenials(over, sampleRole(), NOW), NOW)).toBe(true)
  })
})
