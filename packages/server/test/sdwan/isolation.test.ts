import { beforeAll, describe, expect, test } from 'bun:test'
import { isPublic, type OperatorRoute, type Route } from '../../src/dialects/sdwan/route.ts'
import { routes } from '../../src/dialects/sdwan/routes.ts'
import type { SdwanAnswer } from '../../testing/sdwan-client.ts'
import { onEachDatabase, type Person } from './world.ts'

/** Of nothing, and of no tenant. */
const NO_ID = '17953788000120044'
const NO_TENANT = '1092'

/** All that a client sees, but for what is of this very request. */
function seen({ headers, json, status }: SdwanAnswer): unknown {
  const { _request_id: _, ...body } = json
  const told = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name))
  return { status, body, headers: Object.fromEntries(told) }
}

function pathOf({ path }: Route, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? NO_ID)
}

const calls = routes.filter((route): route is OperatorRoute => !isPublic(route))
const named = (some: readonly OperatorRoute[]) =>
  some.map((route) => [`${route.method} ${route.path}`, route] as const)

onEachDatabase((world) => {
  /** Who may do everything in his tenant; and of another one everything that has an id. */
  let own: Person
  let theirs: Person
  let their: Readonly<Record<string, string>>
  beforeAll(async () => {
    own = await world().otherTenant()
    theirs = world().admin
    const at = `/v2.1/api/tenants/${theirs.tenant}`
    const role = { name: 'theirs', permissions: [], disallow_permissions: [] }
    const window = { value: 'GET+/api/tenants/[tenant_id]/operators', allowed_before_ms: 4_102_444_800_000 }
    their = {
      tenant_id: theirs.tenant,
      operator_id: theirs.id,
      authtoken_id: (await theirs.newToken()).id,
      session_id: (await theirs.newToken()).id,
      role_id: (await theirs.ask('POST', `${at}/roles`, { body: role })).json.id,
      permission_id: (await theirs.ask('POST', `${at.replace('v2.1', 'v2.0')}/permissions`, { body: window }))
        .json.id,
    }
  })

  test('everything of the other tenant is there, or this test would show nothing', () => {
    for (const id of Object.values(their)) expect(id).toMatch(/^[0-9]+$/)
  })

  test.each(named(calls.filter(({ path }) => path.includes('{tenant_id}'))))(
    '%s answers who is of another tenant as if there were no such tenant',
    async (_, route) => {
      const ask = route.takesBody ? { body: bodyFor(route) } : {}
      const here = await own.ask(route.method, pathOf(route, their), ask)
      const nowhere = await own.ask(route.method, pathOf(route, { tenant_id: NO_TENANT }), ask)
      expect(here.codes).toEqual([route.foreignTenant])
      expect(seen(here)).toEqual(seen(nowhere))
    },
  )

  test.each(named(calls.filter(({ path }) => /\{(?!tenant_id|client_id)/.test(path))))(
    '%s answers ids of another tenant as it answers ids of nothing',
    async (_, route) => {
      const ask = route.takesBody ? { body: bodyFor(route) } : {}
      const mine = { tenant_id: own.tenant }
      const of = (ids: object) => own.ask(route.method, pathOf(route, { ...ids, ...mine }), ask)
      const [foreign, nothing] = [await of(their), await of({})]
      expect(foreign.status).toBeGreaterThanOrEqual(400)
      expect(seen(foreign)).toEqual(seen(nothing))
      // Also where the operator is one's own.
      const operator = { operator_id: own.id }
      const last = await of({ ...their, ...operator })
      if (/_id\}\/\w+\/\{/.test(route.path.replace('{tenant_id}', ''))) {
        expect(last.codes).toEqual(['RESOURCE_NOT_FOUND'])
      }
    },
  )

  describe('after all that', () => {
    test('the other tenant has everything that it had', async () => {
      const tokens = (await theirs.ask('GET', theirs.tokens)).json
      expect(tokens.count).toBe(2)
      const at = `/v2.1/api/tenants/${theirs.tenant}`
      expect((await theirs.ask('GET', `${at}/roles/${their['role_id']}`)).status).toBe(200)
      expect((await theirs.ask('GET', `${at}/operators/${theirs.id}`)).status).toBe(200)
    })

    test('lists hold nothing of it, and the unified paths lead nowhere else', async () => {
      const lists = ['operators', 'roles', 'operators/ID/authtokens', 'operators/ID/sessions']
      for (const list of lists) {
        const path = `/v2.0/api/tenants/${own.tenant}/${list.replace('ID', own.id)}`
        const text = (await own.ask('GET', path)).text
        for (const id of Object.values(their)) expect([list, text.includes(`"${id}"`)]).toEqual([list, false])
      }
      const unified = (await own.ask('GET', '/sdwan/v2.12/api')).json
      expect(unified.id).toBe(own.tenant)
    })

    test('a custom role of it is nobody’s to have here, by its id or by its name', async () => {
      for (const role of [{ id: their['role_id'] }, { name: 'theirs' }]) {
        const body = { custom_roles: [role] }
        expect((await own.ask('POST', own.tokens, { body })).codes).toEqual(['AUTH_ROLE_INVALID'])
      }
    })
  })
})

/** What the route takes, so that nothing but the ids is wrong with the request. */
function bodyFor({ method, path }: Route): object {
  if (path.endsWith('/operators/{operator_id}')) return method === 'PUT' ? wholeOperator : { first_name: 'X' }
  if (path.endsWith('/operators')) return wholeOperator
  if (/\/roles(?:\/|$)/.test(path)) return { name: 'mine', _etag: 1 }
  if (/\/permissions(?:\/|$)/.test(path))
    return { value: 'GET+/api/tenants/[tenant_id]/operators', allowed_after_ms: 1, _etag: 1 }
  if (path.endsWith('/password/change')) return { password: 'new', repeatPassword: 'new', oldPassword: 'old' }
  return { name: 'x', _etag: 1 }
}

const wholeOperator = {
  email: 'x@example.org',
  first_name: 'X',
  linked_accounts: [{ provider_key: 'password', provider_value: 'Str0ng-enough!' }],
  _etag: 1,
}
