import { systemAmbient } from '../packages/server/src/ambient-system.ts'
import { insertEntityIn, newEntity } from '../packages/server/src/directory/entities.ts'
import type { Entity } from '../packages/server/src/directory/entity.ts'
import { addMember, removeMember } from '../packages/server/src/directory/members.ts'
import {
  newCanonicalId,
  newOnezoneId,
  newSdwanId,
  newUuid,
} from '../packages/server/src/directory/new-ids.ts'
import type { Tenant, TenantId } from '../packages/server/src/directory/tenant.ts'
import type { User, UserId } from '../packages/server/src/directory/user.ts'
import {
  openStore,
  type Store,
  type StoreLocation,
  type StoreWrites,
} from '../packages/server/src/store/open-store.ts'
import { migratedDatabase } from '../packages/server/testing/postgres.ts'
import { type SeededRandom, seededRandom } from '../packages/server/testing/seeded-random.ts'
import { temporaryFolder } from './temporary.ts'
import { markdownTable, median, thousands } from './table.ts'

/** What questions and changes cost in a deep directory, called in the process that asks. */
export interface DirectoryRow {
  readonly database: 'SQLite' | 'PostgreSQL'
  readonly shape: Shape
  readonly size: Size
  /** Groups that the user is an effective member of. */
  readonly effectiveGroups: number
  /** Whether he holds a privilege in a group, one question after another. */
  readonly checkMicros: number
  /** The same with 16 questions on their way at any time. */
  readonly checkAtOnceMicros: number
  /** Medians, and the longest of all. */
  readonly addUserMillis: Times
  readonly addGroupMillis: Times
  readonly removeUserMillis: Times
  readonly removeGroupMillis: Times
}

export interface Times {
  readonly median: number
  readonly longest: number
}

/** What the directory is measured by: many questions at once, and the medians of changes. */
export const DIRECTORY_GOALS = { checkMicros: 50, addUserMillis: 50, addGroupMillis: 2000 } as const

const LEVELS = 20
const AT_ONCE = 16
const WHOLE: Size = {
  groups: 10_000,
  groupsOfUser: 1000,
  checks: { SQLite: 50_000, PostgreSQL: 5000 },
  changes: 20,
}
/** To see whether it runs. */
const SMALL: Size = { groups: 200, groupsOfUser: 20, checks: { SQLite: 500, PostgreSQL: 100 }, changes: 2 }
const SHAPES: readonly Shape[] = [
  { parents: 1, hasOthers: true },
  { parents: 2, hasOthers: false },
]
const WORKS_PER_COMMIT = 500

/**
 * 10 000 groups, 20 deep, and one user in 1 000 of them. Once as trees, with a user in each group beside him; and once
 * with two parents each and him alone, where a group is within most of those above it.
 */
export async function directoryFigures(
  onProgress: (message: string) => void,
  { isQuick }: { readonly isQuick: boolean },
): Promise<readonly DirectoryRow[]> {
  const size = isQuick ? SMALL : WHOLE
  const rows: DirectoryRow[] = []
  for (const shape of SHAPES) {
    for (const database of ['SQLite', 'PostgreSQL'] as const) {
      onProgress(`directory: ${shape.parents === 1 ? 'trees' : 'two parents each'}, ${database}`)
      rows.push(await inDatabase(database, (store) => measure(store, database, shape, size)))
    }
  }
  return rows
}

interface Shape {
  /** Of each group but those at the top. */
  readonly parents: number
  /** As many other users as groups, each in one of his own. */
  readonly hasOthers: boolean
}

interface Size {
  readonly groups: number
  readonly groupsOfUser: number
  readonly checks: Readonly<Record<DirectoryRow['database'], number>>
  readonly changes: number
}

export function directoryTable(rows: readonly DirectoryRow[]): string {
  const times = ({ median: middle, longest }: Times): string => `${middle.toFixed(1)} (${longest.toFixed(0)})`
  const table = markdownTable(
    [
      `${thousands(rows[0]?.size.groups ?? 0)} groups, ${LEVELS} deep, a user in ${thousands(rows[0]?.size.groupsOfUser ?? 0)}`,
      'parents',
      'other users',
      'effective',
      'check µs',
      `check µs, ${AT_ONCE} at once`,
      'add user ms',
      'add group ms',
      'remove user ms',
      'remove group ms',
    ],
    rows.map((row) => [
      row.database,
      String(row.shape.parents),
      String(row.shape.hasOthers ? row.size.groups : 0),
      String(row.effectiveGroups),
      row.checkMicros.toFixed(1),
      row.checkAtOnceMicros.toFixed(1),
      times(row.addUserMillis),
      times(row.addGroupMillis),
      times(row.removeUserMillis),
      times(row.removeGroupMillis),
    ]),
  )
  const { checkMicros, addUserMillis, addGroupMillis } = DIRECTORY_GOALS
  const isMet = rows.every(
    (row) =>
      row.checkAtOnceMicros <= checkMicros &&
      row.addUserMillis.median <= addUserMillis &&
      row.addGroupMillis.median <= addGroupMillis,
  )
  const goals = `a check ${checkMicros} µs, a user ${addUserMillis} ms, a group ${addGroupMillis} ms`
  return `${table}\n\nGoals, at most: ${goals}: ${isMet ? 'met' : 'missed'}.`
}

