import { beforeAll, describe, expect, test } from 'bun:test'
import type { SdwanCode } from '../../src/dialects/sdwan/codes.ts'
import type { Version } from '../../src/dialects/sdwan/route.ts'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import {
  type FieldFault,
  type Given,
  givenPeople,
  legacy,
  made,
  newOperator,
  NO_ID,
  type Provoke,
  times,
  unified,
} from './resources.ts'
import { onEachDatabase, type Person } from './world.ts'

const VERSIONS = Array.from({ length: 14 }, (_, minor) => `v2.${minor}` as Version)

type Method = 'GET' | 'PUT' | 'PATCH'

/** What is published of each operation. */
const PUBLISHED: Readonly<Record<Method, readonly SdwanCode[]>> = {
  GET: ['TENANT_INVALID_CLIENT_ID', 'ESP_INVALID_CLIENT_DATA'],
  PATCH: [
    'TENANT_INVALID_CLIENT_ID',
    'ESP_INVALID_CLIENT_DATA',
    'OPERATOR_INVALID_ETAG',
    'TENANT_PASSWORD_AGING_PREVENT_LOCKOUT',
  ],
  PUT: [
    'TENANT_INVALID_CLIENT_ID',
    'ESP_INVALID_CLIENT_DATA',
    'OPERATOR_INVALID_ETAG',
    'TENANT_PASSWORD_AGING_PREVENT_LOCKOUT',
    'TENANT_INVALID_CANONICAL_NAME_CHANGE',
  ],
}

const NEVER: Partial<Record<SdwanCode, string>> = {
  ESP_INVALID_CLIENT_DATA: 'no tenant is a client of another one',
}

const aging = { password_policy: { enable_password_aging: true, password_aging_days: 0 } }

function provokersOf(method: Method): Partial<Record<SdwanCode, Provoke>> {
  const sending =
    (fields: object): Provoke =>
    async ({ admin }, version) => {
      const path = legacy(admin, version, '')
      const { json } = await admin.ask('GET', path)
      return admin.ask(method, path, { body: { ...json, ...fields } })
    }
  return {
    TENANT_INVALID_CLIENT_ID: ({ admin, other }, version) =>
      admin.ask(
        method,
        legacy(other, version, ''),
        method === 'GET' ? {} : { body: { name: 'x', _etag: 1 } },
      ),
    OPERATOR_INVALID_ETAG: sending({ _etag: 9999 }),
    TENANT_PASSWORD_AGING_PREVENT_LOCKOUT: sending(aging),
    TENANT_INVALID_CANONICAL_NAME_CHANGE: async (given, version) => {
      await sending({ canonical_name: 'first' })(given, version)
      return sending({ canonical_name: 'second' })(given, version)
    },
  }
}

const PROVOKE: Readonly<Record<Method, Partial<Record<SdwanCode, Provoke>>>> = {
  GET: provokersOf('GET'),
  PUT: provokersOf('PUT'),
  PATCH: provokersOf('PATCH'),
}

const CASES = (['GET', 'PUT', 'PATCH'] as const).flatMap((method) =>
  (['v2.0', 'v2.12', 'v2.13'] as const).flatMap((version) =>
    PUBLISHED[method]
      .filter((code) => NEVER[code] === undefined)
      .map((code) => [method, version, code] as const),
  ),
)

const TENANT_FAULTS: readonly FieldFault[] = [
  ['name', 'of 513 characters', 'x'.repeat(513), 'TENANT_INVALID_NAME'],
  ['name', 'a number', 5, 'TENANT_INVALID_NAME'],
  ['canonical_name', 'empty', '', 'TENANT_INVALID_CANONICAL_NAME'],
  ['canonical_name', 'of 129 characters', 'x'.repeat(129), 'TENANT_INVALID_CANONICAL_NAME'],
  ['canonical_name', 'with a space', 'a b', 'TENANT_INVALID_CANONICAL_NAME'],
  ['description', 'of 1025 characters', 'x'.repeat(1025), 'TENANT_INVALID_DESCRIPTION'],
  ['tsg_id', 'of 33 digits', '1'.repeat(33), 'TENANT_INVALID_TSG_ID'],
  ['tsg_id', 'with letters', 'abc', 'TENANT_INVALID_TSG_ID'],
  ['tenant_id', 'of 21 digits', '1'.repeat(21), 'TENANT_ID_INVALID_0001'],
  ['tenant_id', 'of another tenant', '1092', 'TENANT_INVALID_CLIENT_ID'],
  ['address', 'a text', 'Ulm', 'BAD_REQUEST'],
  ['address', 'with a part of 101 characters', { city: 'x'.repeat(101) }, 'BAD_REQUEST'],
  ['ipv4_list', 'with a name', [{ ipv4: 'localhost' }], 'INVALID_IPV4_0001'],
  ['phone_numbers', 'of 21 elements', times(21, { number: '1' }), 'OPERATOR_INVALID_PHONE_LIST_SIZE'],
  ['password_policy', 'a list', [], 'BAD_REQUEST'],
  ['password_policy', 'with a switch that is a number', { enable_password_aging: 1 }, 'BAD_REQUEST'],
  ['password_policy', 'with a count below nothing', { password_aging_days: -1 }, 'BAD_REQUEST'],
]

