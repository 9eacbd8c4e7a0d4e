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
  // PostgreSQL would find out all that is given before it sees that there is nobody to give it to.
  if (member.kind === 'group' && !(await hasAnybody(unit, member.id))) return
  await sql`
    with recursive given(entity_id, privileges) as (
      select ${bigint(entity)}, ${bigint(privileges)}
      union
      select g.entity_id, g.privileges from given x ${groupsAbove(unit, sql.ref('x.entity_id'))}
      where ${isNewIn(member, sql.ref('x.entity_id'))}
    )
    insert into effective_members (user_id, entity_id, privileges)
    select p.user_id, e.entity_id, e.privileges
    from (${usersBehind(member)}) p cross join ${unit.hasRowLocks ? GIVEN_IN_ALL : sql`given`} e
    where true
    ${orElseAdd}`.execute(unit.db)
}

/** After the privileges of an edge have changed: what those behind it hold in that entity. */
export async function refreshAt(unit: UnitOfWork, entity: EntityId, member: Member): Promise<void> {
  await refresh(unit, sql`select ${bigint(entity)}`, usersBehind(member), NO_GROUP)
}

/** After an edge was removed: what those who were behind it still are in that entity, and through it. */
export async function retractFrom(unit: UnitOfWork, entity: EntityId, member: Member): Promise<void> {
  await refresh(unit, reachedFrom(unit, entity), usersBehind(member), NO_GROUP)
}

/** Before an entity is removed: what its effective members still are without it, for which its edges must still be there. */
export async function forgetEntity(unit: UnitOfWork, entity: EntityId): Promise<void> {
  const others = sql`
    select entity_id from entity_groups where group_id = ${bigint(entity)}
    union
    select g.entity_id from reached x ${groupsAbove(unit, sql.ref('x.id'))}`
  await refresh(unit, others, usersBehind({ kind: 'group', id: entity }), entity)
  await unit.db.deleteFrom('effective_members').where('entity_id', '=', entity).execute()
}

/** Whether the one can be reached from the other, from group to group. */
export async function isReachable(unit: UnitOfWork, from: EntityId, to: EntityId): Promise<boolean> {
  const { rows } = await sql`
    with recursive reached(id) as (${reachedFrom(unit, from)})
    select id from reached where id = ${bigint(to)}`.execute(unit.db)
  return rows.length > 0
}

/** Where the user has been a member before, by another way, he has got all that is above already. */
function isNewIn(member: Member, entity: RawBuilder<unknown>): RawBuilder<unknown> {
  return member.kind === 'group'
    ? sql`1 = 1`
    : sql`0 = (
        select count(*) from effective_members m
        where m.user_id = ${bigint(member.id)} and m.entity_id = ${entity}
      )`
}

async function hasAnybody({ db }: UnitOfWork, group: EntityId): Promise<boolean> {
  const row = await db
    .selectFrom('effective_members')
    .select('user_id')
    .where('entity_id', '=', group)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** No entity has this id. */
const NO_GROUP = 0

/**
 * Takes away what these users are in these entities, and adds what they are there now: directly, and through all else
 * that they still are. Starts from the users, for an entity may have any number of other members.
 *
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
      from people p ${rowsOf(unit, sql`entity_users`, sql`u`, sql`u.user_id = p.user_id`)}
      where ${isReached(sql`u`)}
      union
      select m.user_id, g.entity_id, g.privileges
      from people p ${rowsOf(unit, sql`effective_members`, sql`m`, sql`m.user_id = p.user_id`)}
      ${groupsAbove(unit, sql.ref('m.entity_id'))}
      where g.group_id <> ${bigint(without)} and ${isReached(sql`g`)}
      union
      select h.user_id, g.entity_id, g.privileges
      from held h ${groupsAbove(unit, sql.ref('h.entity_id'))}
      where ${isReached(sql`g`)}
    )
    insert into effective_members (user_id, entity_id, privileges)
    select user_id, entity_id, ${hasRowLocks ? sql`bit_or(privileges)` : sql`privileges`}
    from held
    where true
    ${hasRowLocks ? sql`group by user_id, entity_id` : sql``}
    ${orElseAdd}`.execute(db)
}

/** That entity, and whatever its members are members of because it is. */
function reachedFrom(unit: UnitOfWork, entity: EntityId): RawBuilder<unknown> {
  return sql`
    select ${bigint(entity)}
    union
    select g.entity_id from reached x ${groupsAbove(unit, sql.ref('x.id'))}`
}

/** Joins, as `g`, what a group is a direct member of. */
function groupsAbove(unit: UnitOfWork, group: RawBuilder<unknown>): RawBuilder<unknown> {
  return rowsOf(unit, sql`entity_groups`, sql`g`, sql`g.group_id = ${group}`)
}

/**
 * Joins a table by its index, row for row. PostgreSQL cannot know how few rows a recursion comes to, and would rather
 * read the whole table in each of its rounds; `offset` keeps it from turning this into a join of its own choice.
 */
function rowsOf(
  { hasRowLocks }: UnitOfWork,
  table: RawBuilder<unknown>,
  name: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return hasRowLocks
    ? sql`cross join lateral (select * from ${table} ${name} where ${condition} offset 0) ${name}`
    : sql`cross join ${table} ${name} on ${condition}`
}

/** The plus keeps SQLite from looking up each of what is reached, for each row: it is to take the row, and see. */
function isReached(table: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`+${table}.entity_id in (select id from reached)`
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
const GIVEN_IN_ALL = sql`
  (select entity_id, bit_or(privileges) as privileges from given group by entity_id)`

const orElseAdd = sql`
  on conflict (user_id, entity_id) do update
  set privileges = effective_members.privileges | excluded.privileges
  where effective_members.privileges | excluded.privileges <> effective_members.privileges`

function bigint(value: number): RawBuilder<unknown> {
  return sql`cast(${value} as bigint)`
}
