/** A condition that the store answers. Fields that hold times take Unix seconds, which may have a fraction. */
export interface Condition<Field extends string> {
  readonly field: Field
  readonly operator: Operator
  readonly value: string | number
}

/** `in`: contains the value, as a part of the text. Texts are compared code point by code point. */
export type Operator = 'eq' | 'lt' | 'gt' | 'lte' | 'gte' | 'in'

/** Where an item stands in the order: what it is ordered by, and its id, which decides between equals. */
export interface Position {
  readonly key: string | number
  readonly id: string
}

export interface Order<Field extends string> {
  readonly field: Field
  /** The ids of equals descend with them. */
  readonly isDescending: boolean
}

/** Which items, all conditions met, and how many of them. */
export interface Question<Field extends string> {
  readonly conditions: readonly Condition<Field>[]
  readonly order: Order<Field>
  /** Only what stands behind it; it need not be there any more. */
  readonly after: Position | undefined
  /** How many to leave out before the first. */
  readonly skip: number
  readonly limit: number
}

export interface Placed<Item> {
  readonly item: Item
  readonly position: Position
}

/**
 * A collection that is read page by page. Whoever goes on behind the position of the last item meets nothing twice and
 * misses nothing that was there all the time, as long as its key stayed what it was.
 */
export interface Listing<Scope, Field extends string, Item> {
  page(scope: Scope, question: Question<Field>): Promise<readonly Placed<Item>[]>
  count(scope: Scope, conditions: readonly Condition<Field>[]): Promise<number>
  /** What the items have in a field, and nothing else of them: for whoever sorts by what no index has. In order of the ids. */
  places(scope: Scope, question: PlacesQuestion<Field>): Promise<readonly Position[]>
  /** Those of these ids that are there, in no order. */
  byIds(scope: Scope, ids: readonly string[]): Promise<readonly Placed<Item>[]>
}

export interface PlacesQuestion<Field extends string> extends Pick<Question<Field>, 'conditions' | 'limit'> {
  /** The key of each position. */
  readonly field: Field
  /** Only what has a greater id. */
  readonly afterId: string | undefined
}

/** Items at a time when all are wanted. */
export const CHUNK_ITEMS = 1000

/** What is asked of a collection, when some of it only the asker can answer. */
export interface Wanted<Field extends string, Item> extends Omit<Question<Field>, 'limit'> {
  /** `undefined`: all. */
  readonly limit: number | undefined
  /** What the store cannot answer; `undefined`: nothing. */
  readonly meets: ((item: Item) => boolean) | undefined
}

/** Reads a collection in chunks, of which none is in memory any longer than whoever takes them keeps it. */
export async function* chunksOf<Scope, Field extends string, Item>(
  listing: Listing<Scope, Field, Item>,
  scope: Scope,
  { meets, ...wanted }: Wanted<Field, Item>,
): AsyncGenerator<readonly Placed<Item>[], void, undefined> {
  // Only the asker knows which of them count.
  let toSkip = meets === undefined ? 0 : wanted.skip
  let left = wanted.limit ?? Number.POSITIVE_INFINITY
  let { after, skip } = meets === undefined ? wanted : { ...wanted, skip: 0 }
  while (left > 0) {
    const limit = meets === undefined ? Math.min(left, CHUNK_ITEMS) : CHUNK_ITEMS
    const page = await listing.page(scope, { ...wanted, after, skip, limit })
    const met = meets === undefined ? page : page.filter(({ item }) => meets(item))
    const chunk = met.slice(toSkip, toSkip + left)
    toSkip = Math.max(0, toSkip - met.length)
    left -= chunk.length
    if (chunk.length > 0) yield chunk
    if (page.length < limit) return
    after = page.at(-1)?.position
    skip = 0
  }
}
