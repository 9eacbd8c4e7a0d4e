import { beforeAll, describe, expect, test } from 'bun:test'
import type { SdwanBody } from '../../testing/sdwan-client.ts'
import { type Given, givenPeople, legacy, made, newOperator, newRole, unified } from './resources.ts'
import { PASSWORD, unique } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

/** What every change of him makes another one, and every answer. */
const OF_THE_MOMENT = new Set(['_etag', '_updated_on_utc', '_request_id', 'linked_accounts'])

function lasting(operator: SdwanBody): object {
  return Object.fromEntries(Object.entries(operator).filter(([field]) => !OF_THE_MOMENT.has(field)))
}

onEachDatabase((world) => {
  let given: Given
  let admin: Person
  beforeAll(async () => {
    given = await givenPeople(world())
    ;({ admin } = given)
  })

  const shown = async (id: string, version: 'v2.0' | 'v2.1' | 'v2.2' = 'v2.2'): Promise<SdwanBody> =>
    (await admin.ask('GET', legacy(admin, version, `/operators/${id}`))).json

  describe('an operator', () => {
    test('is what was sent to make him, whichever version and path shows him', async () => {
      const fields = {
        last_name: 'One',
        roles: [{ name: 'tenant_viewonly' }],
        ipv4_list: [{ ipv4: '10.0.0.0/8' }, { ipv4: '192.0.2.7' }],
        enable_session_ip_lock: false,
        phone_numbers: [
          { country_code: '49', number: '1', local_extension: null, types: [{ value: 'office' }] },
        ],
        addresses: [{ street: 'S', street2: null, city: 'Ulm', state: null, post_code: '1', country: 'DE' }],
        secondary_emails: [{ email: 'other@example.org' }],
        settings: '{"theme":"dark"}',
        disable_idp_login: true,
        email_iam: 'iam@example.org',
      }
      const body = newOperator(fields)
      const answer = await admin.ask('POST', legacy(admin, 'v2.2', '/operators'), { body })
      expect(answer.status).toBe(200)
      const { linked_accounts: _, ...sent } = body as Record<string, unknown>
      expect(answer.json).toMatchObject({ ...sent, tenant_id: admin.tenant, _etag: 1, _schema: 1 })
      expect(await shown(answer.json.id)).toMatchObject(sent)
      const older = await shown(answer.json.id, 'v2.0')
      expect([older['email_iam'], older['settings']]).toEqual([undefined, fields.settings])
      const path = unified('v2.2', `/operators/${answer.json.id}`)
      const elsewhere = (await admin.ask('GET', path)).json
      expect(elsewhere).toMatchObject(sent)
      expect(JSON.stringify(elsewhere)).not.toContain('tenant_id":"')
    })

    test('is once in the list, however long that is', async () => {
      const someone = await world().otherTenant()
      const ids = [someone.id]
      for (let count = 0; count < 210; count++)
        ids.push((await made(someone, '/operators', newOperator())).id)
      const { json } = await someone.ask('GET', legacy(someone, 'v2.1', '/operators'))
      expect(json).toMatchObject({ count: 211, tenant_id: someone.tenant, _etag: 0, _status_code: '200' })
      // Those of one millisecond stand in any order.
      expect(json.items.map((one) => one.id).toSorted()).toEqual(ids.toSorted())
    })

    test('is in the list, and no user is who is no operator', async () => {
      const { id } = await made(admin, '/operators', newOperator())
      const { json } = await admin.ask('GET', legacy(admin, 'v2.1', '/operators'))
      expect(json.count).toBe(json.items.length)
      expect(json.items.map((one) => one.id)).toContain(id)
      const { items } = (await admin.ask('GET', unified('v2.1', '/operators'))).json
      expect(items.map((one) => one.id)).toEqual(json.items.map((one) => one.id))
    })

    test('has 17 digits to tell when he was made and changed, and no float has touched them', async () => {
      const { id } = await made(admin, '/operators', newOperator())
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      const { text } = await admin.ask('PATCH', path, { body: { first_name: 'Other' } })
      const [, created, updated] = /"_created_on_utc":(\d+),"_updated_on_utc":(\d+)/.exec(text) ?? []
      expect([created?.length, updated?.length, created === updated]).toEqual([17, 17, false])
      expect((await admin.ask('GET', path)).text).toContain(
        `"_created_on_utc":${created},"_updated_on_utc":${updated}`,
      )
    })

    test.each(['PATCH', 'PUT'] as const)(
      'that was read whole is taken back whole by %s, with one field changed',
      async (method) => {
        const { name } = await made(admin, '/roles', newRole({ roles: [{ name: 'tenant_viewonly' }] }))
        const body = newOperator({ custom_roles: [{ name }], settings: 'kept' })
        const { id } = await made(admin, '/operators', body)
        for (const path of [
          legacy(admin, 'v2.0', `/operators/${id}`),
          legacy(admin, 'v2.2', `/operators/${id}`),
          unified('v2.1', `/operators/${id}`),
        ]) {
          const before = (await admin.ask('GET', path)).json
          const roles = [{ name: 'tenant_network_admin' }]
          const answer = await admin.ask(method, path, { body: { ...before, roles } })
          expect(answer.codes).toEqual([])
          expect(lasting(answer.json)).toEqual({ ...lasting(before), roles })
          expect(answer.json['_etag']).toBe(Number(before['_etag']) + 1)
        }
      },
    )

    test('keeps what a version does not know of him when that version replaces him', async () => {
      const { id } = await made(admin, '/operators', newOperator())
      await admin.ask('PATCH', legacy(admin, 'v2.2', `/operators/${id}`), {
        body: { email_iam: 'iam@example.org', settings: 'x' },
      })
      const { settings: _, ...body } = await shown(id, 'v2.1')
      expect((await admin.ask('PUT', legacy(admin, 'v2.1', `/operators/${id}`), { body })).status).toBe(200)
      const after = await shown(id)
      expect([after['email_iam'], after['settings']]).toEqual(['iam@example.org', null])
    })

    test('stays as he is but for what PATCH names, and loses what it sets to null', async () => {
      const { id } = await made(admin, '/operators', newOperator({ last_name: 'One', settings: 'x' }))
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      const { json } = await admin.ask('PATCH', path, { body: { settings: null, disabled_reason: 'gone' } })
      expect(json).toMatchObject({ last_name: 'One', settings: null, disabled_reason: 'gone' })
      const cleared = await admin.ask('PATCH', path, { body: { disabled_reason: null, last_name: null } })
      expect(cleared.json).toMatchObject({ last_name: null, disabled_reason: null })
    })

    test('is not changed by PATCH of who has seen another version of him', async () => {
      const { id, _etag } = await made(admin, '/operators', newOperator())
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      expect((await admin.ask('PATCH', path, { body: { last_name: 'A', _etag } })).status).toBe(200)
      const late = await admin.ask('PATCH', path, { body: { last_name: 'B', _etag } })
      expect(late.codes).toEqual(['OPERATOR_INVALID_ETAG'])
      expect((await admin.ask('PATCH', path, { body: { last_name: 'C' } })).status).toBe(200)
    })

    test('is changed once by many who have seen the same version of him', async () => {
      const { id, _etag } = await made(admin, '/operators', newOperator())
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      const answers = await Promise.all(
        ['A', 'B', 'C', 'D', 'E'].map((last_name) =>
          admin.ask('PATCH', path, { body: { last_name, _etag } }),
        ),
      )
      const [won, ...more] = answers.filter(({ status }) => status === 200)
      expect([more.length, (await shown(id))['last_name']]).toEqual([0, won?.json['last_name']])
      const lost = answers.filter(({ status }) => status !== 200).flatMap(({ codes }) => codes)
      expect(lost).toEqual(lost.map(() => 'OPERATOR_INVALID_ETAG'))
    })

    test('logs in with the password that he is given, and it is never shown', async () => {
      const secret = unique('a password that is long enough')
      const email = `${unique('op')}@example.org`
      const linked = (provider_value: string | null) => [{ provider_key: 'password', provider_value }]
      const body = newOperator({ email, linked_accounts: linked(secret), enable_session_ip_lock: true })
      const answer = await admin.ask('POST', legacy(admin, 'v2.2', '/operators'), { body })
      expect(answer.text).not.toContain(secret)
      const logIn = async (password: string) =>
        (await world().logIn(email, { body: { email, password } })).status
      expect(await logIn(secret)).toBe(200)
      const path = legacy(admin, 'v2.2', `/operators/${answer.json.id}`)
      expect((await admin.ask('PATCH', path, { body: { linked_accounts: linked(null) } })).status).toBe(200)
      expect(await logIn(secret)).toBe(200)
      const other = await admin.ask('PATCH', path, { body: { linked_accounts: linked(`${secret}!`) } })
      expect([other.status, other.text.includes(secret)]).toEqual([200, false])
      expect([await logIn(secret), await logIn(`${secret}!`)]).toEqual([401, 200])
      const short = await admin.ask('PATCH', path, { body: { linked_accounts: linked('short') } })
      expect(short.codes).toEqual(['BAD_REQUEST'])
    })

    test('logs in by the address that he is given, and not by the one that he had', async () => {
      const someone = await world().person('tenant_viewonly')
      const email = `${unique('moved')}@example.org`
      const path = legacy(admin, 'v2.2', `/operators/${someone.id}`)
      expect((await admin.ask('PATCH', path, { body: { email } })).json['email']).toBe(email)
      expect([(await world().logIn(email)).status, (await world().logIn(someone.email)).status]).toEqual([
        200, 401,
      ])
    })

    test('who was locked out by failed logins gets in when he is unlocked', async () => {
      const { other } = given
      await other.ask('PATCH', legacy(other, 'v2.12', ''), {
        body: { password_policy: { enable_failed_login_attempts: true, failed_login_attempts: 2 } },
      })
      const email = `${unique('op')}@example.org`
      const account = { provider_key: 'password', provider_value: PASSWORD }
      const { id } = await made(other, '/operators', newOperator({ email, linked_accounts: [account] }))
      const fail = () => world().logIn(email, { body: { email, password: 'not that one' } })
      await fail()
      await fail()
      const path = legacy(other, 'v2.2', `/operators/${id}`)
      const { json } = await other.ask('GET', path)
      expect([json['is_locked'], (await world().logIn(email)).status]).toEqual([true, 401])
      // Read whole and sent back, he stays locked; it takes a word.
      expect((await other.ask('PUT', path, { body: json })).json['is_locked']).toBe(true)
      const unlocked = await other.ask('PATCH', path, { body: { is_locked: false } })
      expect(unlocked.json['is_locked']).toBe(false)
      expect((await world().logIn(email)).status).toBe(200)
    })

    test('is gone when he is deleted: a repeat and every look-up is told so', async () => {
      const { id } = await made(admin, '/operators', newOperator())
      const path = legacy(admin, 'v2.2', `/operators/${id}`)
      expect((await admin.ask('DELETE', path)).json.id).toBe(id)
      for (const gone of [
        path,
        legacy(admin, 'v2.0', `/operators/${id}`),
        unified('v2.1', `/operators/${id}`),
      ]) {
        const answers = [await admin.ask('GET', gone), await admin.ask('DELETE', gone)]
        expect(answers.map(({ status, codes }) => [status, codes])).toEqual([
          [404, ['RESOURCE_NOT_FOUND']],
          [404, ['RESOURCE_NOT_FOUND']],
        ])
      }
    })

    test('who may only read is shown operators, and changes none', async () => {
      const { viewer } = given
      expect((await viewer.ask('GET', legacy(viewer, 'v2.2', '/operators'))).status).toBe(200)
      const one = legacy(viewer, 'v2.2', `/operators/${viewer.id}`)
      const refused = await Promise.all([
        viewer.ask('POST', legacy(viewer, 'v2.2', '/operators'), { body: newOperator() }),
        viewer.ask('PATCH', one, { body: { last_name: 'Mine' } }),
        viewer.ask('PUT', one, { body: newOperator({ _etag: 1 }) }),
        viewer.ask('DELETE', one),
      ])
      expect(refused.map(({ status, codes }) => [status, codes])).toEqual(
        refused.map(() => [403, ['NOT_PERMITTED']]),
      )
    })
  })
})