async function inDatabase<T>(
  database: DirectoryRow['database'],
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const { location, remove } = await (database === 'SQLite' ? sqlitePlace() : postgresPlace())
  const store = await (await openStore(location, systemAmbient)).migrate()
  try {
    return await use(store)
  } finally {
    await store.close()
    await remove()
  }
}

interface Place {
  readonly location: StoreLocation
  readonly remove: () => Promise<void>
}

function sqlitePlace(): Place {
  // Goes with the run.
  return { location: { kind: 'sqlite', folder: temporaryFolder() }, remove: async () => undefined }
}

async function postgresPlace(): Promise<Place> {
  const { url, drop } = await migratedDatabase()
  return { location: { kind: 'postgres', url }, remove: drop }
}

/** The groups, the top level first, and the user in a thousand of them. */
interface Directory {
  readonly tenantId: TenantId
  readonly levels: readonly (readonly Entity[])[]
  readonly user: User
}

async function measure(
  store: Store,
  database: DirectoryRow['database'],
  shape: Shape,
  size: Size,
): Promise<DirectoryRow> {
  const random = seededRandom(7)
  const directory = await seed(store, random, shape, size)
  const { user } = directory
  const asked = Array.from({ length: size.checks[database] }, () => anyGroup(directory, random))
  await checksMicros(store, directory, asked.slice(0, 1000), AT_ONCE)
  return {
    database,
    shape,
    size,
    effectiveGroups: (await store.reads.entities.listEffectiveOfUser(user.id, 'group')).length,
    checkMicros: await checksMicros(store, directory, asked, 1),
    checkAtOnceMicros: await checksMicros(store, directory, asked, AT_ONCE),
    ...(await userChanges(store, directory, random, size.changes)),
    ...(await groupChanges(store, directory, random, size.changes)),
  }
}

