import {
  type Condition,
  CHUNK_ITEMS,
  chunksOf,
  type Listing,
  type Order,
  type Position,
} from '../../accounts/listing.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import type { Answer } from '../dialect.ts'
import { type ContinueDeps, continueToken, positionOf } from './continue-token.ts'
import { type Condition as Filter, compared, matchesAll } from './filter.ts'
import { type ListQuery, NOT_OURS, type OrderBy } from './list-query.ts'
import type { MediaType } from './media-type.ts'
import { ProblemRaised } from './problem.ts'
import { collectionAnswer } from './render.ts'
import { type ResourceFields, valuesAt } from './resource-fields.ts'

/** A collection as its lists need it. */
export interface Collection<Field extends string> {
  readonly media: MediaType
  readonly fields: ResourceFields
  /** What the store itself compares and orders, by its dotted path in the item as shown. */
  readonly stored: Readonly<Record<string, Field>>
  /** What a list is ordered by that says nothing of it. */
  readonly byCreation: Field
}

export interface ListRequest<Scope, Field extends string, Item> {
  readonly collection: Collection<Field>
  readonly listing: Listing<Scope, Field, Item>
  readonly scope: Scope
  readonly show: (item: Item) => JsonObject
  readonly query: ListQuery
  /** The path, which says whose list of what it is. */
  readonly path: string
}

/** An item as it is shown, and where it stands in the list. */
interface Row {
  readonly shown: JsonObject
  readonly position: Position
}

/**
 * A list, as much of it as is asked for. What has no limit is not put together first but sent as it is read.
 * @throws {ProblemRaised} 5 when `continue` is not of this list
 */
export async function answerList<Scope, Field extends string, Item>(
  deps: ContinueDeps,
  request: ListRequest<Scope, Field, Item>,
): Promise<Answer> {
  const { query } = request
  const list = nameOf(request.path, query)
  const after = query.continue === undefined ? undefined : positionOf(deps, list, query.continue)
  if (query.continue !== undefined && after === undefined) {
    throw new ProblemRaised({ number: 5, invalidParams: [{ name: 'continue', reason: NOT_OURS }] })
  }
  const count = query.hasCount ? await countOf(request) : undefined
  const page = new Page(rowsOf(request, after), query)
  return collectionAnswer(request.collection.media, page.texts(), () => ({
    ...(page.next !== undefined && { continue: continueToken(deps, list, page.next) }),
    ...(count !== undefined && { count }),
  }))
}

/** All that decides which items there are and in which order; how many of them at a time, and what of them, does not. */
function nameOf(path: string, { filters, orderBy }: ListQuery): readonly string[] {
  const conditions = filters.map(({ path, operator, value }) => JSON.stringify([path, operator, value]))
  return [path, JSON.stringify(orderBy ?? null), ...conditions]
}

/** One page: it knows where the next one begins once all its texts are taken. */
class Page {
  readonly #rows: AsyncIterable<readonly Row[]>
  readonly #query: ListQuery
  #next: Position | undefined

  /** @param rows one more than the page has room for, when there is one */
  constructor(rows: AsyncIterable<readonly Row[]>, query: ListQuery) {
    this.#rows = rows
    this.#query = query
  }

  /** The last item's, when there are more behind it. */
  get next(): Position | undefined {
    return this.#next
  }

  /** The items' JSON, many at a time, with commas between. */
  async *texts(): AsyncGenerator<string, void, undefined> {
    const { include, limit } = this.#query
    let left = limit
    let last: Position | undefined
    for await (const rows of this.#rows) {
      const kept = rows.slice(0, left)
      if (kept.length < rows.length) this.#next = kept.at(-1)?.position ?? last
      left -= kept.length
      last = kept.at(-1)?.position ?? last
      if (kept.length > 0) yield kept.map(({ shown }) => JSON.stringify(included(shown, include))).join(',')
    }
  }
}

function included(shown: JsonObject, include: readonly string[] | undefined): unknown {
  return include === undefined ? shown : include.map((field) => shown[field] ?? null)
}

function rowsOf<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
  after: Position | undefined,
): AsyncIterable<readonly Row[]> {
  const { collection, query } = request
  const { orderBy, skip } = query
  // One more than asked for tells whether there are more.
  const limit = query.limit + 1
  if (orderBy === undefined) {
    return storedRows(request, { field: collection.byCreation, isDescending: false }, after, skip, limit)
  }
  const { field: name, isDescending } = orderBy
  const field = Object.hasOwn(collection.stored, name) ? collection.stored[name] : undefined
  return field === undefined
    ? sortedRows(request, orderBy, after, skip, limit)
    : storedRows(request, { field, isDescending }, after, skip, limit)
}

