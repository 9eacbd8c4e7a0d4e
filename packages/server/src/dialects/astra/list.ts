import type { Placed, Position } from '../../accounts/listing.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import type { Answer } from '../dialect.ts'
import { type ContinueDeps, continueToken, positionOf } from './continue-token.ts'
import { type ListQuery, NOT_OURS } from './list-query.ts'
import { countRows, type ListRequest, rowsOf } from './list-rows.ts'
import { ProblemRaised } from './problem.ts'
import { collectionAnswer, streamedCollection } from './render.ts'
import { shownText } from './shown-text.ts'

/**
 * A list, as much of it as is asked for. What is long is not put together first but sent as it is read.
 * @throws {ProblemRaised} 5 when `continue` is not of this list
 */
export async function answerList<Scope, Field extends string, Item extends object>(
  deps: ContinueDeps,
  request: ListRequest<Scope, Field, Item>,
): Promise<Answer> {
  const { collection, path, query } = request
  const { skip, limit } = query
  const after = afterOf(deps, path, query)
  const count = query.hasCount ? await countRows(request) : undefined
  const metadata = (next: Position | undefined): JsonObject => ({
    ...(next !== undefined && { continue: continueToken(deps, nameOf(path, query), next) }),
    ...(count !== undefined && { count }),
  })
  // One more than asked for tells whether there are more.
  const rows = await rowsOf(request, { after, skip, limit: limit + 1 })
  if (isWhole(rows)) {
    const next = rows.length > limit ? rows[limit - 1]?.position : undefined
    return collectionAnswer(collection.media, shortText(rows, request), metadata(next))
  }
  const page = new Page(rows, request)
  return streamedCollection(collection.media, page.texts(), () => metadata(page.next))
}

function isWhole<Item>(
  rows: readonly Placed<Item>[] | AsyncIterable<readonly Placed<Item>[]>,
): rows is readonly Placed<Item>[] {
  return Array.isArray(rows)
}

function afterOf(deps: ContinueDeps, path: string, query: ListQuery): Position | undefined {
  if (query.continue === undefined) return undefined
  const after = positionOf(deps, nameOf(path, query), query.continue)
  if (after !== undefined) return after
  throw new ProblemRaised({ number: 5, invalidParams: [{ name: 'continue', reason: NOT_OURS }] })
}

/** All that decides which items there are and in which order; how many of them at a time, and what of them, does not. */
function nameOf(path: string, { filters, orderBy }: ListQuery): readonly string[] {
  const conditions = filters.map(({ path, operator, value }) => JSON.stringify([path, operator, value]))
  return [path, JSON.stringify(orderBy ?? null), ...conditions]
}

/** How items are written: whole, or some of their fields. */
type Writing<Item> = Pick<ListRequest<never, never, Item>, 'show' | 'query'>

/** One page: it knows where the next one begins once all its texts are taken. */
class Page<Item extends object> {
  readonly #rows: AsyncIterable<readonly Placed<Item>[]>
  readonly #writing: Writing<Item>
  #next: Position | undefined

  /** @param rows one more than the page has room for, when there is one */
  constructor(rows: AsyncIterable<readonly Placed<Item>[]>, writing: Writing<Item>) {
    this.#rows = rows
    this.#writing = writing
  }

  /** The last item's, when there are more behind it. */
  get next(): Position | undefined {
    return this.#next
  }

  async *texts(): AsyncGenerator<string, void, undefined> {
    let left = this.#writing.query.limit
    let last: Position | undefined
    for await (const rows of this.#rows) {
      const kept = rows.slice(0, left)
      if (kept.length < rows.length) this.#next = kept.at(-1)?.position ?? last
      left -= kept.length
      last = kept.at(-1)?.position ?? last
      if (kept.length > 0) yield textOf(kept, this.#writing)
    }
  }
}

/** Of pages that the store gives again as they are: each was read for as many items as are asked for here. */
const shortTexts = new WeakMap<readonly unknown[], string>()

/** The JSON of a page that was read at once, but for what it has more than was asked for. */
function shortText<Item extends object>(rows: readonly Placed<Item>[], writing: Writing<Item>): string {
  const { include, limit } = writing.query
  const known = include === undefined ? shortTexts.get(rows) : undefined
  if (known !== undefined) return known
  const text = textOf(rows.slice(0, limit), writing)
  if (include === undefined) shortTexts.set(rows, text)
  return text
}

/** The items' JSON, with commas between. */
function textOf<Item extends object>(
  rows: readonly Placed<Item>[],
  { show, query: { include } }: Writing<Item>,
): string {
  if (include === undefined) return rows.map(({ item }) => shownText(item, show)).join(',')
  return rows.map(({ item }) => JSON.stringify(valuesOf(show(item), include))).join(',')
}

function valuesOf(shown: JsonObject, include: readonly string[]): readonly unknown[] {
  return include.map((field) => shown[field] ?? null)
}
