import { beforeAll, describe, expect, test } from 'bun:test'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import { unique } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

/** The four ways to one set of tokens. */
const WAYS = [
  { version: 'v2.0', isUnified: false },
  { version: 'v2.1', isUnified: false },
  { version: 'v2.0', isUnified: true },
  { version: 'v2.1', isUnified: true },
] as const
type Way = (typeof WAYS)[number]

const TEXT = /^[0-9a-f]{64}-c%3D[0-9a-f]+%26region%3D0$/
const FAR_MS = 4_102_444_800_000

onEachDatabase((world) => {
  let someone: Person
  beforeAll(async () => {
    someone = await world().person('tenant_network_admin')
  })

  const pathOf = ({ version, isUnified }: Way, { id, tenant } = someone): string =>
    isUnified
      ? `/sdwan/${version}/api/operators/${id}/authtokens`
      : `/${version}/api/tenants/${tenant}/operators/${id}/authtokens`
  const profileOf = (token: string): Promise<SdwanAnswer> =>
    askSdwan(world().url, token, 'GET', '/v2.1/api/profile')

  for (const way of WAYS) {
    const { version, isUnified } = way
    describe(`an auth token by ${version} of the ${isUnified ? 'unified' : 'legacy'} path`, () => {
      test('is shown whole where it is made, with its secret and every system field', async () => {
        const body = { roles: [{ name: 'tenant_network_admin' }], custom_roles: [], expires_utc_ms: FAR_MS }
        const before = Date.now()
        const { json, status, text } = await someone.ask('POST', pathOf(way), { body })
        expect(status).toBe(200)
        expect(json as unknown).toEqual({
          id: expect.stringMatching(/^[0-9]{17}$/),
          roles: [{ name: 'tenant_network_admin' }],
          custom_roles: [],
          expires_utc_ms: FAR_MS,
          session_key_c: expect.any(String),
          ...(version === 'v2.1' && { is_system_owned: false }),
          x_auth_token: expect.stringMatching(TEXT),
          _etag: 1,
          _schema: 1,
          _created_on_utc: expect.any(Number),
          _updated_on_utc: expect.any(Number),
          _status_code: '200',
          _request_id: expect.stringMatching(/^[0-9]{38}$/),
          _content_length: '0',
          _error: null,
          _warning: null,
          _info: null,
          _debug: null,
        })
        // Numbers that no JavaScript number holds: the text has every digit of them.
        expect(text).toContain(`"_created_on_utc":${json.id},"_updated_on_utc":${json.id},`)
        expect(Number(json.id.slice(0, 13))).toBeGreaterThanOrEqual(before)
        expect(Number(String(json['_request_id']).slice(0, 13))).toBeGreaterThanOrEqual(before)
        expect(json.x_auth_token).toContain(`-c%3D${json.session_key_c}%26`)
        await someone.ask('DELETE', `${pathOf(way)}/${json.id}`)
      })

      test('is listed, shown and deleted by every other way, without its secret', async () => {
        const made = (await someone.ask('POST', pathOf(way), { body: {} })).json
        for (const other of WAYS) {
          const shown = (await someone.ask('GET', `${pathOf(other)}/${made.id}`)).json
          expect(shown).toMatchObject({
            id: made.id,
            session_key_c: made.session_key_c,
            x_auth_token: null as never,
          })
          expect(Object.hasOwn(shown, 'is_system_owned')).toBe(other.version === 'v2.1')
          const list = (await someone.ask('GET', pathOf(other))).json
          expect(list.items.map(({ id }) => id)).toEqual([made.id])
          expect(list).toMatchObject({
            count: 1,
            _etag: 0,
            _schema: 0,
            _created_on_utc: 0,
            _updated_on_utc: 0,
          })
          expect(Object.hasOwn(list, 'tenant_id')).toBe(!other.isUnified)
        }
        const last = WAYS[(WAYS.indexOf(way) + 1) % WAYS.length] ?? way
        expect((await profileOf(made.x_auth_token)).status).toBe(200)
        const deleted = await someone.ask('DELETE', `${pathOf(last)}/${made.id}`)
        expect(deleted.json).toMatchObject({ id: made.id, x_auth_token: null as never, _status_code: '200' })
        expect((await profileOf(made.x_auth_token)).codes).toEqual(['NOT_AUTHENTICATED'])
        for (const method of ['GET', 'DELETE'])
          expect((await someone.ask(method, `${pathOf(way)}/${made.id}`)).codes).toEqual([
            'RESOURCE_NOT_FOUND',
          ])
      })
    })
  }

  describe('an auth token', () => {
    const made: string[] = []
    const create = async (rawBody: string): Promise<SdwanAnswer> => {
      const answer = await someone.ask('POST', someone.tokens, { rawBody })
      if (answer.status === 200) made.push(answer.json.id)
      return answer
    }
    const clear = async (): Promise<void> => {
      for (const id of made.splice(0)) await someone.ask('DELETE', `${someone.tokens}/${id}`)
    }

    test.each([
      ['an integer', '{"expires_utc_ms":4102444800000}', FAR_MS],
      ['a fraction of integer value', '{"expires_utc_ms":4102444800000.0}', FAR_MS],
      ['a power', '{"expires_utc_ms":4.1024448e12}', FAR_MS],
      ['null', '{"expires_utc_ms":null}', null],
      ['absent', '{}', null],
      ['not there at all, nor any body', '', null],
    ])('takes an expiry that is %s', async (_, rawBody, expected) => {
      expect((await create(rawBody)).json['expires_utc_ms']).toBe(expected)
      await clear()
    })

    test('leaves aside what a client sends back of what it was shown, where that says nothing', async () => {
      const rawBody = JSON.stringify({
        id: null,
        x_auth_token: null,
        session_key_c: null,
        is_system_owned: false,
        _etag: 7,
        _schema: 1,
        _created_on_utc: 1,
        colour: 'green',
      })
      expect((await create(rawBody)).json).toMatchObject({ _etag: 1 })
      await clear()
    })

    test('has the roles of its operator where none are asked for', async () => {
      expect((await create('{"roles":[],"custom_roles":[]}')).json.roles).toEqual([
        { name: 'tenant_network_admin' },
      ])
      expect((await create('{"roles":null}')).json.roles).toEqual([{ name: 'tenant_network_admin' }])
      await clear()
    })

    test('may less than its operator, when that is asked for', async () => {
      const { json } = await create('{"roles":[{"name":"tenant_viewonly"}]}')
      const minting = await askSdwan(world().url, json.x_auth_token, 'POST', someone.tokens, { body: {} })
      expect(minting.codes).toEqual(['NOT_PERMITTED'])
      expect((await askSdwan(world().url, json.x_auth_token, 'GET', someone.tokens)).status).toBe(200)
      await clear()
    })

    test('makes others, when its roles permit it', async () => {
      const first = (await create('{}')).json
      const second = await askSdwan(world().url, first.x_auth_token, 'POST', someone.tokens, { body: {} })
      expect(second.status).toBe(200)
      made.push(second.json.id)
      await clear()
    })

    test('is made for another operator by who administers them, and by nobody else', async () => {
      const { admin } = world()
      const iam = await world().person('tenant_iam_admin')
      const viewer = await world().person('tenant_viewonly')
      expect((await admin.ask('POST', viewer.tokens, { body: {} })).status).toBe(200)
      expect((await someone.ask('POST', viewer.tokens, { body: {} })).codes).toEqual([
        'TOKEN_INVALID_SUBJECT_ID',
      ])
      expect((await someone.ask('GET', viewer.tokens)).codes).toEqual(['NOT_PERMITTED'])
      expect((await iam.ask('GET', viewer.tokens)).json.count).toBe(1)
      const [theirs] = (await iam.ask('GET', viewer.tokens)).json.items
      expect((await someone.ask('DELETE', `${viewer.tokens}/${theirs?.id}`)).codes).toEqual(['NOT_PERMITTED'])
      expect((await iam.ask('DELETE', `${viewer.tokens}/${theirs?.id}`)).status).toBe(200)
    })

    test('is not found under another operator than its own', async () => {
      const { admin } = world()
      const { id } = await someone.newToken()
      expect((await admin.ask('GET', `${admin.tokens}/${id}`)).codes).toEqual(['RESOURCE_NOT_FOUND'])
      expect((await admin.ask('DELETE', `${admin.tokens}/${id}`)).codes).toEqual(['RESOURCE_NOT_FOUND'])
      expect((await admin.ask('DELETE', `${someone.tokens}/${id}`)).status).toBe(200)
    })
  })

  describe('no token', () => {
    const role = (name: string) => ({ name })
    const tooLong = 'p'.repeat(501)
    const inRole = (fields: object) => ({ custom_roles: [{ name: 'x', ...fields }] })
    const inPermission = (fields: object) => inRole({ custom_permissions: [{ value: '/api/x', ...fields }] })

    /** What is wrong with the body; what both versions say of it. */
    const bodies: readonly (readonly [what: string, body: unknown, code: string])[] = [
      ['a body that is a list', [], 'INVALID_JSON'],
      ['a body that is a text', 'x', 'INVALID_JSON'],
      ['roles that are no list', { roles: 'tenant_super' }, 'SESSION_INVALID_ROLE_LIST_SIZE'],
      ['8 roles', { roles: Array(8).fill(role('tenant_viewonly')) }, 'SESSION_INVALID_ROLE_LIST_SIZE'],
      ['a role that is a text', { roles: ['tenant_viewonly'] }, 'BAD_REQUEST'],
      ['a role that nobody knows', { roles: [role('tenant_boss')] }, 'AUTH_ROLE_INVALID'],
      ['a role within a longer name', { roles: [role('my_tenant_super_2')] }, 'AUTH_ROLE_INVALID'],
      ['a role that has no name', { roles: [{}] }, 'AUTH_ROLE_INVALID'],
      ['a role whose name is a number', { roles: [role(7 as never)] }, 'AUTH_ROLE_INVALID'],
      ['a role whose name is empty', { roles: [role('')] }, 'AUTH_ROLE_INVALID'],
      ['custom roles that are no list', { custom_roles: {} }, 'SESSION_INVALID_CUSTOM_ROLES_LIST_SIZE'],
      [
        '101 custom roles',
        { custom_roles: Array.from({ length: 101 }, () => ({ id: '1' })) },
        'SESSION_INVALID_CUSTOM_ROLES_LIST_SIZE',
      ],
      ['a custom role without id and name', { custom_roles: [{}] }, 'AUTH_ROLE_INVALID'],
      ['a custom role that nobody has', { custom_roles: [{ id: '17953788000120044' }] }, 'AUTH_ROLE_INVALID'],
      [
        'a permission that is too long',
        inRole({ permissions: [{ value: tooLong }] }),
        'PERMISSION_INVALID_0001',
      ],
      ['a permission that is a number', inRole({ permissions: [{ value: 1 }] }), 'PERMISSION_INVALID_0001'],
      [
        'a disallowed one that is too long',
        inRole({ disallow_permissions: [{ value: tooLong }] }),
        'PERMISSION_INVALID_0001',
      ],
      ['a custom permission without value', inPermission({ value: null }), 'INVALID_PERMISSION_VALUE'],
      [
        'a custom permission with a version',
        inPermission({ value: '/v2.1/api' }),
        'INVALID_PERMISSION_VALUE',
      ],
      ['a custom permission that is too long', inPermission({ value: tooLong }), 'INVALID_PERMISSION_VALUE'],
      ['a tenant id of 21 digits', inPermission({ tenant_id: '1'.repeat(21) }), 'TENANT_ID_INVALID_0001'],
      ['a tenant id with a fraction', inPermission({ tenant_id: '1.5' }), 'TENANT_ID_INVALID_0001'],
      [
        'a reason that is too long',
        inPermission({ disabled_reason: 'x'.repeat(5001) }),
        'DISABLED_REASON_INVALID_0001',
      ],
      [
        'another that is too long',
        inPermission({ inactive_reason: 'x'.repeat(5001) }),
        'INACTIVE_REASON_INVALID_0001',
      ],
      ['an expiry that is a text', { expires_utc_ms: '4102444800000' }, 'INVALID_EXPIRES_UTC_MS'],
      ['an expiry that is a fraction', { expires_utc_ms: 4102444800000.5 }, 'INVALID_EXPIRES_UTC_MS'],
      ['an expiry before 1970', { expires_utc_ms: -1 }, 'INVALID_EXPIRES_UTC_MS'],
      ['an expiry that is over', { expires_utc_ms: 1_609_459_200_000 }, 'INVALID_EXPIRES_UTC_MS'],
      ['an expiry that is true', { expires_utc_ms: true }, 'INVALID_EXPIRES_UTC_MS'],
    ]
    for (const way of WAYS.slice(0, 2)) {
      test.each(bodies)(`is made by ${way.version} of %s`, async (_, body, code) => {
        expect((await someone.ask('POST', pathOf(way), { body })).codes).toEqual([code as never])
      })
      test.each(['{', 'null', '"\\ud800"', '{"roles":[]}}', '\ufeff{}'])(
        `is made by ${way.version} of %p`,
        async (rawBody) => {
          expect((await someone.ask('POST', pathOf(way), { rawBody })).codes).toEqual(['INVALID_JSON'])
        },
      )
    }

    test.each(['id', 'x_auth_token', 'session_key_c'])('is made by v2.1 with %s set', async (field) => {
      const answer = await someone.ask('POST', someone.tokens, { body: { [field]: 'mine' } })
      expect(answer.codes).toEqual(['AUTH_TOKEN_CANNOT_SET_READONLY_FIELDS'])
    })

    test('is made by v2.1 as the system’s, and by v2.0 it is not either', async () => {
      const body = { is_system_owned: true }
      const [legacy, latest] = WAYS
      expect((await someone.ask('POST', pathOf(latest), { body })).codes).toEqual([
        'AUTH_TOKEN_SYSTEM_OPERATIONS_NOT_ALLOWED',
      ])
      expect((await someone.ask('POST', pathOf(latest), { body: { is_system_owned: 'yes' } })).codes).toEqual(
        ['AUTH_TOKEN_CANNOT_SET_READONLY_FIELDS'],
      )
      const old = (await someone.ask('POST', pathOf(legacy), { body: { ...body, id: 'mine' } })).json
      expect(old.id).toMatch(/^[0-9]{17}$/)
      const shown = (await someone.ask('GET', `${someone.tokens}/${old.id}`)).json
      expect(shown['is_system_owned']).toBe(false)
      await someone.ask('DELETE', `${someone.tokens}/${old.id}`)
    })

    test('is made by v2.0 with a session key of 129 characters', async () => {
      const [legacy] = WAYS
      const ask = (length: number) =>
        someone.ask('POST', pathOf(legacy), { body: { session_key_c: 'k'.repeat(length) } })
      expect((await ask(129)).codes).toEqual(['BAD_REQUEST'])
      const { json } = await ask(128)
      expect(json.session_key_c).not.toBe('k'.repeat(128))
      await someone.ask('DELETE', `${someone.tokens}/${json.id}`)
    })

    test('is made of a body that breaks several rules, and each of them is told', async () => {
      const body = { id: 'mine', roles: [{ name: 'a' }, { name: 'b' }], expires_utc_ms: 'soon' }
      const { codes, json } = await someone.ask('POST', someone.tokens, { body })
      expect(codes.toSorted()).toEqual([
        'AUTH_ROLE_INVALID',
        'AUTH_ROLE_INVALID',
        'AUTH_TOKEN_CANNOT_SET_READONLY_FIELDS',
        'INVALID_EXPIRES_UTC_MS',
      ])
      expect(new Set(json._error?.map(({ message }) => message)).size).toBe(4)
    })

    test('may more than who asks for it', async () => {
      const body = { roles: [{ name: 'tenant_super' }] }
      expect((await someone.ask('POST', someone.tokens, { body })).codes).toEqual([
        'TOKEN_INVALID_SUBJECT_ID',
      ])
    })

    test('is made for nobody, nor for who is disabled', async () => {
      const { admin } = world()
      for (const id of ['0', unique('x'), '17953788000120044']) {
        const path = pathOf(WAYS[1], { id, tenant: admin.tenant } as Person)
        expect((await admin.ask('POST', path, { body: {} })).codes).toEqual(['TOKEN_INVALID_OPERATOR_ID'])
        expect((await admin.ask('GET', path)).codes).toEqual(['TOKEN_INVALID_OPERATOR_ID'])
      }
      const shut = await world().person('tenant_viewonly')
      const path = `/v2.2/api/tenants/${shut.tenant}/operators/${shut.id}`
      expect((await admin.ask('PATCH', path, { body: { disabled: true } })).status).toBe(200)
      expect((await admin.ask('POST', shut.tokens, { body: {} })).codes).toEqual([
        'TOKEN_INVALID_OPERATOR_ID',
      ])
    })

    test.each(WAYS.slice(0, 2))('is made or told of at another tenant’s path: %p', async (way) => {
      const other = await world().otherTenant()
      for (const tenant of [other.tenant, '1092', 'x']) {
        const path = pathOf(way, { ...someone, tenant })
        expect((await someone.ask('POST', path, { body: {} })).codes).toEqual(['ESP_INVALID_TENANT_DATA'])
        for (const [method, at] of [
          ['GET', path],
          ['GET', `${path}/1`],
          ['DELETE', `${path}/1`],
        ] as const)
          expect((await someone.ask(method, at)).codes).toEqual(['ESP_INVALID_TENANT_DATA'])
      }
    })

    test('is made beyond the tenth that is not over', async () => {
      const many = await world().person('tenant_network_admin')
      const made = []
      for (let count = 0; count < 10; count += 1) made.push(await many.newToken())
      const beyond = () => many.ask('POST', many.tokens, { body: {} })
      expect((await beyond()).codes).toEqual(['TOKEN_ACTIVE_TOKEN_EXCEEDED'])
      await many.ask('DELETE', `${many.tokens}/${made[0]?.id}`)
      expect((await beyond()).status).toBe(200)
      expect((await beyond()).codes).toEqual(['TOKEN_ACTIVE_TOKEN_EXCEEDED'])
    })

    test('is made of a body over 1 MiB', async () => {
      const rawBody = JSON.stringify({ colour: 'x'.repeat(1024 * 1024) })
      expect((await someone.ask('POST', someone.tokens, { rawBody })).codes).toEqual(['PAYLOAD_TOO_LARGE'])
    })
  })

  test('the list of who has none is empty, and in its envelope', async () => {
    const nobody = await world().person('tenant_viewonly')
    expect((await nobody.ask('GET', nobody.tokens)).json).toMatchObject({
      count: 0,
      items: [],
      _status_code: '200',
    })
  })
})
