import { describe, expect, test } from 'bun:test'
import {
  ENTITY_PRIVILEGES,
  EVERY_PRIVILEGE,
  hasPrivilege,
  privilegeMask,
  privilegesOfMask,
} from '../../src/directory/entity-privileges.ts'
import { ENTITY_KINDS } from '../../src/directory/entity.ts'
import { seededRandom } from '../../testing/seeded-random.ts'

describe('the privileges of entities', () => {
  test('are as many as Onezone has, in ascending order, the member’s among them', () => {
    const counts = ENTITY_KINDS.map((kind) => [kind, ENTITY_PRIVILEGES[kind].all.length])
    expect(Object.fromEntries(counts)).toEqual({
      group: 23,
      space: 39,
      cluster: 9,
      harvester: 11,
      atm_inventory: 11,
    })
    for (const kind of ENTITY_KINDS) {
      const { all, member } = ENTITY_PRIVILEGES[kind]
      expect([...all]).toEqual(all.toSorted())
      expect(all).toEqual(expect.arrayContaining([...member]))
    }
  })

  test.each([...ENTITY_KINDS])('any set of a %s’s comes back from its mask', (kind) => {
    const random = seededRandom(11)
    for (let round = 0; round < 200; round += 1) {
      const some = ENTITY_PRIVILEGES[kind].all.filter(() => random.chance(0.5))
      const mask = privilegeMask(kind, [...some, ...some])
      expect(Number.isSafeInteger(mask)).toBe(true)
      expect(privilegesOfMask(kind, mask)).toEqual(some)
      for (const each of ENTITY_PRIVILEGES[kind].all) {
        expect(hasPrivilege(kind, mask, each)).toBe(some.includes(each))
      }
    }
    expect(privilegesOfMask(kind, EVERY_PRIVILEGE)).toEqual(ENTITY_PRIVILEGES[kind].all)
  })

  test('that a kind does not know are never held, and stand for no mask', () => {
    expect(hasPrivilege('group', EVERY_PRIVILEGE, 'space_view')).toBe(false)
    expect(() => privilegeMask('group', ['space_view'])).toThrow('no such privilege: space_view')
  })
})
