import type { Condition, Listing, Operator, Placed, Position, Question } from '../accounts/listing.ts'
import { isUnstorable } from './postgres/unstorable-text.ts'
import type { ReadRows } from './sql-store.ts'

/** The values of a statement, by the numbers that stand for them in its text. */
export class Parameters {
  readonly values: (string | number)[] = []
  readonly #placeholder: Placeholder

  constructor(placeholder: Placeholder) {
    this.#placeholder = placeholder
  }

  /** @returns what stands for the value in the text */
  add(value: string | number): string {
    return this.#placeholder(this.values.push(value))
  }
}

/** What stands for the parameter of that number in a statement's text, from 1. */
export type Placeholder = (number: number) => string

/** What a field of a collection is in SQL. */
export interface FieldColumn {
  /** Never null. Where an order is answered from an index, word for word what the index is made of. */
  readonly value: string
  readonly holds: 'text' | 'seconds'
  /** A quicker way to say `eq`. */
  readonly equals?: (value: string, parameters: Parameters) => string
  /** How a position stands in the index, where that is not a key and an id. */
  readonly placed?: {
    readonly column: string
    /** The id, out of that column. */
    readonly id: string
    readonly of: (position: Position) => string
  }
}

/** A collection in SQL. */
export interface ListingSource<Scope, Field extends string, Row, Item> {
  readonly fields: Readonly<Record<Field, FieldColumn>>
  /** What decides between equals: the field `id`. */
  readonly id: string
  /** Empty: only places are read. */
  readonly columns: string
  /** What follows `from`, with its conditions: `<tables> where <conditions>`. */
  readonly from: (scope: Scope, parameters: Parameters) => string
  readonly item: (row: Row) => Item
}

const IDS_AT_ONCE = 100

interface PlacedColumns {
  readonly position_key: string | number
  readonly position_id: string
}

/**
 * One statement for each page and each count, and one more where some are skipped; written out as the other hot reads, for
 * building it takes less than reading it.
 */
export function listing<Scope, Field extends string, Row extends object, Item>(
  readRows: ReadRows,
  placeholder: Placeholder,
  source: ListingSource<Scope, Field, Row, Item>,
): Listing<Scope, Field, Item> {
  const places = { ...source, columns: '' }
  const placedItems = (rows: readonly object[]): readonly Placed<Item>[] =>
    // Safe: the statements select these columns, and those that the source names.
    (rows as readonly (Row & PlacedColumns)[]).map((row) => ({
      item: source.item(row),
      position: positionFromRow(row),
    }))
  const read = async (of: typeof source, scope: Scope, question: Question<Field>): Promise<object[]> => {
    const parameters = new Parameters(placeholder)
    return readRows(pageText(of, scope, question, parameters), parameters.values)
  }
  /** Behind which item what is not skipped begins; `undefined`: all is. Counted off by places alone, which an index has. */
  const lastSkipped = async (scope: Scope, question: Question<Field>): Promise<Position | undefined> => {
    const last = { ...question, skip: question.skip - 1, limit: 1 }
    // Safe: the statement selects exactly these columns.
    const [row] = (await read(places, scope, last)) as PlacedColumns[]
    return row && positionFromRow(row)
  }
  return {
    async page(scope, question): Promise<readonly Placed<Item>[]> {
      if (isUnanswerable(question.conditions)) return []
      const after = question.skip === 0 ? question.after : await lastSkipped(scope, question)
      if (question.skip > 0 && after === undefined) return []
      return placedItems(await read(source, scope, { ...question, after, skip: 0 }))
    },

    async places(scope, { conditions, field, afterId, limit }): Promise<readonly Position[]> {
      if (isUnanswerable(conditions)) return []
      const parameters = new Parameters(placeholder)
      const above = afterId === undefined ? '' : ` and ${source.id} > ${parameters.add(afterId)}`
      const text = `
        select ${source.fields[field].value} as position_key, ${source.id} as position_id
        from ${source.from(scope, parameters)}${met(source, conditions, parameters)}${above}
        order by ${source.id} limit ${parameters.add(limit)}`
      // Safe: the statement selects exactly these columns.
      return ((await readRows(text, parameters.values)) as PlacedColumns[]).map(positionFromRow)
    },

    async byIds(scope, ids): Promise<readonly Placed<Item>[]> {
      const rows: object[] = []
      for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
        const parameters = new Parameters(placeholder)
        const some = ids.slice(first, first + IDS_AT_ONCE)
        // As many parameters each time, so that there is one statement to be prepared.
        const all = Array.from({ length: IDS_AT_ONCE }, (_, index) => parameters.add(some[index] ?? ''))
        const text = `
          select ${source.columns}, ${source.id} as position_key, ${source.id} as position_id
          from ${source.from(scope, parameters)} and ${source.id} in (${all.join(', ')})`
        rows.push(...(await readRows(text, parameters.values)))
      }
      return placedItems(rows)
    },

    async count(scope, conditions): Promise<number> {
      if (isUnanswerable(conditions)) return 0
      const parameters = new Parameters(placeholder)
      const from = source.from(scope, parameters)
      const text = `select count(*) as items from ${from}${met(source, conditions, parameters)}`
      // Safe: the statement selects exactly this column.
      const [row] = (await readRows(text, parameters.values)) as { readonly items: number }[]
      return row?.items ?? 0
    },
  }
}

