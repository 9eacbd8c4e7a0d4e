import {
  CHUNK_ITEMS,
  type Condition,
  chunksOf,
  type Listing,
  type Order,
  type Placed,
  type Position,
} from '../../accounts/listing.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import { type Condition as Filter, matchesAll } from './filter.ts'
import type { ListQuery } from './list-query.ts'
import type { MediaType } from './media-type.ts'
import { type ResourceFields, valuesAt } from './resource-fields.ts'
import { Best, letOthersRun, placeOrder, sortedByPlace, sortedKey } from './sorted-places.ts'

/** A collection as its lists need it. */
export interface Collection<Field extends string> {
  readonly media: MediaType
  readonly fields: ResourceFields
  /** What the store itself compares and orders, by its dotted path in the item as shown. */
  readonly stored: Readonly<Record<string, Field>>
  /** By which of them the store finds a page in an index. By others it would sort all there are, and for each page anew. */
  readonly indexed: readonly Field[]
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

/** Which of the rows that match. */
export interface Span {
  readonly after: Position | undefined
  readonly skip: number
  readonly limit: number
}

/** What most lists have less of: then they are answered without more ado. */
const FEW_ITEMS = 128

/**
 * The rows of a list in its order: at once where they are few, else many at a time as they are read.
 */
export async function rowsOf<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
  span: Span,
): Promise<readonly Placed<Item>[] | AsyncIterable<readonly Placed<Item>[]>> {
  const { collection, query } = request
  const order = storedOrder(request)
  const { conditions, others } = splitFilters(collection, query.filters)
  if (order === undefined || (others.length > 0 && !isIndexed(collection, order)))
    return sortedRows(request, span)
  if (!isIndexed(collection, order))
    return sortedByPlace(request.listing, request.scope, { ...span, conditions, order })
  if (others.length > 0) return storedRows(request, order, span)
  const limit = Math.min(span.limit, FEW_ITEMS)
  const few = await request.listing.page(request.scope, { ...span, conditions, order, limit })
  if (few.length < FEW_ITEMS) return few
  const rest = { after: few.at(-1)?.position, skip: 0, limit: span.limit - few.length }
  return followed(few, storedRows(request, order, rest))
}

/** How many match, wherever a page begins. */
export async function countRows<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
): Promise<number> {
  const { collection, listing, scope, query } = request
  const { conditions, others } = splitFilters(collection, query.filters)
  if (others.length === 0) return listing.count(scope, conditions)
  let count = 0
  for await (const rows of storedRows(request, asCreated(collection), ALL_ROWS)) count += rows.length
  return count
}

const ALL_ROWS: Span = { after: undefined, skip: 0, limit: Number.POSITIVE_INFINITY }

function asCreated<Field extends string>({ byCreation }: Collection<Field>): Order<Field> {
  return { field: byCreation, isDescending: false }
}

/** `undefined`: the store has no such order. */
function storedOrder<Scope, Field extends string, Item>({
  collection,
  query: { orderBy },
}: ListRequest<Scope, Field, Item>): Order<Field> | undefined {
  if (orderBy === undefined) return asCreated(collection)
  const { stored } = collection
  const field = Object.hasOwn(stored, orderBy.field) ? stored[orderBy.field] : undefined
  return field && { field, isDescending: orderBy.isDescending }
}

function isIndexed<Field extends string>(
  { indexed, byCreation }: Collection<Field>,
  { field }: Order<Field>,
): boolean {
  return field === byCreation || indexed.includes(field)
}

async function* followed<Item>(
  rows: readonly Placed<Item>[],
  rest: AsyncIterable<readonly Placed<Item>[]>,
): AsyncGenerator<readonly Placed<Item>[], void, undefined> {
  yield rows
  yield* rest
}

async function* storedRows<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
  order: Order<Field>,
  { after, skip, limit }: Span,
): AsyncGenerator<readonly Placed<Item>[], void, undefined> {
  const { collection, listing, scope, show, query } = request
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
    yield chunk
    await letOthersRun()
  }
}

/** In an order that only the items as shown tell: everything is looked at, and no more kept than there is asked for. */
async function* sortedRows<Scope, Field extends string, Item>(
  request: ListRequest<Scope, Field, Item>,
  { after, skip, limit }: Span,
): AsyncGenerator<readonly Placed<Item>[], void, undefined> {
  const { field = '', isDescending = false } = request.query.orderBy ?? {}
  const inDirection = placeOrder(isDescending)
  const path = [{ key: field, isEach: false }]
  const best = new Best<Placed<Item>>((a, b) => inDirection(a.position, b.position), skip + limit)
  for await (const rows of storedRows(request, asCreated(request.collection), ALL_ROWS)) {
    for (const { item, position } of rows) {
      const placed = { key: sortedKey(valuesAt(request.show(item), path)[0] ?? ''), id: position.id }
      if (after === undefined || inDirection(after, placed) < 0) best.add({ item, position: placed })
    }
  }
  const sorted = best.inOrder().slice(skip)
  for (let at = 0; at < sorted.length; at += CHUNK_ITEMS) yield sorted.slice(at, at + CHUNK_ITEMS)
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
