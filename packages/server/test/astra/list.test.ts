import { describe, expect, test } from 'bun:test'
import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check'
import type { Condition, Listing, Placed, Question } from '../../src/accounts/listing.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { newSealedRootKey, openKeyRing } from '../../src/authority/key-ring.ts'
import type { JsonObject } from '../../src/authority/named-token.ts'
import { compared } from '../../src/dialects/astra/filter.ts'
import { answerList } from '../../src/dialects/astra/list.ts'
import type { Collection } from '../../src/dialects/astra/list-rows.ts'
import { LIST_PARAMETERS, parseListQuery } from '../../src/dialects/astra/list-query.ts'
import * as media from '../../src/dialects/astra/media-type.ts'
import { ProblemRaised } from '../../src/dialects/astra/problem.ts'
import { ResourceFields } from '../../src/dialects/astra/resource-fields.ts'
import { groupShape } from '../../src/dialects/astra/shapes.ts'
import { hmacSha256 } from '../../src/hmac.ts'

const MASTER_KEY = new Uint8Array(32)
const keyRing = openKeyRing(
  MASTER_KEY,
  [newSealedRootKey(MASTER_KEY, 1, systemAmbient)],
  systemAmbient,
  hmacSha256,
)

interface Item {
  readonly id: string
  readonly name: string
  readonly authProvider: string
  readonly authID: string
  readonly createdAt: number
}

type Field = 'id' | 'name' | 'authProvider' | 'createdAt'

/** As the store's are: `name` is in an index there, `authProvider` is only compared, and `authID` not even that. */
const groups: Collection<Field> = {
  media: media.GROUP,
  fields: new ResourceFields(groupShape),
  stored: { id: 'id', name: 'name', authProvider: 'authProvider' },
  indexed: ['id', 'name'],
  byCreation: 'createdAt',
}

function listingOf(items: () => readonly Item[]): Listing<string, Field, Item> {
  const placed = (item: Item, field: Field): Placed<Item> => ({
    item,
    position: { key: item[field], id: item.id },
  })
  const meets = (item: Item, { field, operator, value }: Condition<Field>): boolean =>
    operator === 'in' ? String(item[field]).includes(String(value)) : item[field] === value
  return {
    async page(_, { conditions, order, after, skip, limit }: Question<Field>) {
      const direction = order.isDescending ? -1 : 1
      const compare = (a: Placed<Item>, b: Placed<Item>): number =>
        direction *
        (compared(a.position.key as string, b.position.key as string) ||
          compared(a.position.id, b.position.id))
      return items()
        .filter((item) => conditions.every((condition) => meets(item, condition)))
        .map((item) => placed(item, order.field))
        .toSorted(compare)
        .filter((one) => after === undefined || compare({ ...one, position: after }, one) < 0)
        .slice(skip, skip + limit)
    },
    count: async (_, conditions) =>
      items().filter((item) => conditions.every((condition) => meets(item, condition))).length,
    places: async (_, { conditions, field, afterId = '', limit }) =>
      items()
        .filter((item) => item.id > afterId && conditions.every((condition) => meets(item, condition)))
        .map((item) => placed(item, field).position)
        .toSorted((a, b) => compared(a.id, b.id))
        .slice(0, limit),
    byIds: async (_, ids) => items().flatMap((item) => (ids.includes(item.id) ? [placed(item, 'id')] : [])),
  }
}

function show({ id, name, authProvider, authID }: Item): JsonObject {
  return { id, name, authProvider, authID, metadata: { labels: [{ name: 'of', value: name }] } }
}

interface List {
  readonly items: readonly JsonObject[]
  readonly metadata: { readonly continue?: string; readonly count?: number }
  readonly isStreamed: boolean
}

async function list(
  items: readonly Item[] | (() => readonly Item[]),
  query: string,
  path = '/x',
): Promise<List> {
  const current = typeof items === 'function' ? items : () => items
  const answer = await answerList(
    { keyRing },
    {
      collection: groups,
      listing: listingOf(current),
      scope: 'all',
      show,
      query: parseListQuery(new URLSearchParams(query), LIST_PARAMETERS, groups.fields),
      path,
    },
  )
  const { body = '' } = answer
  const isStreamed = typeof body === 'object' && Symbol.asyncIterator in body
  const text = isStreamed ? (await Array.fromAsync(body)).join('') : String(body)
  return { ...JSON.parse(text), isStreamed }
}

