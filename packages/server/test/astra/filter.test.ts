import { describe, expect, test } from 'bun:test'
import { array, assert, constantFrom, oneof, property, string, tuple } from 'fast-check'
import { matchesAll, parseFilter } from '../../src/dialects/astra/filter.ts'
import { ResourceFields } from '../../src/dialects/astra/resource-fields.ts'
import { tokenShape, userShape } from '../../src/dialects/astra/shapes.ts'

const fields = new ResourceFields(userShape)

/** As it is published (Astra, §3.2), without the backslash that no Unicode expression takes. */
const PUBLISHED =
  /^(([0-9a-zA-Z]+(\[\*\])?)((\.[0-9a-zA-Z]+(\[\*\])?)+)?( |%20)(eq|lt|gt|lte|gte|in)( |%20)'([0-9a-zA-Z.,-_:@ {}"])+')(,(\1))*$/

/** Everything is a field of these, so that only the grammar decides. */
const anyField = new (class extends ResourceFields {
  override leafKind(): 'text' {
    return 'text'
  }
})({})

const ITEM = {
  id: 'b',
  email: 'ana@example.org',
  metadata: {
    labels: [
      { name: 'env', value: 'test' },
      { name: 'team', value: 'blue' },
    ],
    creationTimestamp: '2026-11-22T09:30:00Z',
  },
}

function isMatch(...filters: readonly string[]): boolean {
  const conditions = filters.map((filter) => {
    const condition = parseFilter(filter, fields)
    if (typeof condition === 'string') throw new Error(`${filter}: ${condition}`)
    return condition
  })
  return matchesAll(ITEM, conditions)
}

describe('a filter', () => {
  test('is taken exactly when the published expression takes it', () => {
    const piece = constantFrom(
      'name',
      'a1',
      '.',
      '[*]',
      ' ',
      '%20',
      'eq',
      'lt',
      'lte',
      'gte',
      'gt',
      'in',
      'ne',
      "'",
      'x y',
      ',',
      '+',
      '"',
      '-',
      '\\',
      'é',
    )
    const likely = tuple(
      constantFrom('name', 'a.b', 'a[*].b', 'a..b', '.a', ''),
      constantFrom(' ', '%20', '  '),
      constantFrom('eq', 'in', 'lte', 'EQ', 'ne'),
      constantFrom(' ', '%20', ''),
      constantFrom("'x'", "'a,b'", "''", "'x", "'a+b'", "'{\"}'", "'a\\b'"),
    ).map((parts) => parts.join(''))
    const repeated = tuple(likely, likely).map(([one, other]) => [one, one, other].join(','))
    assert(
      property(
        oneof(
          array(piece).map((pieces) => pieces.join('')),
          likely,
          repeated,
          string(),
        ),
        (text) => {
          expect(typeof parseFilter(text, anyField) !== 'string').toBe(PUBLISHED.test(text))
        },
      ),
      { numRuns: 5000 },
    )
  })

  test.each([
    ["id eq 'b'", true],
    ["id%20eq%20'b'", true],
    ["id eq 'B'", false],
    ["id eq 'b',id eq 'b'", true],
    ["id lt 'c'", true],
    ["id lt 'b'", false],
    ["id lte 'b'", true],
    ["id gt 'a'", true],
    ["id gte 'c'", false],
    ["email in 'example'", true],
    ["email in 'EXAMPLE'", false],
    ["metadata.labels[*].name eq 'team'", true],
    ["metadata.labels[*].value eq 'red'", false],
    // What is absent is neither equal to anything nor less.
    ["companyName lt 'z'", false],
    ["metadata.creationTimestamp eq '2026-11-22T09:30:00,000Z'", true],
    ["metadata.creationTimestamp lt '2026-11-22T09:30:00.000000001Z'", true],
    ["metadata.creationTimestamp gt '2026-11-22T09:29:59.9Z'", true],
    ["metadata.creationTimestamp in '09:30'", true],
  ])('%s holds of the item: %p', (filter, holds) => {
    expect(isMatch(filter)).toBe(holds)
  })

  test('holds with another one only when both do', () => {
    expect(isMatch("id eq 'b'", "email in 'ana'")).toBe(true)
    expect(isMatch("id eq 'b'", "email in 'bob'")).toBe(false)
  })

  test.each([
    ["secret eq 'x'", 'no field'],
    ["__proto__ eq 'x'", 'no field, but of every object'],
    ["metadata eq 'x'", 'an object'],
    ["metadata.labels eq 'x'", 'an array'],
    ["metadata.labels.name eq 'x'", 'inside an array, without [*]'],
    ["id[*] eq 'x'", 'no array'],
    ["id.x eq 'x'", 'inside a text'],
    ["metadata.creationTimestamp eq 'yesterday'", 'no time'],
    ["metadata.creationTimestamp eq '2026-11-22T09:30:00+00:00'", 'no time'],
    ["id eq 'b',email eq 'ana@example.org'", 'another condition behind a comma'],
    ["id ne 'b'", 'no operator'],
    ['id eq b', 'no quotes'],
    ['', 'nothing'],
  ])('%s is refused: %s', (filter) => {
    expect(parseFilter(filter, fields)).toBeString()
  })

  test('cannot name the secret of a token', () => {
    expect(parseFilter("token eq 'x'", new ResourceFields(tokenShape))).toBeString()
  })

  test('of any size takes a time that grows with its size only', () => {
    // An expression with a back-reference, or an ambiguous one, would need the age of the world for these.
    const size = 100_000
    for (const text of [
      `${'a.'.repeat(size)} eq 'x'`,
      `${'a'.repeat(size)} eq 'x`,
      'a[*].'.repeat(size),
      `id eq '${','.repeat(size)}`,
      `id eq 'b'${",id eq 'b'".repeat(size)}x`,
    ]) {
      expect(parseFilter(text, anyField)).toBeString()
    }
    expect(parseFilter(`id eq 'b'${",id eq 'b'".repeat(size)}`, fields)).not.toBeString()
  })
})
