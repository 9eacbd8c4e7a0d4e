import { describe, expect, test } from 'bun:test'
import { type Dependency, RememberedFacts } from '../../src/authority/remembered-facts.ts'
import type { ChangeKind } from '../../src/change.ts'
import type { TenantId } from '../../src/directory/tenant.ts'

const KINDS: Readonly<Record<ChangeKind, boolean>> = {
  token: true,
  subject: true,
  epoch: false,
  generation: false,
  password: false,
  privilege: false,
  membership: false,
  support: false,
  session: false,
  role: false,
  tenant: false,
}
// Safe as a brand: any number will do where nothing is stored.
const tenantId = 1 as TenantId
const OF_ONE: readonly Dependency[] = [
  { kind: 'token', tenantId, key: 'astra/one' },
  { kind: 'subject', tenantId, key: '7' },
]

function remembering(facts = new RememberedFacts<string>(100, KINDS)): RememberedFacts<string> {
  facts.remember(facts.position, 'one', 'fact', OF_ONE)
  facts.remember(facts.position, 'two', 'other', [{ kind: 'token', tenantId, key: 'astra/two' }])
  return facts
}

const change = (kind: string, key: string, of: TenantId = tenantId) => ({
  kind,
  key,
  tenantId: of,
  number: 1,
})

describe('a remembered fact', () => {
  test.each([
    ['token', 'astra/one'],
    ['subject', '7'],
  ])('is forgotten with a change of its %s, and no other is', (kind, key) => {
    const facts = remembering()
    facts.apply(change(kind, key))
    expect([facts.find('one'), facts.find('two')]).toEqual([undefined, 'other'])
  })

  test('stays with changes of others, of other tenants, and of what it does not hang on', () => {
    const facts = remembering()
    facts.apply(change('token', 'astra/three'))
    facts.apply(change('subject', '7', 2 as TenantId))
    facts.apply(change('role', '7'))
    facts.apply(change('password', '7'))
    expect([facts.find('one'), facts.find('two')]).toEqual(['fact', 'other'])
  })

  test.each(['something of a later version', 'constructor', '__proto__'])(
    'is forgotten with all others for a change of the kind %s',
    (kind) => {
      const facts = remembering()
      facts.apply(change(kind, 'x'))
      expect([facts.find('one'), facts.find('two'), facts.size]).toEqual([undefined, undefined, 0])
    },
  )

  test('is not remembered when what it hangs on was changed since it was read', () => {
    const facts = new RememberedFacts<string>(100, KINDS)
    const since = facts.position
    facts.apply(change('subject', '7'))
    facts.remember(since, 'one', 'stale', OF_ONE)
    expect(facts.find('one')).toBeUndefined()
    facts.remember(facts.position, 'one', 'fresh', OF_ONE)
    expect(facts.find('one')).toBe('fresh')
  })

  test('is not remembered when all was forgotten since it was read', () => {
    const facts = new RememberedFacts<string>(100, KINDS)
    const since = facts.position
    facts.flush()
    facts.remember(since, 'one', 'stale', OF_ONE)
    expect(facts.find('one')).toBeUndefined()
  })

  test('makes room for others: there are never more than allowed', () => {
    const facts = new RememberedFacts<number>(10, KINDS)
    for (let index = 0; index < 1000; index += 1) facts.remember(facts.position, String(index), index, [])
    expect(facts.size).toBeLessThanOrEqual(10)
    expect(facts.find('999')).toBe(999)
  })
})

describe('the memory', () => {
  test('takes no more than it may, however large its facts are', () => {
    const facts = new RememberedFacts<string>(1000, KINDS, { maxBytes: 100, bytesOf: ({ length }) => length })
    for (let index = 0; index < 50; index += 1)
      facts.remember(facts.position, `fact ${index}`, 'x'.repeat(20), [])
    expect(facts.size).toBeLessThanOrEqual(5)
    expect(facts.find('fact 49')).toBeDefined()
    expect(facts.find('fact 0')).toBeUndefined()
  })
})
