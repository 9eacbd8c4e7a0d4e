import { describe, expect, test } from 'bun:test'
import { assert, constantFrom, property, string } from 'fast-check'
import { routeTable } from '../../src/dialects/route-table.ts'

const table = routeTable([
  { method: 'GET', path: '/tokens/named' },
  { method: 'GET', path: '/tokens/named/{id}' },
  { method: 'GET', path: '/tokens/{kind}/special/name' },
  { method: 'GET', path: '/users/{id}/tokens/named/name/{name}' },
])

describe('a table of routes, whatever the path', () => {
  const segment = string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0'))

  test('any segments put into a route, encoded, come back as its parameters', () => {
    assert(
      property(segment, segment, (id, name) => {
        const path = `/users/${encodeURIComponent(id)}/tokens/named/name/${encodeURIComponent(name)}`
        expect(table.match('GET', path)).toMatchObject({ kind: 'route', params: { id, name } })
      }),
    )
  })

  test('a path that is found is found with a slash at its end too, and never with two', () => {
    assert(
      property(segment, (id) => {
        const path = `/tokens/named/${encodeURIComponent(id)}`
        expect(table.match('GET', `${path}/`)).toEqual(table.match('GET', path))
        expect(table.match('GET', `${path}//`).kind).toBe('unknown_path')
      }),
    )
  })

  test('nothing makes it throw', () => {
    assert(
      property(string({ unit: constantFrom('/', '%', '2', 'F', 'tokens', 'named', 'é') }), (path) => {
        table.match('GET', path)
      }),
    )
  })

  test('the name of an inherited property is a value like any other', () => {
    expect(table.match('GET', '/tokens/named/__proto__')).toMatchObject({ params: { id: '__proto__' } })
  })
})
