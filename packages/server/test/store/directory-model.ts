import { EVERY_PRIVILEGE, privilegeMask } from '../../src/directory/entity-privileges.ts'
import type { Entity, EntityId } from '../../src/directory/entity.ts'
import type { Member, Membership } from '../../src/directory/relation-ports.ts'
import type { UserId } from '../../src/directory/user.ts'

/** Memberships as somebody would keep them who has time: every question walks from the user upwards. */
export class DirectoryModel {
  /** What each has as direct members, with the mask of what they hold. */
  readonly #members = new Map<EntityId, Map<string, number>>()

  addEntity({ id }: Entity): void {
    this.#members.set(id, new Map())
  }

  removeEntity({ id }: Entity): void {
    this.#members.delete(id)
    for (const members of this.#members.values()) members.delete(keyOf({ kind: 'group', id }))
  }

  removeUser(id: UserId): void {
    for (const members of this.#members.values()) members.delete(keyOf({ kind: 'user', id }))
  }

  /** Adds the member, or gives him other privileges. */
  set(entity: Entity, member: Member, { privileges, isOwner }: Membership): void {
    const mask = isOwner ? EVERY_PRIVILEGE : privilegeMask(entity.kind, privileges)
    this.#members.get(entity.id)?.set(keyOf(member), mask)
  }

  remove({ id }: Entity, member: Member): void {
    this.#members.get(id)?.delete(keyOf(member))
  }

  isMember({ id }: Entity, member: Member): boolean {
    return this.#members.get(id)?.has(keyOf(member)) === true
  }

  isWithin(group: EntityId, ancestor: EntityId): boolean {
    return group === ancestor || this.#above(keyOf({ kind: 'group', id: group })).has(ancestor)
  }

  /** One line for each effective member of each entity, in order: `user entity mask`. */
  effectiveMembers(users: readonly UserId[]): readonly string[] {
    return users.flatMap((user) => this.#linesOf(user)).toSorted()
  }

  #linesOf(user: UserId): string[] {
    const key = keyOf({ kind: 'user', id: user })
    const above = this.#above(key)
    const paths = [key, ...[...above].map((id) => keyOf({ kind: 'group', id }))]
    return [...above].map((entity) => {
      const masks = paths.map((path) => this.#members.get(entity)?.get(path) ?? 0)
      return `${user} ${entity} ${masks.reduce((all, mask) => all | BigInt(mask), 0n)}`
    })
  }

  #above(key: string): ReadonlySet<EntityId> {
    const found = new Set<EntityId>()
    const waiting = [key]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const [entity, members] of this.#members) {
        if (!members.has(next) || found.has(entity)) continue
        found.add(entity)
        waiting.push(keyOf({ kind: 'group', id: entity }))
      }
    }
    return found
  }
}

function keyOf({ kind, id }: Member): string {
  return `${kind} ${id}`
}