function item(number: number, { name = 'n', authProvider = 'p', authID = 'a' } = {}): Item {
  return { id: String(number).padStart(6, '0'), name, authProvider, authID, createdAt: 1000 - number }
}

const idsOf = ({ items }: List): readonly unknown[] => items.map(({ id }) => id)

const anItem = record({
  number: integer({ min: 0, max: 40 }),
  name: constantFrom('a', 'b', 'c'),
  authProvider: constantFrom('p', 'q', 'r'),
  authID: constantFrom('x', 'y', 'z'),
})

const someItems = array(anItem, { maxLength: 30 }).map((all) => [
  ...new Map(all.map(({ number, ...rest }) => [number, item(number, rest)])).values(),
])

const anOrder = constantFrom(
  '',
  ...['id', 'name', 'authProvider', 'authID'].flatMap((field) => [field, `${field} desc`]),
)
const aFilter = constantFrom(
  '',
  "name eq 'a'",
  "authProvider eq 'p'",
  "authID eq 'x'",
  "metadata.labels[*].value in 'b'",
)

function queryOf(parameters: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== '') query.set(name, String(value))
  return String(query)
}

describe('a list', () => {
  test('has what matches, in its order, and pages put together are the whole', async () => {
    await assert(
      asyncProperty(
        someItems,
        anOrder,
        aFilter,
        integer({ min: 1, max: 7 }),
        async (items, orderBy, filter, limit) => {
          const whole = await list(items, queryOf({ orderBy, filter, count: 'true' }))
          expect(whole.metadata).toEqual({ count: whole.items.length })
          const pages: unknown[] = []
          let after: string | undefined = ''
          while (after !== undefined) {
            const page: List = await list(
              items,
              queryOf({ orderBy, filter, limit, count: 'true', continue: after }),
            )
            expect(page.metadata.count).toBe(whole.items.length)
            expect(page.items.length).toBeLessThanOrEqual(limit)
            pages.push(...idsOf(page))
            after = page.metadata.continue
          }
          expect(pages).toEqual([...idsOf(whole)])
        },
      ),
    )
  })

  test('shows on its pages nothing twice, and all that was there throughout, whatever comes and goes meanwhile', async () => {
    await assert(
      asyncProperty(
        someItems,
        array(record({ item: anItem, isThere: boolean() }), { maxLength: 10 }),
        anOrder,
        integer({ min: 1, max: 5 }),
        async (items, writes, orderBy, limit) => {
          const now = new Map(items.map((one) => [one.id, one]))
          const touched = new Set<string>()
          const seen: unknown[] = []
          let after: string | undefined = ''
          const todo = [...writes]
          while (after !== undefined) {
            const page: List = await list(
              () => [...now.values()],
              queryOf({ orderBy, limit, continue: after }),
            )
            seen.push(...idsOf(page))
            after = page.metadata.continue
            const write = todo.shift()
            if (write === undefined) continue
            const { number, ...rest } = write.item
            const one = item(number, rest)
            // A key that changes moves an item, so only coming and going is promised anything for.
            if (now.has(one.id) === write.isThere) continue
            touched.add(one.id)
            if (write.isThere) now.set(one.id, one)
            else now.delete(one.id)
          }
          expect(new Set(seen).size).toBe(seen.length)
          for (const { id } of items) if (!touched.has(id)) expect(seen).toContain(id)
        },
      ),
    )
  })

  test('skips after filter and order, whether the store does both or not', async () => {
    const items = [1, 2, 3, 4, 5].map((number) => item(number, { authID: number % 2 === 0 ? 'even' : 'odd' }))
    expect(idsOf(await list(items, 'orderBy=id&skip=2&limit=2'))).toEqual(['000003', '000004'])
    expect(idsOf(await list(items, "orderBy=id&skip=1&filter=authID eq 'odd'"))).toEqual(['000003', '000005'])
    expect(idsOf(await list(items, 'orderBy=authID desc&skip=4'))).toEqual(['000002'])
    expect(idsOf(await list(items, 'skip=6'))).toEqual([])
  })

  test('fills a page whose items go between the look at their places and theirs', async () => {
    const items = Array.from({ length: 9 }, (_, index) => item(index))
    let looks = 0
    // Places are looked at first: after that look, three of the first five are gone.
    const shrinking = () => (++looks === 1 ? items : items.filter((_, index) => ![0, 2, 4].includes(index)))
    const page = await list(shrinking, 'orderBy=authProvider&limit=5')
    expect(idsOf(page)).toEqual(['000001', '000003', '000005', '000006', '000007'])
    expect(page.metadata.continue).toBeString()
  })

  test('has the values that are asked for, in that order, even a single one, and null for what is absent', async () => {
    expect((await list([item(1)], 'include=name')).items).toEqual([['n']] as never)
    expect((await list([item(1)], 'include=authID,id,metadata,version,id')).items).toEqual([
      ['a', '000001', { labels: [{ name: 'of', value: 'n' }] }, null, '000001'],
    ] as never)
  })

  test('says how to go on only when there is more', async () => {
    const items = [1, 2, 3].map((number) => item(number))
    expect((await list(items, 'limit=3')).metadata).toEqual({})
    expect((await list(items, 'limit=2')).metadata.continue).toBeString()
    expect((await list(items, 'limit=99999999999999999999')).metadata).toEqual({})
  })

  test('is sent as it is read when it is long, and in one piece when it is not', async () => {
    const items = Array.from({ length: 2500 }, (_, index) => item(index))
    const long = await list(items, '')
    expect([long.isStreamed, long.items.length]).toEqual([true, 2500])
    expect((await list(items.slice(0, 100), '')).isStreamed).toBe(false)
    const page = await list(items, 'limit=2400')
    expect([page.items.length, page.metadata.continue === undefined]).toEqual([2400, false])
    expect(
      (await list(items, `limit=2400&continue=${encodeURIComponent(page.metadata.continue ?? '')}`)).items
        .length,
    ).toBe(100)
  })
})

