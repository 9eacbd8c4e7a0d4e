import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isPublic, type Route } from '../../src/dialects/sdwan/route.ts'
import { routes } from '../../src/dialects/sdwan/routes.ts'
import { basePermissions } from '../../src/operators/base-permissions.ts'
import { TENANT_ROLES } from '../../src/operators/role-names.ts'
import { askSdwan } from '../../testing/sdwan-client.ts'
import { DATABASES, startNode } from '../../testing/start-node.ts'
import { onEachDatabase, type Person, worldOf, type World } from './world.ts'

/** Of nothing. */
const NO_ID = '17953788000120044'

/** The route's path for somebody: at himself, but where that would be his end. */
function pathFor({ method, path }: Route, { id, tenant }: Person): string {
  const operator = method === 'DELETE' && path.endsWith('{operator_id}') ? NO_ID : id
  const ids: Readonly<Record<string, string>> = { tenant_id: tenant, operator_id: operator }
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? NO_ID)
}

/** One of each operation: its versions and paths ask for the same. */
const operations = [
  ...Map.groupBy(routes, ({ method, path }) => `${method} ${path.replace(/v2\.[0-9]+/, 'v')}`),
].map(
  ([name, versions]) => [name, versions.at(-1) as Route] as const, // A group has at least one.
)

describe('of everything that there is to call', () => {
  let world: World | undefined
  const people = new Map<string, Person>()
  beforeAll(async () => {
    world = await worldOf(await startNode(DATABASES[0]))
    for (const role of TENANT_ROLES) people.set(role, await world.person(role))
  }, 30_000)
  afterAll(() => world?.stop())

  for (const role of TENANT_ROLES) {
    test.each(operations.filter(([name]) => !name.endsWith('/logout')))(
      `a ${role} may %s if that is a permission of his role, and not otherwise`,
      async (_, route) => {
        const who = people.get(role)
        if (who === undefined) throw new Error('nobody has that role')
        const body = route.takesBody ? { body: {} } : {}
        const { codes } = await who.ask(route.method, pathFor(route, who), body)
        const isFree = isPublic(route) || route.permission === undefined
        const isGranted = isFree || basePermissions(role).has(route.permission)
        expect(codes.includes('NOT_PERMITTED')).toBe(!isGranted)
        expect(codes).not.toContain('NOT_AUTHENTICATED')
      },
    )
  }

  test.each(operations.filter(([, route]) => !isPublic(route)))(
    'nobody without a credential may %s',
    async (_, route) => {
      const who = people.get('tenant_super')
      if (world === undefined || who === undefined) throw new Error('nobody is there')
      const body = route.takesBody ? { body: {} } : {}
      const answer = await askSdwan(world.url, undefined, route.method, pathFor(route, who), body)
      expect(answer.codes).toEqual(['NOT_AUTHENTICATED'])
    },
  )
})

onEachDatabase((world) => {
  describe('what a custom role denies', () => {
    test('is denied however else it is allowed, from the moment on when the role is given', async () => {
      const { admin } = world()
      const someone = await world().person('tenant_network_admin')
      const denied = 'GET+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens'
      const at = `/v2.1/api/tenants/${admin.tenant}/roles`
      const body = { name: lettersOf('no_tokens', someone), disallow_permissions: [{ value: denied }] }
      const role = (await admin.ask('POST', at, { body })).json
      expect((await someone.ask('GET', someone.tokens)).status).toBe(200)
      const operator = `/v2.2/api/tenants/${admin.tenant}/operators/${someone.id}`
      await admin.ask('PATCH', operator, { body: { custom_roles: [{ id: role.id }] } })
      expect((await someone.ask('GET', someone.tokens)).codes).toEqual(['NOT_PERMITTED'])
      // The unified path asks for the same permission.
      expect((await someone.ask('GET', `/sdwan/v2.0/api/operators/${someone.id}/authtokens`)).codes).toEqual([
        'NOT_PERMITTED',
      ])
      const told = (await someone.ask('GET', '/v2.0/api/permissions')).json
      expect(told['disallowed_permissions']).toEqual({ [denied]: true })
      await admin.ask('PATCH', operator, { body: { custom_roles: [] } })
      expect((await someone.ask('GET', someone.tokens)).status).toBe(200)
    })

    test('is never the profile, the map of permissions, or logging out', async () => {
      const { admin } = world()
      const nobody = await world().person('tenant_viewonly')
      const at = `/v2.1/api/tenants/${admin.tenant}/roles`
      const values = ['/api/profile', '/api/permissions', '/api/logout']
      for (const value of values) {
        const body = { name: lettersOf('no_way_out', nobody), disallow_permissions: [{ value }] }
        const { codes } = await admin.ask('POST', at, { body })
        expect(codes).toEqual(['PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES'])
      }
    })
  })
})

/** The name of a role has letters only. */
function lettersOf(word: string, { id }: Person): string {
  return `${word}_${id
    .split('')
    .map((digit) => 'abcdefghij'[Number(digit)])
    .join('')}`
}
