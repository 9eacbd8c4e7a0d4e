import type { Creator, EntityKind } from '../directory/entity.ts'

/** How a kind of entity stands in the database. Never renumbered. */
const kindCodes: Record<EntityKind, number> = {
  group: 1,
  space: 2,
  cluster: 3,
  harvester: 4,
  atm_inventory: 5,
}

/** How a kind of creator stands in the database. Never renumbered. */
const creatorKindCodes: Record<Creator['kind'], number> = { user: 1, provider: 2, nobody: 3, root: 4 }

export function entityKindCode(kind: EntityKind): number {
  return kindCodes[kind]
}

/** @throws {Error} for a code that no version wrote */
export function entityKindOf(code: number): EntityKind {
  return keyOf(kindCodes, code)
}

export function creatorKindCode(kind: Creator['kind']): number {
  return creatorKindCodes[kind]
}

/** @throws {Error} for a code that no version wrote */
export function creatorKindOf(code: number): Creator['kind'] {
  return keyOf(creatorKindCodes, code)
}

function keyOf<Key extends string>(codes: Readonly<Record<Key, number>>, code: number): Key {
  // Safe as Key[]: a Record's own keys.
  for (const key of Object.keys(codes) as Key[]) {
    if (codes[key] === code) return key
  }
  throw new Error(`nothing has code ${code} among ${Object.keys(codes).join(', ')}`)
}
