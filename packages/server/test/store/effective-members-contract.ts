import { describe, expect, test } from 'bun:test'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import type { Entity } from '../../src/directory/entity.ts'
import type { Member, Membership } from '../../src/directory/relation-ports.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { UserId } from '../../src/directory/user.ts'
import { type SeededRandom, seededRandom } from '../../testing/seeded-random.ts'
import { DirectoryModel } from './directory-model.ts'
import { givenEntity } from './directory-samples.ts'
import { givenTenant, givenUser } from './samples.ts'
import type { TestStore } from './test-store.ts'

const STEPS = 60
const FIRST_USERS = 5
const FIRST_GROUPS = 9
const FIRST_SPACES = 3

/** The law of the index: whatever happened before, it says what a walk over the direct memberships would. */
export function effectiveMembersContract(store: () => TestStore): void {
  describe('the index of effective members', () => {
    test.each([1, 2, 3, 4])(
      'says what a walk says after every step of random history %i',
      async (seed) => {
        const history = await RandomHistory.begin(store(), seededRandom(seed))
        for (let step = 1; step <= STEPS; step += 1) {
          const what = await history.step()
          expect({ step, what, held: await history.stored() }).toEqual({
            step,
            what,
            held: history.expected(),
          })
        }
      },
      30_000,
    )
  })
}

class RandomHistory {
  readonly #store: TestStore
  readonly #random: SeededRandom
  readonly #tenant: Tenant
  readonly #model = new DirectoryModel()
  readonly #users: UserId[] = []
  readonly #groups: Entity[] = []
  readonly #spaces: Entity[] = []

  private constructor(store: TestStore, random: SeededRandom, tenant: Tenant) {
    this.#store = store
    this.#random = random
    this.#tenant = tenant
  }

  static async begin(store: TestStore, random: SeededRandom): Promise<RandomHistory> {
    const history = new RandomHistory(store, random, await givenTenant(store))
    for (let made = 0; made < FIRST_USERS; made += 1) await history.#addUser()
    for (let made = 0; made < FIRST_GROUPS; made += 1) await history.#addEntity('group')
    for (let made = 0; made < FIRST_SPACES; made += 1) await history.#addEntity('space')
    return history
  }

  expected(): readonly string[] {
    return this.#model.effectiveMembers(this.#users)
  }

  async stored(): Promise<readonly string[]> {
    const ids = [...this.#groups, ...this.#spaces].map(({ id }) => id)
    const users = [0, ...this.#users]
    const rows = await this.#store.rows<{ user_id: number; entity_id: number; privileges: number }>(
      `select user_id, entity_id, privileges from effective_members
       where entity_id in (${ids.join()}) or user_id in (${users.join()})`,
    )
    return rows
      .map(({ user_id, entity_id, privileges }) => `${user_id} ${entity_id} ${privileges}`)
      .toSorted()
  }

  /** @returns what it was */
  step(): Promise<string> {
    const chance = this.#random.next()
    if (chance < 0.5) return this.#add()
    if (chance < 0.68) return this.#remove()
    if (chance < 0.84) return this.#change()
    if (chance < 0.9) return this.#removeEntity()
    if (chance < 0.94) return this.#removeUser()
    return this.#random.chance(0.5) ? this.#addUser() : this.#addEntity('group')
  }

  async #add(): Promise<string> {
    const [entity, member] = [this.#anyEntity(), this.#anyMember()]
    const isCircle = member.kind === 'group' && this.#model.isWithin(entity.id, member.id)
    await this.#store.atomically(async ({ relations }) => {
      await relations.hold(this.#tenant.id)
      if (member.kind === 'group') expect(await relations.isWithin(entity.id, member.id)).toBe(isCircle)
    })
    if (isCircle || this.#model.isMember(entity, member)) return 'nothing to add'
    const membership = this.#anyMembership(entity, member)
    await this.#store.atomically(({ relations }) => relations.add(entity, member, membership))
    this.#model.set(entity, member, membership)
    return `add ${member.kind} ${member.id} to ${entity.kind} ${entity.id}`
  }

  async #remove(): Promise<string> {
    const [entity, member] = this.#anyMembers()
    const wasThere = this.#model.isMember(entity, member)
    const isRemoved = await this.#store.atomically(({ relations }) => relations.remove(entity, member))
    expect(isRemoved).toBe(wasThere)
    this.#model.remove(entity, member)
    return `remove ${member.kind} ${member.id} from ${entity.kind} ${entity.id}`
  }

  async #change(): Promise<string> {
    const [entity, member] = this.#anyMembers()
    if (!this.#model.isMember(entity, member)) return 'nothing to change'
    const membership = this.#anyMembership(entity, member)
    await this.#store.atomically(({ relations }) => relations.change(entity, member, membership))
    this.#model.set(entity, member, membership)
    return `change ${member.kind} ${member.id} in ${entity.kind} ${entity.id}`
  }

  async #addUser(): Promise<string> {
    const { id } = await givenUser(this.#store, this.#tenant)
    this.#users.push(id)
    return `new user ${id}`
  }

  async #removeUser(): Promise<string> {
    const [id] = this.#users.splice(this.#random.below(this.#users.length), 1)
    if (id === undefined) return 'no user to remove'
    await this.#store.atomically(({ users }) => users.remove(id))
    this.#model.removeUser(id)
    return `remove user ${id}`
  }

  async #addEntity(kind: 'group' | 'space'): Promise<string> {
    const entity = await givenEntity(this.#store, this.#tenant, kind)
    this.#model.addEntity(entity)
    const list = kind === 'group' ? this.#groups : this.#spaces
    list.push(entity)
    return `new ${kind} ${entity.id}`
  }

  async #removeEntity(): Promise<string> {
    const list = this.#random.chance(0.8) ? this.#groups : this.#spaces
    const [entity] = list.splice(this.#random.below(list.length), 1)
    if (entity === undefined) return 'no entity to remove'
    await this.#store.atomically(({ entities }) => entities.remove(entity))
    this.#model.removeEntity(entity)
    return `remove ${entity.kind} ${entity.id}`
  }

  #anyEntity(): Entity {
    const all = this.#random.chance(0.25) ? this.#spaces : this.#groups
    return this.#any(all.length === 0 ? [...this.#groups, ...this.#spaces] : all)
  }

  #anyMember(): Member {
    return this.#random.chance(0.4)
      ? { kind: 'user', id: this.#any(this.#users) }
      : { kind: 'group', id: this.#any(this.#groups).id }
  }

  /** Two that are related, if a few tries find any. */
  #anyMembers(): readonly [Entity, Member] {
    for (let tries = 0; ; tries += 1) {
      const pair = [this.#anyEntity(), this.#anyMember()] as const
      if (tries === 30 || this.#model.isMember(...pair)) return pair
    }
  }

  #anyMembership({ kind }: Entity, member: Member): Membership {
    const privileges = ENTITY_PRIVILEGES[kind].all.filter(() => this.#random.chance(0.3))
    return { privileges, isOwner: kind === 'space' && member.kind === 'user' && this.#random.chance(0.2) }
  }

  #any<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.below(items.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }
}
