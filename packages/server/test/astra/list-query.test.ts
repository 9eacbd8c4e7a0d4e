import { describe, expect, test } from 'bun:test'
import { LIST_PARAMETERS, parseListQuery, refuseQuery } from '../../src/dialects/astra/list-query.ts'
import { ProblemRaised } from '../../src/dialects/astra/problem.ts'
import { ResourceFields } from '../../src/dialects/astra/resource-fields.ts'
import { tokenShape } from '../../src/dialects/astra/shapes.ts'

const fields = new ResourceFields(tokenShape)

function parse(query: string, supported = LIST_PARAMETERS as readonly (typeof LIST_PARAMETERS)[number][]) {
  return parseListQuery(new URLSearchParams(query), supported, fields)
}

/** Number of the problem, and the names of the parameters that it complains of. */
function refusal(run: () => unknown): readonly [number, ...string[]] {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ProblemRaised)) throw error
    return [error.problem.number, ...(error.problem.invalidParams ?? []).map(({ name }) => name)]
  }
  throw new Error('it was taken')
}

describe('the parameters of a list', () => {
  test('are all taken together', () => {
    expect(
      parse(
        "include=id,name,id&filter=name+eq+%27a%27&filter=name%20lt%20'b'&orderBy=name%20desc&skip=3&limit=20&count=true",
      ),
    ).toMatchObject({
      include: ['id', 'name', 'id'],
      filters: [
        { operator: 'eq', value: 'a' },
        { operator: 'lt', value: 'b' },
      ],
      orderBy: { field: 'name', isDescending: true },
      skip: 3,
      limit: 20,
      hasCount: true,
      continue: undefined,
    })
  })

  test('may all be absent', () => {
    expect(parse('')).toMatchObject({
      include: undefined,
      filters: [],
      skip: 0,
      limit: Infinity,
      hasCount: false,
    })
  })

  test.each([
    'limit=0',
    'limit=-1',
    'limit=01',
    'limit=1.0',
    'limit=1e3',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'skip=0',
    'skip=%2B1',
    'count=false',
    'count=TRUE',
    'count=',
    'orderBy=name asc',
    'orderBy=name desc ',
    'orderBy=name,id',
    'orderBy=metadata',
    'orderBy=token',
    'orderBy=nothing',
    'orderBy=',
    'include=',
    'include=id,',
    'include=metadata.labels',
    'include=token',
    'include=__proto__',
    'include=constructor',
    "filter=name ne 'x'",
    "filter=name eq ''",
    'filter=',
    'continue=!',
    'continue=abc',
  ])('%s is problem 5, and named', (query) => {
    expect(refusal(() => parse(query))).toEqual([5, query.slice(0, query.indexOf('='))])
  })

  test('that are wrong are all named at once, each once', () => {
    expect(refusal(() => parse('limit=0&skip=x&filter=a&filter=b&count=no'))).toEqual([
      5,
      'filter',
      'skip',
      'limit',
      'count',
    ])
  })

  test('skip and continue together are problem 5', () => {
    expect(refusal(() => parse('skip=1&continue=aaaa'))).toEqual([5, 'skip'])
  })

  test('that nobody has heard of are problem 6, before any that is wrong', () => {
    expect(refusal(() => parse('foo=1&limit=0&Limit=1&foo=2'))).toEqual([6, 'foo', 'Limit'])
  })

  test('that this list does not take are problem 6', () => {
    expect(refusal(() => parse('count=true&skip=1', ['include', 'limit']))).toEqual([6, 'count', 'skip'])
  })

  test('where there is no list are problem 6, even an empty name', () => {
    expect(refusal(() => refuseQuery(new URLSearchParams('=')))).toEqual([6, ''])
    expect(() => refuseQuery(new URLSearchParams(''))).not.toThrow()
  })
})