function positionFromRow({ position_key, position_id }: PlacedColumns): Position {
  return { key: position_key, id: position_id }
}

/** A text that cannot be stored equals nothing and is in nothing; what it is less than, nobody needs to know. */
function isUnanswerable(conditions: readonly Condition<string>[]): boolean {
  return conditions.some(({ value }) => isUnstorable(value))
}

function pageText<Scope, Field extends string, Row, Item>(
  source: ListingSource<Scope, Field, Row, Item>,
  scope: Scope,
  { conditions, order, after, skip, limit }: Question<Field>,
  parameters: Parameters,
): string {
  const field = source.fields[order.field]
  const placed = placedBy(field, source.id, order.field === 'id')
  const direction = order.isDescending ? 'desc' : 'asc'
  const parts = [
    `select ${source.columns === '' ? '' : `${source.columns}, `}${field.value} as position_key, ${field.placed?.id ?? source.id} as position_id`,
    ` from ${source.from(scope, parameters)}${met(source, conditions, parameters)}`,
    after === undefined ? '' : behind(placed, after, order.isDescending, parameters),
    ` order by ${placed.columns.map((column) => `${column} ${direction}`).join(', ')}`,
    ` limit ${parameters.add(limit)}`,
    skip === 0 ? '' : ` offset ${parameters.add(skip)}`,
  ]
  return parts.join('')
}

/** By which columns an order goes, and which values a position has in them. */
interface PlacedBy {
  readonly columns: readonly string[]
  readonly valuesOf: (position: Position) => readonly (string | number)[]
}

function placedBy({ value, placed }: FieldColumn, id: string, isById: boolean): PlacedBy {
  if (placed !== undefined) {
    return { columns: [placed.column], valuesOf: (position) => [placed.of(position)] }
  }
  if (isById) return { columns: [id], valuesOf: (position) => [position.id] }
  return { columns: [value, id], valuesOf: (position) => [position.key, position.id] }
}

/** Compared as a row, and not as `a > x or (a = x and b > y)`: that, an index is not asked for. */
function behind(
  { columns, valuesOf }: PlacedBy,
  after: Position,
  isDescending: boolean,
  parameters: Parameters,
): string {
  const values = valuesOf(after).map((value) => parameters.add(value))
  return ` and (${columns.join(', ')}) ${isDescending ? '<' : '>'} (${values.join(', ')})`
}

function met<Scope, Field extends string, Row, Item>(
  { fields }: ListingSource<Scope, Field, Row, Item>,
  conditions: readonly Condition<Field>[],
  parameters: Parameters,
): string {
  const each = conditions.map(({ field, operator, value }) => {
    const column = fields[field]
    return column.holds === 'seconds'
      ? secondsCondition(column.value, operator, Number(value), parameters)
      : textCondition(column, operator, String(value), parameters)
  })
  return each.map((condition) => ` and ${condition}`).join('')
}

const COMPARED: Readonly<Record<Exclude<Operator, 'in'>, string>> = {
  eq: '=',
  lt: '<',
  gt: '>',
  lte: '<=',
  gte: '>=',
}

function textCondition(
  { value: column, equals }: FieldColumn,
  operator: Operator,
  value: string,
  parameters: Parameters,
): string {
  if (operator === 'in') {
    // Not by a function for it, whose name differs. The empty text is part of every other, but replaces nothing.
    return value === '' ? ALWAYS : `replace(${column}, ${parameters.add(value)}, '') <> ${column}`
  }
  if (operator === 'eq' && equals !== undefined) return equals(value, parameters)
  return `${column} ${COMPARED[operator]} ${parameters.add(value)}`
}

/** Compared with whole seconds, as the column has them: with a fraction, no index would be asked. */
function secondsCondition(column: string, operator: Operator, value: number, parameters: Parameters): string {
  if (operator === 'in' || Number.isNaN(value)) return NEVER
  if (operator === 'eq' && !Number.isSafeInteger(value)) return NEVER
  const whole = operator === 'lt' || operator === 'gte' ? Math.ceil(value) : Math.floor(value)
  const storable = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, whole))
  return `${column} ${COMPARED[operator]} ${parameters.add(storable)}`
}

const NEVER = '1 = 0'
const ALWAYS = '1 = 1'
