import { beforeAll, describe, expect, test } from 'bun:test'
import type { Ambient, UnixSeconds } from '../../src/ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { askSdwan, type SdwanAnswer, type SdwanBody } from '../../testing/sdwan-client.ts'
import {
  type Given,
  givenPeople,
  legacy,
  made,
  newPermission,
  newRole,
  READ_OPERATORS,
  READ_ROLES,
} from './resources.ts'
import { onEachDatabase, type Person, startTwo } from './world.ts'

/** A clock that can be put on; what counts from some start, as leases do, goes on as it is. */
let aheadMillis = 0
const ambient: Ambient = {
  ...systemAmbient,
  nowMillis: () => systemAmbient.nowMillis() + aheadMillis,
  // Safe as a brand: Unix seconds are what it is.
  now: () => Math.floor((systemAmbient.nowMillis() + aheadMillis) / 1000) as UnixSeconds,
}
const HOUR_MS = 3_600_000
/** Before, within and after a window that opens in an hour and is open for one. */
const MOMENTS = [0, HOUR_MS + 1000, 2 * HOUR_MS + 1000]

async function atEach<T>(moments: readonly number[], look: () => Promise<T>): Promise<readonly T[]> {
  const seen: T[] = []
  try {
    for (const moment of moments) {
      aheadMillis = moment
      seen.push(await look())
    }
    return seen
  } finally {
    aheadMillis = 0
  }
}

async function replace(who: Person, path: string, fields: object): Promise<SdwanBody> {
  const { json } = await who.ask('GET', path)
  const answer = await who.ask('PUT', path, { body: { ...json, ...fields } })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json
}

/** A token of somebody who may do everything, that itself may do no more than these roles. */
async function tokenWith(who: Person, ...roles: readonly SdwanBody[]): Promise<string> {
  return (await who.newToken({ custom_roles: roles.map(({ id }) => ({ id })) })).text
}