async function* storedRows<Scope, Field extends string, Item>(
  { collection, listing, scope, show, query }: ListRequest<Scope, Field, Item>,
  order: Order<Field>,
  after: Position | undefined,
  skip: number,
  limit: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const { conditions, others } = splitFilters(collection, query.filters)
  const chunks = chunksOf(listing, scope, {
    conditions,
    order,
    after,
    skip,
    limit: Number.isFinite(limit) ? limit : undefined,
    meets: others.length === 0 ? undefined : (item) => matchesAll(show(item), others),
  })
  for await (const chunk of chunks) {
    yield chunk.map(({ item, position }) => ({ shown: show(item), position }))
    await letOthersRun()
  }
}

/** In an order that no index has: everything is looked at, and no more kept than the page has room for. */
async function* sortedRows<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
  { field, isDescending }: OrderBy,
  after: Position | undefined,
  skip: number,
  limit: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const { collection } = request
  const order = isDescending ? (a: Position, b: Position) => inOrder(b, a) : inOrder
  const path = [{ key: field, isEach: false }]
  const best = new Best<Row>((a, b) => order(a.position, b.position), skip + limit)
  const all = storedRows(
    request,
    { field: collection.byCreation, isDescending: false },
    undefined,
    0,
    Infinity,
  )
  for await (const rows of all) {
    for (const {
      shown,
      position: { id },
    } of rows) {
      const key = (valuesAt(shown, path)[0] ?? '').slice(0, MAX_KEY_CHARS)
      const position = { key, id }
      if (after === undefined || order(after, position) < 0) best.add({ shown, position })
    }
  }
  const sorted = best.inOrder().slice(skip)
  for (let at = 0; at < sorted.length; at += CHUNK_ITEMS) yield sorted.slice(at, at + CHUNK_ITEMS)
}

/** As much of a text as decides its place: all of it goes into the `continue` of a URL. */
const MAX_KEY_CHARS = 512

function inOrder(a: Position, b: Position): number {
  return compared(String(a.key), String(b.key)) || compared(a.id, b.id)
}

/** The first so many of what is added, in an order. */
class Best<T> {
  readonly #order: (a: T, b: T) => number
  readonly #limit: number
  #kept: T[] = []

  constructor(order: (a: T, b: T) => number, limit: number) {
    this.#order = order
    this.#limit = limit
  }

  add(value: T): void {
    this.#kept.push(value)
    // Now and then, so that each value is compared a few times only.
    if (this.#kept.length >= 2 * this.#limit + CHUNK_ITEMS) this.#kept = this.inOrder()
  }

  inOrder(): T[] {
    return this.#kept.toSorted(this.#order).slice(0, this.#limit)
  }
}

async function countOf<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
): Promise<number> {
  const { collection, listing, scope, query } = request
  const { conditions, others } = splitFilters(collection, query.filters)
  if (others.length === 0) return listing.count(scope, conditions)
  let count = 0
  const order = { field: collection.byCreation, isDescending: false }
  for await (const rows of storedRows(request, order, undefined, 0, Infinity)) count += rows.length
  return count
}

/** What the store compares itself, and what only the item as it is shown tells. */
function splitFilters<Field extends string>(
  { stored, fields }: Collection<Field>,
  filters: readonly Filter[],
): { readonly conditions: readonly Condition<Field>[]; readonly others: readonly Filter[] } {
  const conditions: Condition<Field>[] = []
  const others: Filter[] = []
  for (const filter of filters) {
    const { path, operator, value, instant } = filter
    const dotted = path.map(({ key, isEach }) => (isEach ? `${key}[*]` : key)).join('.')
    // A time as it is written is something else than the time that is kept.
    const isText = operator === 'in' && fields.leafKind(path) === 'instant'
    const field = Object.hasOwn(stored, dotted) ? stored[dotted] : undefined
    if (field === undefined || isText) others.push(filter)
    else conditions.push({ field, operator, value: instant === undefined ? value : inSeconds(instant) })
  }
  return { conditions, others }
}

const NANOS_PER_SECOND = 1_000_000_000n

/** Times are kept in whole seconds, so of a fraction only that there is one makes a difference. */
function inSeconds(nanos: bigint): number {
  const seconds = nanos / NANOS_PER_SECOND
  const rest = nanos - seconds * NANOS_PER_SECOND
  return Number(seconds) + (rest > 0n ? 0.5 : rest < 0n ? -0.5 : 0)
}

/** The database answers at once where it is in this process: without this nobody else had a turn until all is read. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