onEachDatabase((world) => {
  let given: Given
  let admin: Person
  beforeAll(async () => {
    given = await givenPeople(world())
    ;({ admin } = given)
  })

  const expectRefused = (answer: SdwanAnswer, code: SdwanCode): void =>
    expect([answer.codes, answer.status]).toEqual([[code], 400])

  describe('a tenant', () => {
    test.each(CASES)('%s %s refuses with %s', async (method, version, code) => {
      const provoke = PROVOKE[method][code]
      if (provoke === undefined) throw new Error(`nothing provokes ${code}`)
      expectRefused(await provoke(given, version), code)
    })

    test.each(TENANT_FAULTS)(
      'a tenant whose %s is %s is refused with its code',
      async (field, _, value, code) => {
        const path = legacy(admin, 'v2.12', '')
        const { json } = await admin.ask('GET', path)
        expectRefused(await admin.ask('PATCH', path, { body: { [field]: value } }), code)
        const answer = await admin.ask('PUT', unified('v2.12', ''), { body: { ...json, [field]: value } })
        expectRefused(answer, code)
      },
    )

    test.each(VERSIONS)('the tenant of %s has what real clients read of it', async (version) => {
      for (const path of [legacy(admin, version, ''), `/sdwan/${version}/api`, `/sdwan/${version}/api/`]) {
        const { status, json } = await admin.ask('GET', path)
        expect(status).toBe(200)
        expect(json).toMatchObject({ id: admin.tenant, is_esp: false, telemetry_region: null, clients: [] })
        expect(typeof json['name']).toBe('string')
        expect('is_native_prisma_enabled' in json).toBe(version === 'v2.13')
      }
    })

    test('an address is none or whole, however little of it was sent', async () => {
      const { other } = given
      const path = legacy(other, 'v2.12', '')
      expect((await other.ask('GET', path)).json['address']).toBe(null)
      const { json } = await other.ask('PATCH', path, { body: { address: { city: 'Ulm', street: null } } })
      const whole = {
        street: null,
        street2: null,
        city: 'Ulm',
        state: null,
        post_code: null,
        country: null,
      }
      expect(json['address']).toEqual(whole)
      expect((await other.ask('GET', path)).json['address']).toEqual(whole)
      expect((await other.ask('PATCH', path, { body: { address: null } })).json['address']).toBe(null)
    })

    test('a tenant that was read whole is taken back whole, and what cannot be set stays', async () => {
      const { other } = given
      const path = unified('v2.13', '')
      await other.ask('PATCH', path, { body: { description: 'kept', tsg_id: '12' } })
      const before = (await other.ask('GET', path)).json
      const body = { ...before, name: 'Renamed', is_esp: true, telemetry_region: 'us', region: 'us' }
      const after = (await other.ask('PUT', path, { body })).json
      expect(after).toMatchObject({
        name: 'Renamed',
        description: 'kept',
        tsg_id: '12',
        is_esp: false,
        telemetry_region: null,
        region: before['region'],
        password_policy: before['password_policy'],
        _etag: Number(before['_etag']) + 1,
      })
      expectRefused(await other.ask('PUT', path, { body: before }), 'OPERATOR_INVALID_ETAG')
      const { _etag: _, ...without } = after
      expectRefused(await other.ask('PUT', path, { body: without }), 'OPERATOR_INVALID_ETAG')
    })

    test('rules for passwords change one by one, and hold from then on', async () => {
      const { other } = given
      const policy = { enable_two_numbers: true, minimum_password_length: 12 }
      const path = legacy(other, 'v2.12', '')
      const { json } = await other.ask('PATCH', path, { body: { password_policy: policy } })
      expect(json['password_policy']).toMatchObject({ ...policy, enable_minimum_password_length: true })
      const linked = (provider_value: string) => ({
        linked_accounts: [{ provider_key: 'password', provider_value }],
      })
      for (const password of ['without a digit', 'short 12']) {
        const answer = await other.ask('POST', legacy(other, 'v2.2', '/operators'), {
          body: newOperator(linked(password)),
        })
        expectRefused(answer, 'BAD_REQUEST')
      }
      await made(other, '/operators', newOperator(linked('with a 1 and a 2')))
    })

    test('who may only read is shown the tenant, and changes nothing of it', async () => {
      const { viewer } = given
      const path = legacy(viewer, 'v2.12', '')
      expect((await viewer.ask('GET', path)).status).toBe(200)
      const refused = await viewer.ask('PATCH', path, { body: { name: 'Mine' } })
      expect([refused.status, refused.codes]).toEqual([403, ['NOT_PERMITTED']])
    })
  })

  describe('clients of a tenant', () => {
    test('are none, and nobody changes over to one', async () => {
      const none = { count: 0, items: [] }
      expect((await admin.ask('GET', legacy(admin, 'v2.1', '/clients'))).json).toMatchObject(none)
      const permissions = `/operators/${admin.id}/clients/permissions`
      expect((await admin.ask('GET', legacy(admin, 'v2.0', permissions))).json).toMatchObject(none)
      expect((await admin.ask('GET', unified('v2.0', permissions))).json).toMatchObject(none)
      const { text } = await admin.newToken()
      for (const who of [admin.token, text]) {
        for (const path of [`/clients/${NO_ID}/login`, '/logout']) {
          const answer = await askSdwan(world().url, who, 'POST', legacy(admin, 'v2.0', path), { body: {} })
          expectRefused(answer, 'ESP_INVALID_CLIENT_DATA')
        }
      }
    })
  })
})
