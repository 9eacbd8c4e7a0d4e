import {
  CHUNK_ITEMS,
  type Listing,
  type Placed,
  type Position,
  type Question,
} from '../../accounts/listing.ts'
import { compared } from './filter.ts'

/** Places that are read at a time: some milliseconds, in which nobody else has a turn where the database is in this process. */
const PLACES_AT_ONCE = 2000

/**
 * The items in an order that no index has: the places of all are looked at, and no more of them kept than are asked for;
 * only then the items are read.
 */
export async function* sortedByPlace<Scope, Field extends string, Item>(
  listing: Listing<Scope, Field, Item>,
  scope: Scope,
  question: Question<Field>,
): AsyncGenerator<readonly Placed<Item>[], void, undefined> {
  const places = await bestPlaces(listing, scope, question)
  let found = 0
  for (let at = 0; at < places.length; at += CHUNK_ITEMS) {
    const chunk = places.slice(at, at + CHUNK_ITEMS)
    const items = await listing.byIds(
      scope,
      chunk.map(({ id }) => id),
    )
    const byId = new Map(items.map(({ item, position }) => [position.id, item]))
    const rows = chunk.flatMap((position) => {
      const item = byId.get(position.id)
      return item === undefined ? [] : [{ item, position }]
    })
    found += rows.length
    yield rows
    await letOthersRun()
  }
  const left = question.limit - found
  // What was deleted since its place was read leaves room for what comes next.
  if (places.length < question.limit || left === 0) return
  yield* sortedByPlace(listing, scope, { ...question, after: places.at(-1), skip: 0, limit: left })
}

async function bestPlaces<Scope, Field extends string, Item>(
  listing: Listing<Scope, Field, Item>,
  scope: Scope,
  { conditions, order: { field, isDescending }, after, skip, limit }: Question<Field>,
): Promise<readonly Position[]> {
  const inDirection = placeOrder(isDescending)
  const best = new Best<Position>(inDirection, skip + limit)
  for (let afterId: string | undefined; ; ) {
    const places = await listing.places(scope, { conditions, field, afterId, limit: PLACES_AT_ONCE })
    for (const { key, id } of places) {
      const place = { key: sortedKey(String(key)), id }
      if (after === undefined || inDirection(after, place) < 0) best.add(place)
    }
    if (places.length < PLACES_AT_ONCE) return best.inOrder().slice(skip)
    afterId = places.at(-1)?.id
    await letOthersRun()
  }
}

/** As much of a text as decides its place: all of it goes into the `continue` of a URL. */
const MAX_KEY_CHARS = 512

export function sortedKey(text: string): string {
  return text.slice(0, MAX_KEY_CHARS)
}

export function placeOrder(isDescending: boolean): (a: Position, b: Position) => number {
  return isDescending ? (a, b) => inOrder(b, a) : inOrder
}

function inOrder(a: Position, b: Position): number {
  return compared(String(a.key), String(b.key)) || compared(a.id, b.id)
}

/** The first so many of what is added, in an order. */
export class Best<T> {
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

/** The database answers at once where it is in this process: without this nobody else had a turn until all is read. */
export function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
