import { describe, expect, test } from 'bun:test'
import { routeTable } from '../../src/dialects/route-table.ts'

const table = routeTable([
  { method: 'GET', path: '/tokens/named' },
  { method: 'GET', path: '/tokens/named/{id}' },
  { method: 'PATCH', path: '/tokens/named/{id}' },
  { method: 'DELETE', path: '/tokens/named/{id}' },
  { method: 'GET', path: '/tokens/named/{id}/status' },
  { method: 'GET', path: '/users/{id}/tokens/named/name/{name}' },
  { method: 'GET', path: '/users/me/tokens' },
])

function outcome(method: string, path: string): string {
  const match = table.match(method, path)
  switch (match.kind) {
    case 'route':
      return `${match.route.path} ${JSON.stringify(match.params)}`
    case 'unknown_method':
      return `${match.path} allows ${match.allowed.join(', ')}`
    case 'unknown_path':
      return 'unknown'
  }
}

describe('a table of routes', () => {
  test.each([
    ['GET', '/tokens/named', '/tokens/named {}'],
    ['GET', '/tokens/named/', '/tokens/named {}'],
    ['GET', '/tokens/named/t1', '/tokens/named/{id} {"id":"t1"}'],
    ['GET', '/tokens/named/t1/', '/tokens/named/{id} {"id":"t1"}'],
    ['GET', '/tokens/named/t1/status', '/tokens/named/{id}/status {"id":"t1"}'],
    ['GET', '/tok%65ns/named/a%2Fb', '/tokens/named/{id} {"id":"a/b"}'],
    [
      'GET',
      '/users/u1/tokens/named/name/my%20token',
      '/users/{id}/tokens/named/name/{name} {"id":"u1","name":"my token"}',
    ],
    ['GET', '/users/me/tokens', '/users/me/tokens {}'],
    // The literal leads nowhere here, so the parameter takes its place.
    ['GET', '/users/me/tokens/named/name/n', '/users/{id}/tokens/named/name/{name} {"id":"me","name":"n"}'],
    ['POST', '/tokens/named/t1', '/tokens/named/{id} allows DELETE, GET, PATCH'],
    ['HEAD', '/tokens/named', '/tokens/named allows GET'],
    ['get', '/tokens/named', '/tokens/named allows GET'],
    ['GET', '', 'unknown'],
    ['GET', '/', 'unknown'],
    ['GET', '/tokens', 'unknown'],
    ['GET', '/tokens/named//', 'unknown'],
    ['GET', '/tokens//named', 'unknown'],
    ['GET', '/tokens/named/t1/status/more', 'unknown'],
    ['GET', '/Tokens/named', 'unknown'],
    ['GET', '/tokens/named/%', 'unknown'],
    ['GET', '/tokens/named/%f', 'unknown'],
    ['GET', '/tokens/named/%zz', 'unknown'],
    // Neither is in any id: U+FFFD stands for them, and names nothing.
    ['GET', '/tokens/named/%ff', '/tokens/named/{id} {"id":"\ufffd"}'],
    ['GET', '/tokens/named/a%00b%C3', '/tokens/named/{id} {"id":"a\ufffdb\ufffd"}'],
    ['GET', '/tokens/named/%C3%A9%f0%9F%98%80', '/tokens/named/{id} {"id":"é😀"}'],
    ['GET', '/users/%00/tokens', 'unknown'],
    ['GET', '/tokens%2Fnamed', 'unknown'],
  ])('%s %s is %s', (method, path, expected) => {
    expect(outcome(method, path)).toBe(expected)
  })

  test('two routes with the same method and path are refused', () => {
    const twice = [
      { method: 'GET', path: '/a/{x}' },
      { method: 'GET', path: '/a/{y}' },
    ]
    expect(() => routeTable(twice)).toThrow(RangeError)
  })

  test('a path that was asked for before leads to the same, and what is done with its parameters stays where it is', () => {
    const ask = () => table.match('GET', '/tokens/named/again/status')
    const first = ask()
    if (first.kind === 'route') Object.assign(first.params, { id: 'another' })
    expect(ask()).toMatchObject({ kind: 'route', params: { id: 'again' } })
    expect(outcome('GET', '/tokens/named/again')).toBe('/tokens/named/{id} {"id":"again"}')
    expect(outcome('DELETE', '/tokens/named/again/status')).toBe('/tokens/named/{id}/status allows GET')
  })

  test('more paths than are remembered, and longer ones, are found as they were', () => {
    const ids = ['x'.repeat(300), ...Array.from({ length: 3000 }, (_, index) => `t${index}`)]
    for (const id of [...ids, ...ids]) {
      expect(table.match('GET', `/tokens/named/${id}`)).toMatchObject({ kind: 'route', params: { id } })
    }
  })
})