describe('what a page says to go on with', () => {
  const items = [1, 2, 3].map((number) => item(number))
  const next = async (query: string, path?: string): Promise<string> =>
    (await list(items, query, path)).metadata.continue ?? ''
  const goOn = (query: string, token: string, path?: string) =>
    list(items, `${query}&continue=${encodeURIComponent(token)}`, path)
  /** The problem that going on so is refused with; `undefined`: it is not. */
  const refusal = async (query: string, token: string, path?: string): Promise<number | undefined> => {
    try {
      await goOn(query, token, path)
      return undefined
    } catch (error) {
      if (error instanceof ProblemRaised) return error.problem.number
      throw error
    }
  }

  test('is standard base64', async () => {
    expect(await next('limit=1')).toMatch(/^([A-Za-z0-9+/]{4})*(([A-Za-z0-9+/]{2})==|([A-Za-z0-9+/]{3})=)?$/)
  })

  test.each([
    ['another order', 'limit=1&orderBy=id'],
    ['another condition', "limit=1&filter=name eq 'n'"],
  ])('is of no use for %s', async (_, query) => {
    const token = await next('limit=1')
    expect(await refusal(query, token)).toBe(5)
  })

  test('is of no use for another list', async () => {
    expect(await refusal('limit=1', await next('limit=1', '/one'), '/other')).toBe(5)
  })

  test('serves pages of another size, and other fields', async () => {
    expect((await goOn('limit=2&include=id', await next('limit=1'))).items).toEqual([
      ['000002'],
      ['000001'],
    ] as never)
  })

  test('is refused when any of its bytes is another one', async () => {
    const bytes = Buffer.from(await next('limit=1'), 'base64')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await refusal('limit=1', changed.toString('base64'))).toBe(5)
    }
    expect(await refusal('limit=1', bytes.subarray(0, 20).toString('base64'))).toBe(5)
    expect(await refusal('limit=1', '')).toBe(5)
  })
})