onEachDatabase(
  (world) => {
    let given: Given
    let admin: Person
    beforeAll(async () => {
      given = await givenPeople(world())
      ;({ admin } = given)
    })

    const reads = async (text: string, what: 'roles' | 'operators'): Promise<number> =>
      (await askSdwan(world().url, text, 'GET', legacy(admin, 'v2.1', `/${what}`))).status

    describe('what a custom role says', () => {
      test('is what its token may, and no more', async () => {
        const role = await made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] }))
        const text = await tokenWith(admin, role)
        expect([await reads(text, 'roles'), await reads(text, 'operators')]).toEqual([200, 403])
      })

      test('is in force at the next request when it is changed', async () => {
        const role = await made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] }))
        const text = await tokenWith(admin, role)
        const path = legacy(admin, 'v2.1', `/roles/${role.id}`)
        expect(await reads(text, 'roles')).toBe(200)
        await replace(admin, path, { permissions: [{ value: READ_OPERATORS }] })
        expect([await reads(text, 'roles'), await reads(text, 'operators')]).toEqual([403, 200])
        await replace(admin, path, { disabled: true })
        expect([await reads(text, 'roles'), await reads(text, 'operators')]).toEqual([403, 403])
        await replace(admin, path, { disabled: false })
        expect(await reads(text, 'operators')).toBe(200)
      })

      test('is denied by what it disallows, whatever allows it', async () => {
        const text = await tokenWith(
          admin,
          await made(admin, '/roles', newRole({ roles: [{ name: 'tenant_super' }] })),
          await made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] })),
          await made(admin, '/roles', newRole({ disallow_permissions: [{ value: READ_ROLES }] })),
        )
        expect([await reads(text, 'roles'), await reads(text, 'operators')]).toEqual([403, 200])
      })

      test('is denied by a custom permission too, until that is disabled', async () => {
        const permission = await made(admin, '/permissions', newPermission())
        const role = await made(
          admin,
          '/roles',
          newRole({ roles: [{ name: 'tenant_viewonly' }], custom_permissions: [{ id: permission.id }] }),
        )
        const text = await tokenWith(admin, role)
        expect([await reads(text, 'roles'), await reads(text, 'operators')]).toEqual([403, 200])
        const path = legacy(admin, 'v2.0', `/permissions/${permission.id}`)
        await replace(admin, path, { disabled: true })
        expect(await reads(text, 'roles')).toBe(200)
        await replace(admin, path, { disabled: false })
        expect(await reads(text, 'roles')).toBe(403)
      })

      test('is about one id where it names one', async () => {
        const value = `GET+/api/tenants/[tenant_id]/operators/${given.viewer.id}`
        const text = await tokenWith(
          admin,
          await made(admin, '/roles', newRole({ permissions: [{ value }] })),
        )
        const show = async (id: string): Promise<SdwanAnswer> =>
          askSdwan(world().url, text, 'GET', legacy(admin, 'v2.2', `/operators/${id}`))
        expect([(await show(given.viewer.id)).status, (await show(given.iam.id)).status]).toEqual([200, 403])
      })

      test('is the same on the unified path', async () => {
        const text = await tokenWith(
          admin,
          await made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] })),
        )
        const ask = async (path: string) => (await askSdwan(world().url, text, 'GET', path)).status
        expect([await ask('/sdwan/v2.1/api/roles'), await ask('/sdwan/v2.1/api/operators')]).toEqual([
          200, 403,
        ])
      })
    })

    describe('a window of time', () => {
      test('opens and closes on time, and nothing is written', async () => {
        const from = ambient.nowMillis() + HOUR_MS
        const permission = await made(
          admin,
          '/permissions',
          newPermission({
            disallow_permission: false,
            allowed_after_ms: from,
            allowed_before_ms: from + HOUR_MS,
          }),
        )
        const role = await made(admin, '/roles', newRole({ custom_permissions: [{ id: permission.id }] }))
        const text = await tokenWith(admin, role)
        expect(await atEach(MOMENTS, () => reads(text, 'roles'))).toEqual([403, 200, 403])
      })

      test('denies while it is open', async () => {
        const from = ambient.nowMillis() + HOUR_MS
        const permission = await made(
          admin,
          '/permissions',
          newPermission({ allowed_after_ms: from, allowed_before_ms: from + HOUR_MS }),
        )
        const role = await made(
          admin,
          '/roles',
          newRole({ roles: [{ name: 'tenant_viewonly' }], custom_permissions: [{ id: permission.id }] }),
        )
        const text = await tokenWith(admin, role)
        expect(await atEach(MOMENTS, () => reads(text, 'roles'))).toEqual([200, 403, 200])
      })

      test('is what the service says of itself at the same moment', async () => {
        const from = ambient.nowMillis() + HOUR_MS
        const permission = await made(
          admin,
          '/permissions',
          newPermission({ disallow_permission: false, allowed_after_ms: from }),
        )
        const text = await tokenWith(
          admin,
          await made(admin, '/roles', newRole({ custom_permissions: [{ id: permission.id }] })),
        )
        const told = async () =>
          (await askSdwan(world().url, text, 'GET', '/v2.0/api/permissions')).json['permissions']
        expect(await atEach(MOMENTS.slice(0, 2), told)).toEqual([{}, { [READ_ROLES]: true }])
      })
    })

    describe('an operator’s roles', () => {
      test('are in force for his session at the next request when they are changed', async () => {
        const someone = await world().person('tenant_viewonly')
        const path = legacy(admin, 'v2.2', `/operators/${someone.id}`)
        const write = async () =>
          (await someone.ask('POST', legacy(someone, 'v2.1', '/roles'), { body: newRole() })).status
        expect(await write()).toBe(403)
        await replace(admin, path, { roles: [{ name: 'tenant_iam_admin' }] })
        expect(await write()).toBe(200)
        await replace(admin, path, { roles: [] })
        expect([await write(), await reads(someone.token, 'roles')]).toEqual([403, 403])
        const role = await made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] }))
        await replace(admin, path, { custom_roles: [{ name: role['name'] }] })
        expect([await write(), await reads(someone.token, 'roles')]).toEqual([403, 200])
      })

      test('are nothing once he is disabled or deleted: his session and his token are refused', async () => {
        for (const end of ['disabled', 'deleted'] as const) {
          const someone = await world().person('tenant_network_admin')
          const { text } = await someone.newToken()
          const path = legacy(admin, 'v2.2', `/operators/${someone.id}`)
          if (end === 'disabled') await replace(admin, path, { disabled: true })
          else expect((await admin.ask('DELETE', path)).json.id).toBe(someone.id)
          expect([await reads(text, 'roles'), await reads(someone.token, 'roles')]).toEqual([401, 401])
          expect((await world().logIn(someone.email)).status).toBe(401)
        }
      })
    })
  },
  { surroundings: { ambient } },
)

test('a role, a permission or an operator that is changed on one node is another one on the next at once', async () => {
  const nodes = await startTwo()
  try {
    const { first, second } = nodes
    const { admin } = first
    const permission = await made(admin, '/permissions', newPermission())
    const role = await made(admin, '/roles', newRole({ roles: [{ name: 'tenant_viewonly' }] }))
    const someone = await first.person('tenant_viewonly')
    const text = await tokenWith(admin, role)
    const reads = async (token: string) =>
      (await askSdwan(second.url, token, 'GET', legacy(admin, 'v2.1', '/roles'))).status
    expect([await reads(text), await reads(someone.token)]).toEqual([200, 200])

    const path = legacy(admin, 'v2.1', `/roles/${role.id}`)
    await replace(admin, path, { custom_permissions: [{ id: permission.id }] })
    expect(await reads(text)).toBe(403)
    await replace(admin, legacy(admin, 'v2.0', `/permissions/${permission.id}`), { value: READ_OPERATORS })
    expect(await reads(text)).toBe(200)
    await replace(admin, path, { disabled: true })
    expect(await reads(text)).toBe(403)

    await replace(admin, legacy(admin, 'v2.2', `/operators/${someone.id}`), { roles: [] })
    expect(await reads(someone.token)).toBe(403)
    await admin.ask('DELETE', legacy(admin, 'v2.2', `/operators/${someone.id}`))
    expect(await reads(someone.token)).toBe(401)
  } finally {
    await nodes.stop()
  }
}, 60_000)
