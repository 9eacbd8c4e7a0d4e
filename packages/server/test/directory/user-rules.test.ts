import { describe, expect, test } from 'bun:test'
import { newCanonicalId, newOnezoneId, newSdwanId, newUuid } from '../../src/directory/new-ids.ts'
import { isAcceptablePassword, isEmail, isFullName, isUsername } from '../../src/directory/user-rules.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const rules = [
  {
    name: 'a username',
    rule: isUsername,
    good: ['ab', 'a.b-c_d', 'A1', '0z', 'a'.repeat(32)],
    bad: ['', 'a', '_ab', 'ab_', '.ab', 'a b', 'a'.repeat(33), 'żółw', 'ab\n'],
  },
  {
    name: 'a full name',
    rule: isFullName,
    good: ['Al', 'Zażółć Gęślą', "Conan O'Brien, Jr.", '3 Musketeers', 'x'.repeat(128)],
    bad: ['', 'A', ' Al', 'Al ', '-Al', 'Al_B', 'x'.repeat(129), 'Al\n'],
  },
  {
    name: 'a password',
    rule: isAcceptablePassword,
    good: ['12345678', '        ', '🐢🐢', 'x'.repeat(1024)],
    bad: ['', '1234567', '🐢ab', 'x'.repeat(1025)],
  },
  {
    name: 'an e-mail address',
    rule: isEmail,
    good: ['a@b', 'first.last+tag@sub.example.org'],
    bad: ['', 'a', '@b', 'a@', 'a b@c', 'a@b@c', 'a@b\n'],
  },
]

for (const { name, rule, good, bad } of rules) {
  describe(name, () => {
    for (const text of good)
      test(`may be ${JSON.stringify(text.slice(0, 40))}`, () => expect(rule(text)).toBe(true))
    for (const text of bad)
      test(`may not be ${JSON.stringify(text.slice(0, 40))}`, () => expect(rule(text)).toBe(false))
  })
}

describe('new ids have the form that their API shows', () => {
  const ambient = fixedAmbient()
  const forms = [
    ['canonical', newCanonicalId, /^[1-9][0-9]{0,14}$/],
    ['UUIDv4', newUuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['Onezone', newOnezoneId, /^[0-9a-f]{32}ch[0-9a-f]{4}$/],
    ['SD-WAN', newSdwanId, /^[1-9][0-9]{17}$/],
  ] as const
  for (const [name, make, form] of forms) {
    test(name, () => {
      const ids = Array.from({ length: 500 }, () => String(make(ambient)))
      for (const id of ids) expect(id).toMatch(form)
      expect(new Set(ids).size).toBe(ids.length)
    })
  }
})
