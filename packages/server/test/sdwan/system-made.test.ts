import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SQL } from 'bun'
import type { Version } from '../../src/dialects/sdwan/route.ts'
import { migratedDatabase, type TestDatabase } from '../../testing/postgres.ts'
import type { SdwanBody } from '../../testing/sdwan-client.ts'
import { startNode } from '../../testing/start-node.ts'
import { legacy, made, newOperator, newRole } from './resources.ts'
import { type World, worldOf } from './world.ts'

const START_TIMEOUT_MS = 30_000

/** Nothing makes such a role by itself yet, so it is made in the database that the node stands on. */
describe('a custom role that only the installation makes', () => {
  let database: TestDatabase
  let world: World
  let role: SdwanBody
  beforeAll(async () => {
    database = await migratedDatabase()
    // The node's folder holds nothing but what is its alone: the database is the one that the flag names.
    world = await worldOf(await startNode('SQLite', {}, { 'database-url': database.url }))
    role = await made(world.admin, '/roles', newRole({ roles: [{ name: 'tenant_viewonly' }] }))
    const sql = new SQL(database.url)
    await sql`update custom_roles set is_system_owned = 1 where id = ${role.id}`
    await sql.close()
  }, START_TIMEOUT_MS)
  afterAll(async () => {
    await world.stop()
    await database.drop()
  })

  const path = (version: Version) => legacy(world.admin, version, `/roles/${role.id}`)
  const shown = async () => (await world.admin.ask('GET', path('v2.1'))).json

  test.each(['v2.0', 'v2.1'] as const)('is neither changed nor deleted by %s', async (version) => {
    const { admin } = world
    const body = await shown()
    expect(body['is_system_owned']).toBe(true)
    for (const answer of [
      await admin.ask('PUT', path(version), { body: { ...body, description: 'mine' } }),
      await admin.ask('DELETE', path(version)),
    ]) {
      expect([answer.codes, answer.status]).toEqual([
        ['SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED'],
        400,
      ])
    }
    expect(await shown()).toMatchObject({ description: null, _etag: 1 })
  })

  test.each(['v2.0', 'v2.1', 'v2.2'] as const)('is given to no operator by %s', async (version) => {
    const { admin } = world
    const operator = await made(admin, '/operators', newOperator())
    const custom_roles = [{ id: role.id }]
    const one = legacy(admin, version, `/operators/${operator.id}`)
    for (const answer of [
      await admin.ask('POST', legacy(admin, version, '/operators'), { body: newOperator({ custom_roles }) }),
      await admin.ask('PUT', one, { body: { ...operator, custom_roles } }),
      await admin.ask('PATCH', one, { body: { custom_roles } }),
    ]) {
      expect([answer.codes, answer.status]).toEqual([
        ['OPERATOR_CAN_NOT_ASSIGN_SYSTEM_GENERATED_CUSTOM_ROLE'],
        400,
      ])
    }
  })
})
