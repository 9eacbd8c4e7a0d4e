import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { deleteEntity } from '../../src/directory/entities.ts'
import { privilegesOfMask } from '../../src/directory/entity-privileges.ts'
import type { Entity, EntityId } from '../../src/directory/entity.ts'
import { addMember, removeMember } from '../../src/directory/members.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User, UserId } from '../../src/directory/user.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { type SeededRandom, seededRandom } from '../../testing/seeded-random.ts'
import { DirectoryModel } from './directory-model.ts'
import { asChild, asMember, directoryDeps, givenEntity } from './directory-samples.ts'
import { givenTenant, givenUser, refusalOf } from './samples.ts'
import { openTestPostgres, type TestStore } from './test-store.ts'

const CHANGES = 200
/** What may be answered to whoever comes too late. */
const EXPECTED = [
  undefined,
  'relation_exists',
  'relation_not_found',
  'relation_circular',
  'entity_not_found',
  'related_not_found',
]

describe('relations that two nodes change at once', () => {
  let first: TestStore
  let second: Store
  let tenant: Tenant
  beforeAll(async () => {
    first = await openTestPostgres()
    second = await (await openStore(first.location, systemAmbient)).migrate()
  }, 30_000)
  afterAll(async () => {
    await second.close()
    await first.close()
  })

  const givenGroups = (count: number) =>
    Promise.all(Array.from({ length: count }, () => givenEntity(first, tenant, 'group')))
  const nodeOf = (index: number) => (index % 2 === 0 ? first : second)

  test('never close a circle, although neither change alone would', async () => {
    tenant = await givenTenant(first)
    for (let round = 1; round <= 10; round += 1) {
      const [a, b] = await givenGroups(2)
      if (a === undefined || b === undefined) throw new Error('no groups')
      const outcomes = await Promise.all([
        refusalOf(addMember(first, tenant.id, a, asChild(b))),
        refusalOf(addMember(second, tenant.id, b, asChild(a))),
      ])
      expect(new Set(outcomes)).toEqual(new Set([undefined, 'relation_circular']))
    }
  })

  test.each([1, 2, 3])(
    'leave an index that says what a walk says, history %i',
    async (seed) => {
      tenant = await givenTenant(first)
      const random = seededRandom(seed)
      const users = await Promise.all([1, 2, 3, 4, 5].map(() => givenUser(first, tenant)))
      const groups = await givenGroups(12)
      const outcomes = await Promise.all(
        Array.from({ length: CHANGES }, (_, index) =>
          refusalOf(anyChange(nodeOf(index), tenant, random, users, groups)),
        ),
      )
      for (const outcome of outcomes) expect(EXPECTED).toContain(outcome)
      expect(outcomes.filter((outcome) => outcome === undefined).length).toBeGreaterThan(CHANGES / 10)
      const model = await walkOver(first, groups)
      for (const { id } of groups) {
        for (const other of groups) {
          const isCircle = id !== other.id && model.isWithin(id, other.id) && model.isWithin(other.id, id)
          expect(isCircle).toBe(false)
        }
      }
      expect(await indexOf(first, groups)).toEqual(model.effectiveMembers(users.map(({ id }) => id)))
    },
    30_000,
  )
})

function anyChange(
  store: Store,
  tenant: Tenant,
  random: SeededRandom,
  users: readonly User[],
  groups: readonly Entity[],
): Promise<void> {
  const any = <Item>(items: readonly Item[]): Item => random.pick(items as readonly [Item, ...Item[]])
  const group = any(groups)
  const member = random.chance(0.4) ? asMember(any(users)) : asChild(any(groups))
  const chance = random.next()
  if (chance < 0.02) return deleteEntity(directoryDeps(store), tenant.id, group)
  if (chance < 0.03) return store.atomically((writes) => writes.users.remove(any(users).id))
  if (chance < 0.3) return removeMember(directoryDeps(store), tenant.id, group, member)
  return addMember(store, tenant.id, group, member)
}

/** The direct memberships as they now are. */
async function walkOver(store: TestStore, groups: readonly Entity[]): Promise<DirectoryModel> {
  const model = new DirectoryModel()
  const byId = new Map(groups.map((group) => [group.id, group]))
  for (const group of groups) model.addEntity(group)
  // The driver gives 64-bit integers as text.
  const rows = await store.rows<{
    kind: 'user' | 'group'
    entity: string
    member: string
    privileges: string
  }>(
    `select 'user' as kind, entity_id as entity, user_id as member, privileges from entity_users
     union all select 'group', entity_id, group_id, privileges from entity_groups`,
  )
  for (const row of rows) {
    const entity = byId.get(Number(row.entity) as EntityId)
    if (entity === undefined) continue
    const privileges = privilegesOfMask('group', Number(row.privileges))
    const member =
      row.kind === 'user'
        ? ({ kind: 'user', id: Number(row.member) as UserId } as const)
        : ({ kind: 'group', id: Number(row.member) as EntityId } as const)
    model.set(entity, member, { privileges, isOwner: false })
  }
  return model
}

async function indexOf(store: TestStore, groups: readonly Entity[]): Promise<readonly string[]> {
  const rows = await store.rows<{ user_id: number; entity_id: number; privileges: number }>(
    `select user_id, entity_id, privileges from effective_members
     where entity_id in (${groups.map(({ id }) => id).join()})`,
  )
  return rows.map(({ user_id, entity_id, privileges }) => `${user_id} ${entity_id} ${privileges}`).toSorted()
}
