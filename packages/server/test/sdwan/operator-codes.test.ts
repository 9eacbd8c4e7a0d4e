import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { SdwanCode } from '../../src/dialects/sdwan/codes.ts'
import type { Version } from '../../src/dialects/sdwan/route.ts'
import type { SdwanAnswer, SdwanBody } from '../../testing/sdwan-client.ts'
import { startNode } from '../../testing/start-node.ts'
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
  type Provoke,
  times,
  unified,
} from './resources.ts'
import { unique, v1 } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person, type World, worldOf } from './world.ts'

const WRITES = [
  'BAD_REQUEST',
  'OPERATOR_INVALID_OPERATOR_EMAIL',
  'OPERATOR_INVALID_SIGNUP_ROLE',
  'OPERATOR_INVALID_SUBJECT_TENANT_ID',
  'OPERATOR_INVALID_OPERATOR_MULTIPLE_SYSTEM_ROLE',
  'OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE',
  'OPERATOR_CAN_NOT_ASSIGN_SYSTEM_GENERATED_CUSTOM_ROLE',
  'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS',
] as const satisfies readonly SdwanCode[]

const CHANGES = [...WRITES, 'OPERATOR_INVALID_OPERATOR_ID', 'OPERATOR_INVALID_ETAG'] as const
const TODAY = ['v2.1', 'v2.2'] as const
const ALL = ['v2.0', ...TODAY] as const

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What is published of each operation. */
const PUBLISHED: readonly (readonly [Method, readonly Version[], readonly SdwanCode[]])[] = [
  ['POST', ALL, [...WRITES, 'SESSION_SUBJECT_NOT_FOUND']],
  ['PUT', ALL, CHANGES],
  ['PATCH', ALL, CHANGES],
  ['DELETE', TODAY, ['OPERATOR_INVALID_SIGNUP_ROLE', 'OPERATOR_DELETE_INVALID_ROLE_SYSTEM']],
  ['DELETE', ['v2.0'], ['OPERATOR_INSUFFICIENT_OPERATOR_PERMISSIONS']],
]

/** Not by one request alone. */
const ELSEWHERE: Partial<Record<SdwanCode, string>> = {
  SESSION_SUBJECT_NOT_FOUND: 'see below, for who is gone while a password is hashed',
  OPERATOR_CAN_NOT_ASSIGN_SYSTEM_GENERATED_CUSTOM_ROLE: 'see what only the installation makes',
}

/** One who may be changed by whoever administers operators. */
function target(who: Person): Promise<SdwanBody> {
  return made(who, '/operators', newOperator({ roles: [{ name: 'tenant_viewonly' }] }))
}

/** Sends what would succeed but for these fields: to make an operator, or to change one. */
function sending(method: Method, fields: object, by: keyof Given = 'admin', ofWhom?: keyof Given): Provoke {
  return async (given, version) => {
    const who = given[by] as Person
    if (method === 'POST') {
      return who.ask(method, legacy(who, version, '/operators'), { body: newOperator(fields) })
    }
    const changed = ofWhom === undefined ? await target(given.admin) : await read(given[ofWhom] as Person)
    return who.ask(method, legacy(who, version, `/operators/${changed.id}`), {
      body: { ...changed, ...fields },
    })
  }
}

async function read(who: Person): Promise<SdwanBody> {
  return (await who.ask('GET', legacy(who, 'v2.2', `/operators/${who.id}`))).json
}

function provokers(method: Exclude<Method, 'DELETE'>): Partial<Record<SdwanCode, Provoke>> {
  const isNew = method === 'POST'
  return {
    BAD_REQUEST: sending(method, { disabled: 'no' }),
    OPERATOR_INVALID_OPERATOR_EMAIL: (given, version) =>
      sending(method, { email: given.viewer.email.toUpperCase() })(given, version),
    OPERATOR_INVALID_SIGNUP_ROLE: sending(method, { roles: [{ name: 'tenant_super' }] }, 'iam'),
    OPERATOR_INVALID_SUBJECT_TENANT_ID: async ({ admin, other }, version) => {
      const path = isNew ? '/operators' : `/operators/${admin.id}`
      return admin.ask(method, legacy(other, version, path), { body: newOperator({ _etag: 1 }) })
    },
    OPERATOR_INVALID_OPERATOR_MULTIPLE_SYSTEM_ROLE: sending(method, {
      roles: [{ name: 'tenant_super' }, { name: 'tenant_viewonly' }],
    }),
    OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE: sending(method, { roles: [{ name: 'support_root' }] }),
    OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS: sending(method, isNew ? { id: NO_ID } : { id: NO_ID }),
    OPERATOR_INVALID_OPERATOR_ID: async ({ admin }, version) =>
      admin.ask(method, legacy(admin, version, `/operators/${NO_ID}`), { body: newOperator({ _etag: 1 }) }),
    OPERATOR_INVALID_ETAG: sending(method, { _etag: 99 }),
  }
}

