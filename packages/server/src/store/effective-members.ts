import { type RawBuilder, sql } from 'kysely'
import { EVERY_PRIVILEGE } from '../directory/entity-privileges.ts'
import type { EntityId } from '../directory/entity.ts'
import type { Member } from '../directory/relation-ports.ts'
import type { UnitOfWork } from './unit-of-work.ts'

// The index of effective members. Each function below is a fixed number of statements, however many rows they concern,
// and expects that nobody else changes the tenant's relations meanwhile.

/** After an edge was added: whoever is behind it now holds its privileges there, and what that entity gives to others. */
export async function extendOver(
  unit: UnitOfWork,
  entity: EntityId,
  member: Member,
  privileges: number,
): Promise<void> {
  await sql`
    with recursive reached(id) as (${reachedFrom(entity)}),
    edges(entity_id, privileges) as (
      select ${bigint(entity)}, ${bigint(privileges)}
      union all
      select g.entity_id, g.privileges from reached r join entity_groups g on g.group_id = r.id
    )
    insert into effective_members (user_id, entity_id, privileges)
    select p.user_id, e.entity_id, e.privileges
    from (${usersBehind(member)}) p cross join ${unit.hasRowLocks ? ALL_EDGES_OF_ONE_ENTITY : sql`edges`} e
    where true
    ${orElseAdd}`.execute(unit.db)
}

/** After the privileges of an edge have changed: what those behind it hold in that entity. */
export async function refreshAt(unit: UnitOfWork, entity: EntityId, member: Member): Promise<void> {
  await refresh(unit, sql`select ${bigint(entity)}`, usersBehind(member), NO_GROUP)
}

/** After an edge was removed: what those who were behind it still are in that entity, and through it. */
export async function retractFrom(unit: UnitOfWork, entity: EntityId, member: Member): Promise<void> {
  await refresh(unit, reachedFrom(entity), usersBehind(member), NO_GROUP)
}

/** Before an entity is removed: what its effective members still are without it, for which its edges must still be there. */
export async function forgetEntity(unit: UnitOfWork, entity: EntityId): Promise<void> {
  const others = sql`
    select g.entity_id from entity_groups g where g.group_id = ${bigint(entity)}
    union
    select g.entity_id from reached r join entity_groups g on g.group_id = r.id`
  await refresh(unit, others, usersBehind({ kind: 'group', id: entity }), entity)
  await unit.db.deleteFrom('effective_members').where('entity_id', '=', entity).execute()
}

/** Whether the one can be reached from the other, from group to group. */
export async function isReachable(unit: UnitOfWork, from: EntityId, to: EntityId): Promise<boolean> {
  const { rows } = await sql`
    with recursive reached(id) as (${reachedFrom(from)})
    select id from reached where id = ${bigint(to)}`.execute(unit.db)
  return rows.length > 0
}

/** No entity has this id. */
const NO_GROUP = 0

/**
 * Takes away what these users are in these entities, and adds what they are there now. Right as long as all else that
 * they are still holds: it is what the new rows follow from, together with the direct memberships.
 * @param entities fills a table `reached` of one column
 * @param without a group whose memberships do not count
 */
async function refresh(
  unit: UnitOfWork,
  entities: RawBuilder<unknown>,
  users: RawBuilder<unknown>,
  without: number,
): Promise<void> {
  const { db, hasRowLocks } = unit
  await sql`
    with recursive reached(id) as (${entities})
    delete from effective_members
    where user_id in (${users}) and entity_id in (select id from reached)`.execute(db)
  await sql`
    with recursive reached(id) as (${entities}),
    people(user_id) as (${users}),
    held(user_id, entity_id, privileges) as (
      select u.user_id, u.entity_id, ${heldByUser}
      from reached r join entity_users u on u.entity_id = r.id
      where u.user_id in (select user_id from people)
      union
      select m.user_id, g.entity_id, g.privileges
      from reached r
      join entity_groups g on g.entity_id = r.id
      join effective_members m on m.entity_id = g.group_id
      where g.group_id <> ${bigint(without)} and m.user_id in (select user_id from people)
      union
      select h.user_id, g.entity_id, g.privileges
      from held h join entity_groups g on g.group_id = h.entity_id
      where g.entity_id in (select id from reached)
    )
    insert into effective_members (user_id, entity_id, privileges)
    select user_id, entity_id, ${hasRowLocks ? sql`bit_or(privileges)` : sql`privileges`}
    from held
    where true
    ${hasRowLocks ? sql`group by user_id, entity_id` : sql``}
    ${orElseAdd}`.execute(db)
}

/** That entity, and whatever its members are members of because it is. */
function reachedFrom(entity: EntityId): RawBuilder<unknown> {
  return sql`
    select ${bigint(entity)}
    union
    select g.entity_id from reached r join entity_groups g on g.group_id = r.id`
}

/** Selects one column, `user_id`. */
function usersBehind(member: Member): RawBuilder<unknown> {
  return member.kind === 'user'
    ? sql`select ${bigint(member.id)} as user_id`
    : sql`select user_id from effective_members where entity_id = ${bigint(member.id)}`
}

/** An owner holds everything, whatever else he was given. */
const heldByUser = sql`case when u.is_owner = 1 then ${bigint(EVERY_PRIVILEGE)} else u.privileges end`

// PostgreSQL lets a statement come to a row once only, so what several edges give is put together before. SQLite has no
// such aggregate, and lets it come again.
const ALL_EDGES_OF_ONE_ENTITY = sql`
  (select entity_id, bit_or(privileges) as privileges from edges group by entity_id)`

const orElseAdd = sql`
  on conflict (user_id, entity_id) do update
  set privileges = effective_members.privileges | excluded.privileges
  where effective_members.privileges | excluded.privileges <> effective_members.privileges`

function bigint(value: number): RawBuilder<unknown> {
  return sql`cast(${value} as bigint)`
}