async function checksMicros(
  store: Store,
  { tenantId, user }: Directory,
  groups: readonly Entity[],
  atOnce: number,
): Promise<number> {
  const { relations } = store.reads
  const waiting = groups.values()
  const startedAt = performance.now()
  const ask = async (): Promise<void> => {
    for (const group of waiting) await relations.hasPrivilegeIn(tenantId, user.id, group, 'group_view')
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  return ((performance.now() - startedAt) * 1000) / groups.length
}

/** Into groups at the bottom, so that all levels above are concerned, and out again. */
async function userChanges(
  store: Store,
  { tenantId, levels, user }: Directory,
  random: SeededRandom,
  changes: number,
) {
  const members = await store.reads.entities.listOfUser(user.id, 'group')
  const free = (levels.at(-1) ?? []).filter(({ onezoneId }) => !members.includes(onezoneId))
  const member = { kind: 'user', onezoneId: user.onezoneId } as const
  const [added, removed] = [Array<number>(), Array<number>()]
  for (let change = 0; change < changes; change += 1) {
    const group = any(free, random)
    added.push(await millis(() => addMember(store, tenantId, group, member)))
    removed.push(await millis(() => removeMember(acknowledged(store), tenantId, group, member)))
  }
  return { addUserMillis: timesOf(added), removeUserMillis: timesOf(removed) }
}

/** From the middle level into the one above it, so that there are as many levels above as below; and out again. */
async function groupChanges(
  store: Store,
  { tenantId, levels }: Directory,
  random: SeededRandom,
  changes: number,
) {
  const middle = LEVELS / 2
  const [added, removed] = [Array<number>(), Array<number>()]
  while (added.length < changes) {
    const parent = any(levels[middle - 1] ?? [], random)
    const { onezoneId } = any(levels[middle] ?? [], random)
    const child = { kind: 'group', onezoneId } as const
    if ((await store.reads.entities.directPrivileges(tenantId, parent, child)) !== undefined) continue
    added.push(await millis(() => addMember(store, tenantId, parent, child)))
    removed.push(await millis(() => removeMember(acknowledged(store), tenantId, parent, child)))
  }
  return { addGroupMillis: timesOf(added), removeGroupMillis: timesOf(removed) }
}

function acknowledged({ atomically }: Store) {
  return { acknowledged: atomically }
}

async function seed(
  store: Store,
  random: SeededRandom,
  { parents, hasOthers }: Shape,
  size: Size,
): Promise<Directory> {
  const tenant = newTenant()
  await store.atomically(({ tenants }) => tenants.insert(tenant))
  const user = newUser(tenant.id)
  const crowd = Array.from({ length: hasOthers ? size.groups : 0 }, () => newUser(tenant.id))
  const levels = Array.from({ length: LEVELS }, () => groupsOf(tenant.id, size.groups / LEVELS))
  const groups = levels.flat()
  await inBatches(store, [user, ...crowd], ({ users }, each) =>
    users.insert({ user: each, passwordHash: undefined, passwordVersion: 1 }),
  )
  await inBatches(store, groups, (writes, group) => insertEntityIn(writes, group))
  const ofGroups = levels
    .slice(1)
    .flatMap((level, above) =>
      level.flatMap((child) =>
        parentsOf(levels[above] ?? [], parents, random).map((parent) => ({ child, parent })),
      ),
    )
  // Not by way of the domain: it would look for a circle each time, where there can be none.
  await inBatches(store, ofGroups, ({ relations }, { child, parent }) =>
    relations.add(parent, { kind: 'group', id: child.id }, { privileges: ['group_view'], isOwner: false }),
  )
  const ofUser = shuffled(groups, random).slice(0, size.groupsOfUser)
  const ofUsers = [
    ...ofUser.map((group) => ({ group, member: user })),
    ...crowd.map((member, index) => ({ group: groups[index % size.groups] ?? any(groups, random), member })),
  ]
  await inBatches(store, ofUsers, ({ relations }, { group, member }) =>
    relations.add(group, { kind: 'user', id: member.id }, { privileges: ['group_view'], isOwner: false }),
  )
  return { tenantId: tenant.id, levels, user }
}

async function inBatches<Item>(
  store: Store,
  items: readonly Item[],
  work: (writes: StoreWrites, item: Item) => Promise<unknown>,
): Promise<void> {
  for (let begin = 0; begin < items.length; begin += WORKS_PER_COMMIT) {
    const batch = items.slice(begin, begin + WORKS_PER_COMMIT)
    await store.atomically(async (writes) => {
      for (const item of batch) await work(writes, item)
    })
  }
}

function groupsOf(tenantId: TenantId, count: number): readonly Entity[] {
  const creator = { kind: 'root' } as const
  return Array.from({ length: count }, () =>
    newEntity(systemAmbient, { tenantId, kind: 'group', name: 'Benchmark', creator }),
  )
}

function parentsOf(above: readonly Entity[], count: number, random: SeededRandom): readonly Entity[] {
  const chosen = new Set<Entity>()
  while (chosen.size < count) chosen.add(any(above, random))
  return [...chosen]
}

function newTenant(): Tenant {
  return {
    // Safe as a brand: nothing else makes tenants here.
    id: newCanonicalId(systemAmbient) as TenantId,
    name: 'benchmark',
    onezoneDomain: 'benchmark.example.org',
    astraAccountId: newUuid(systemAmbient),
    sdwanTenantId: newSdwanId(systemAmbient),
    isDefault: true,
    createdAt: systemAmbient.now(),
  }
}

function newUser(tenantId: TenantId): User {
  return {
    // Safe as a brand: nothing else makes users here.
    id: newCanonicalId(systemAmbient) as UserId,
    tenantId,
    uuid: newUuid(systemAmbient),
    onezoneId: newOnezoneId(systemAmbient),
    sdwanOperatorId: newSdwanId(systemAmbient),
    username: undefined,
    email: undefined,
    fullName: 'Benchmark',
    basicAuthEnabled: false,
    isBlocked: false,
    createdAt: systemAmbient.now(),
  }
}

function anyGroup({ levels }: Directory, random: SeededRandom): Entity {
  return any(levels[random.below(LEVELS)] ?? [], random)
}

function any<Item>(items: readonly Item[], random: SeededRandom): Item {
  const item = items[random.below(items.length)]
  if (item === undefined) throw new Error('nothing to choose from')
  return item
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): readonly Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

async function millis(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await action()
  return performance.now() - startedAt
}

function timesOf(values: readonly number[]): Times {
  return { median: median(values), longest: Math.max(...values) }
}