/** Nobody administers whoever may more than he. */
const deletingSuper: Provoke = ({ admin, iam }, version) =>
  iam.ask('DELETE', legacy(iam, version, `/operators/${admin.id}`))

const PROVOKE: Readonly<Record<Method, Partial<Record<SdwanCode, Provoke>>>> = {
  POST: provokers('POST'),
  PUT: provokers('PUT'),
  PATCH: provokers('PATCH'),
  DELETE: {
    OPERATOR_INVALID_SIGNUP_ROLE: deletingSuper,
    OPERATOR_INSUFFICIENT_OPERATOR_PERMISSIONS: deletingSuper,
    OPERATOR_DELETE_INVALID_ROLE_SYSTEM: ({ other }, version) =>
      other.ask('DELETE', legacy(other, version, `/operators/${other.id}`)),
  },
}

const CASES = PUBLISHED.flatMap(([method, versions, codes]) =>
  versions.flatMap((version) =>
    codes.filter((code) => ELSEWHERE[code] === undefined).map((code) => [method, version, code] as const),
  ),
)

/** By the length of its limit and one more, and by what it is not. */
const FIELD_FAULTS: readonly FieldFault[] = [
  ['email', 'missing', undefined, 'OPERATOR_EMAIL_INVALID'],
  ['email', 'empty', '', 'OPERATOR_EMAIL_INVALID'],
  ['email', 'without an at sign', 'ops.example.org', 'OPERATOR_EMAIL_INVALID'],
  ['email', 'of 1001 characters', `${'a'.repeat(989)}@example.org`, 'OPERATOR_EMAIL_INVALID'],
  ['email', 'a number', 5, 'OPERATOR_EMAIL_INVALID'],
  ['first_name', 'missing', undefined, 'OPERATOR_FNAME_INVALID'],
  ['first_name', 'empty', '', 'OPERATOR_FNAME_INVALID'],
  ['first_name', 'of 101 characters', 'a'.repeat(101), 'OPERATOR_FNAME_INVALID'],
  ['first_name', 'a list', ['Ops'], 'OPERATOR_FNAME_INVALID'],
  ['last_name', 'of 101 characters', 'a'.repeat(101), 'OPERATOR_LNAME_INVALID'],
  ['last_name', 'a number', 1, 'OPERATOR_LNAME_INVALID'],
  ['linked_accounts', 'missing', undefined, 'OPERATOR_INVALID_LINKED_ACCOUNTS_SIZE'],
  ['linked_accounts', 'empty', [], 'OPERATOR_INVALID_LINKED_ACCOUNTS_SIZE'],
  [
    'linked_accounts',
    'of 21 elements',
    times(21, { provider_key: 'password' }),
    'OPERATOR_INVALID_LINKED_ACCOUNTS_SIZE',
  ],
  ['linked_accounts', 'of another provider', [{ provider_key: 'google' }], 'LINKED_ACCOUNT_PROVIDER_KEY'],
  ['linked_accounts', 'without a provider', [{}], 'LINKED_ACCOUNT_PROVIDER_KEY'],
  ['linked_accounts', 'of texts', ['password'], 'BAD_REQUEST'],
  [
    'linked_accounts',
    'with a password of 1001 characters',
    [{ provider_key: 'password', provider_value: 'x'.repeat(1001) }],
    'BAD_REQUEST',
  ],
  ['tenant_id', 'of 21 digits', '1'.repeat(21), 'TENANT_ID_INVALID_0001'],
  ['tenant_id', 'with a fraction', '10.92', 'TENANT_ID_INVALID_0001'],
  ['tenant_id', 'a number', 1092, 'TENANT_ID_INVALID_0001'],
  ['roles', 'of 8 elements', times(8, { name: 'tenant_viewonly' }), 'OPERATOR_INVALID_ROLE_LIST_SIZE'],
  ['roles', 'an object', { name: 'tenant_viewonly' }, 'OPERATOR_INVALID_ROLE_LIST_SIZE'],
  ['roles', 'with an unknown name', [{ name: 'emperor' }], 'AUTH_ROLE_INVALID'],
  ['roles', 'with more than a name', [{ name: 'tenant_viewonly_too' }], 'AUTH_ROLE_INVALID'],
  ['roles', 'without a name', [{}], 'AUTH_ROLE_INVALID'],
  ['roles', 'of texts', ['tenant_viewonly'], 'BAD_REQUEST'],
  [
    'custom_roles',
    'of 101 elements',
    times(101, { name: 'a_role' }),
    'OPERATOR_INVALID_CUSTOM_ROLES_LIST_SIZE',
  ],
  ['custom_roles', 'with a role that is not there', [{ name: 'nobodys_role' }], 'AUTH_ROLE_INVALID'],
  ['custom_roles', 'with neither id nor name', [{ name: ' ' }], 'AUTH_ROLE_INVALID'],
  [
    'custom_roles',
    'with 8 system roles',
    [{ name: 'a_role', roles: times(8, { name: 'tenant_viewonly' }) }],
    'AUTH_ROLE_INVALID_ROLE_LIST_SIZE',
  ],
  [
    'custom_roles',
    'with 101 permissions',
    [{ name: 'a_role', permissions: times(101, { value: 'x' }) }],
    'AUTH_ROLE_INVALID_PERMISSION_LIST_SIZE',
  ],
  [
    'custom_roles',
    'with 101 disallowed permissions',
    [{ name: 'a_role', disallow_permissions: times(101, { value: 'x' }) }],
    'AUTH_ROLE_INVALID_DISALLOW_PERMISSION_LIST_SIZE',
  ],
  [
    'custom_roles',
    'with 101 custom permissions',
    [{ name: 'a_role', custom_permissions: times(101, { value: 'x' }) }],
    'AUTH_ROLE_INVALID_CUSTOM_PERMISSIONS_SIZE',
  ],
  [
    'custom_roles',
    'with a permission of 501 characters',
    [{ name: 'a_role', permissions: [{ value: 'x'.repeat(501) }] }],
    'PERMISSION_INVALID_0001',
  ],
  [
    'custom_roles',
    'with a dot in a custom permission',
    [{ name: 'a_role', custom_permissions: [{ value: '/v2.1/api' }] }],
    'INVALID_PERMISSION_VALUE',
  ],
  ['ipv4_list', 'of 101 elements', times(101, { ipv4: '10.0.0.1' }), 'OPERATOR_IPV4_INVALID'],
  ['ipv4_list', 'with a name', [{ ipv4: 'localhost' }], 'INVALID_IPV4_0001'],
  ['ipv4_list', 'with an address that is none', [{ ipv4: '10.0.0.256' }], 'INVALID_IPV4_0001'],
  ['ipv4_list', 'with a prefix that is none', [{ ipv4: '10.0.0.0/33' }], 'INVALID_IPV4_0001'],
  ['ipv4_list', 'with five parts', [{ ipv4: '10.0.0.0.1' }], 'INVALID_IPV4_0001'],
  ['ipv4_list', 'with a text', ['10.0.0.1'], 'BAD_REQUEST'],
  ['enable_session_ip_lock', 'a text', 'true', 'BAD_REQUEST'],
  ['phone_numbers', 'of 21 elements', times(21, { number: '1' }), 'OPERATOR_INVALID_PHONE_LIST_SIZE'],
  ['phone_numbers', 'with a long number', [{ number: '1'.repeat(101) }], 'BAD_REQUEST'],
  ['addresses', 'of 21 elements', times(21, { city: 'Ulm' }), 'OPERATOR_INVALID_ADDRESS_LIST_SIZE'],
  ['addresses', 'with a part of 101 characters', [{ city: 'a'.repeat(101) }], 'BAD_REQUEST'],
  ['secondary_emails', 'of 21 elements', times(21, { email: 'a@b.c' }), 'OPERATOR_EMAIL_LIST_INVALID'],
  ['secondary_emails', 'with none that is one', [{ email: 'ops' }], 'EMAIL_INVALID_0001'],
  [
    'secondary_emails',
    'with one of 1001 characters',
    [{ email: `${'a'.repeat(997)}@b.c` }],
    'EMAIL_INVALID_0002',
  ],
  ['settings', 'of 100001 characters', 'x'.repeat(100_001), 'OPERATOR_INVALID_SETTINGS_SIZE'],
  ['settings', 'an object', {}, 'OPERATOR_INVALID_SETTINGS_SIZE'],
  ['disabled', 'a text', 'false', 'BAD_REQUEST'],
  ['disabled_reason', 'of 5001 characters', 'x'.repeat(5001), 'DISABLED_REASON_INVALID_0001'],
  ['inactive_reason', 'of 5001 characters', 'x'.repeat(5001), 'INACTIVE_REASON_INVALID_0001'],
  ['email_iam', 'without an at sign', 'ops', 'OPERATOR_EMAIL_IAM_INVALID'],
  ['disable_idp_login', 'a number', 1, 'BAD_REQUEST'],
]

/** What a newcomer cannot be. */
const READ_ONLY_FIELDS: readonly (readonly [string, unknown])[] = [
  ['id', NO_ID],
  ['is_system_owned', true],
  ['is_locked', true],
  ['inactive', true],
  ['last_login', '2026-11-22T09:30:00Z'],
]

function expectRefused(answer: SdwanAnswer, code: SdwanCode): void {
  expect([answer.codes, answer.status]).toEqual([[code], 400])
}

onEachDatabase((world) => {
  let given: Given
  beforeAll(async () => {
    given = await givenPeople(world())
  })

  describe('operators', () => {
    test.each(CASES)('%s %s refuses with %s', async (method, version, code) => {
      const provoke = PROVOKE[method][code]
      if (provoke === undefined) throw new Error(`nothing provokes ${code}`)
      expectRefused(await provoke(given, version), code)
    })

    test.each(FIELD_FAULTS)('POST refuses %s that is %s with its code', async (field, _, value, code) => {
      const body = newOperator({ [field]: value })
      expectRefused(await given.admin.ask('POST', legacy(given.admin, 'v2.2', '/operators'), { body }), code)
    })

    test.each(FIELD_FAULTS.filter(([, , value]) => value !== undefined))(
      'PATCH refuses %s that is %s with its code',
      async (field, _, value, code) => {
        const path = unified('v2.2', `/operators/${given.admin.id}`)
        expectRefused(await given.admin.ask('PATCH', path, { body: { [field]: value } }), code)
      },
    )

    test.each(READ_ONLY_FIELDS)('POST refuses %s, which only the server sets', async (field, value) => {
      const body = newOperator({ [field]: value })
      const answer = await given.admin.ask('POST', unified('v2.1', '/operators'), { body })
      expectRefused(answer, 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS')
    })

    test.each(['PUT', 'PATCH'])('%s refuses another value of what only the server sets', async (method) => {
      const { admin } = given
      const path = legacy(admin, 'v2.2', `/operators/${admin.id}`)
      const { json } = await admin.ask('GET', path)
      for (const other of [
        { id: NO_ID },
        { is_system_owned: true },
        { inactive: true },
        { inactive: 'no' },
      ]) {
        const answer = await admin.ask(method, path, { body: { ...json, ...other } })
        expectRefused(answer, 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS')
      }
    })

    test('POST and PUT tell everything that is wrong with a body at once', async () => {
      const body = { email: 'x', last_name: 5, roles: [{ name: 'emperor' }, {}], _etag: 1 }
      const wrong: readonly SdwanCode[] = [
        'OPERATOR_EMAIL_INVALID',
        'OPERATOR_FNAME_INVALID',
        'OPERATOR_INVALID_LINKED_ACCOUNTS_SIZE',
        'OPERATOR_LNAME_INVALID',
        'AUTH_ROLE_INVALID',
        'AUTH_ROLE_INVALID',
      ]
      const { admin } = given
      expect((await admin.ask('POST', legacy(admin, 'v2.2', '/operators'), { body })).codes).toEqual(wrong)
      const one = legacy(admin, 'v2.2', `/operators/${admin.id}`)
      expect((await admin.ask('PUT', one, { body })).codes).toEqual(wrong)
    })

    test.each([undefined, null, 0, -1, 1.5, '1', 2 ** 60])(
      'PUT with %p for an _etag is refused as one with another',
      async (_etag) => {
        const body = { ...(await target(given.admin)), _etag }
        const path = legacy(given.admin, 'v2.2', `/operators/${body.id}`)
        expectRefused(await given.admin.ask('PUT', path, { body }), 'OPERATOR_INVALID_ETAG')
      },
    )

    test('POST does not look at _etag', async () => {
      for (const path of ['/operators', '/roles', '/permissions'] as const) {
        const body = { '/operators': newOperator, '/roles': newRole, '/permissions': newPermission }[path]
        await made(given.admin, path, body({ _etag: 'whatever' }))
      }
    })

    test('a tenant in the body that is not the path’s is refused', async () => {
      for (const method of ['POST', 'PATCH'] as const) {
        const answer = await sending(method, { tenant_id: given.other.tenant })(given, 'v2.2')
        expectRefused(answer, 'OPERATOR_INVALID_SUBJECT_TENANT_ID')
      }
    })

    test('nobody changes whoever may more than he, and nobody makes himself more than he is', async () => {
      const { iam, admin } = given
      for (const [id, fields] of [
        [admin.id, { first_name: 'Mine' }],
        [admin.id, { linked_accounts: [{ provider_key: 'password', provider_value: 'taken over' }] }],
        [iam.id, { roles: [{ name: 'tenant_super' }] }],
      ] as const) {
        const answer = await iam.ask('PATCH', legacy(iam, 'v2.2', `/operators/${id}`), { body: fields })
        expectRefused(answer, 'OPERATOR_INVALID_SIGNUP_ROLE')
      }
    })

    test('the last who may do everything is neither demoted nor disabled', async () => {
      const { other } = given
      const path = legacy(other, 'v2.2', `/operators/${other.id}`)
      for (const body of [{ roles: [{ name: 'tenant_viewonly' }] }, { disabled: true }]) {
        expectRefused(await other.ask('PATCH', path, { body }), 'OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE')
      }
    })

    test('the operator that a client is can be read, and neither changed nor deleted', async () => {
      const { admin } = given
      const client = { name: unique('client'), audience: 'sdwan', roles: ['tenant_viewonly'] }
      const { clientId } = (await v1(world().url, 'admin', 'POST', '/v1/clients', client)) as ClientMade
      const { clients } = (await v1(world().url, 'admin', 'GET', '/v1/clients')) as ClientList
      const id = clients.find((one) => one.clientId === clientId)?.operatorId
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      const shown = await admin.ask('GET', path)
      expect([shown.status, shown.json['is_system_owned'], shown.json['email']]).toEqual([200, true, null])
      const change = { body: { first_name: 'Mine' } }
      expectRefused(await admin.ask('PATCH', path, change), 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS')
      expectRefused(await admin.ask('DELETE', path), 'OPERATOR_DELETE_INVALID_ROLE_SYSTEM')
    })
  })
})

describe('operators', () => {
  let world: World
  beforeAll(async () => {
    // A password costs some tenths of a second here; what happens meanwhile takes some thousandths.
    world = await worldOf(await startNode('SQLite', { argon2: { memoryCost: 65_536, timeCost: 2 } }))
  }, 30_000)
  afterAll(() => world.stop())

  test.each(ALL)(
    'POST %s refuses with SESSION_SUBJECT_NOT_FOUND who was deleted while the password was hashed',
    async (version) => {
      const { admin } = world
      const someone = await world.person('tenant_iam_admin')
      const email = `${unique('op')}@example.org`
      const linked_accounts = [{ provider_key: 'password', provider_value: 'long enough for it' }]
      const body = newOperator({ email, linked_accounts })
      const answer = someone.ask('POST', legacy(someone, version, '/operators'), { body })
      // One loop serves all connections: when these are answered, that request has been let in.
      for (let turn = 0; turn < 5; turn += 1) await admin.ask('GET', '/v2.1/api/profile')
      await admin.ask('DELETE', legacy(admin, 'v2.2', `/operators/${someone.id}`))
      expectRefused(await answer, 'SESSION_SUBJECT_NOT_FOUND')
      expect((await admin.ask('GET', legacy(admin, 'v2.2', '/operators'))).text).not.toContain(email)
    },
  )
})

interface ClientMade {
  readonly clientId: string
}

interface ClientList {
  readonly clients: readonly { readonly clientId: string; readonly operatorId: string }[]
}
