import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Condition, Listing, Operator, Placed, Position, Question } from '../accounts/listing.ts'
import { isUnstorable } from './postgres/unstorable-text.ts'
import type { Schema } from './schema.ts'

/** What a field of a collection is in SQL. */
export interface FieldColumn {
  /** Never null. Where an order is answered from an index, word for word what the index is made of. */
  readonly value: RawBuilder<unknown>
  readonly holds: 'text' | 'seconds'
  /** A quicker way to say `eq`, or one that the value above does not answer. */
  readonly equals?: (value: string) => RawBuilder<unknown>
  /** How a position stands in the index, where that is not a key and an id. */
  readonly placed?: {
    readonly column: RawBuilder<unknown>
    readonly of: (position: Position) => string
  }
}

/** A collection in SQL. */
export interface ListingSource<Scope, Field extends string, Row, Item> {
  readonly fields: Readonly<Record<Field, FieldColumn>>
  /** What decides between equals: the field `id`. */
  readonly id: RawBuilder<unknown>
  readonly columns: RawBuilder<unknown>
  /** What follows `from`, with its conditions: `<tables> where <conditions>`. */
  readonly from: (scope: Scope) => RawBuilder<unknown>
  readonly item: (row: Row) => Item
}

interface PlacedColumns {
  readonly position_key: string | number
  readonly position_id: string
}

/** One statement for each page and each count, whatever is asked. */
export function listing<Scope, Field extends string, Row extends object, Item>(
  db: Kysely<Schema>,
  source: ListingSource<Scope, Field, Row, Item>,
): Listing<Scope, Field, Item> {
  return {
    async page(scope, question): Promise<readonly Placed<Item>[]> {
      if (isUnanswerable(question.conditions)) return []
      const { rows } = await pageQuery(source, scope, question).execute(db)
      return rows.map((row) => ({
        item: source.item(row),
        position: { key: row.position_key, id: row.position_id },
      }))
    },

    async count(scope, conditions): Promise<number> {
      if (isUnanswerable(conditions)) return 0
      const { rows } = await sql<{ readonly items: number }>`
        select count(*) as items from ${source.from(scope)} ${met(source, conditions)}`.execute(db)
      return rows[0]?.items ?? 0
    },
  }
}

/** A text that cannot be stored equals nothing and is in nothing; what it is less than, nobody needs to know. */
function isUnanswerable(conditions: readonly Condition<string>[]): boolean {
  return conditions.some(({ value }) => isUnstorable(value))
}

function pageQuery<Scope, Field extends string, Row, Item>(
  source: ListingSource<Scope, Field, Row, Item>,
  scope: Scope,
  { conditions, order, after, skip, limit }: Question<Field>,
): RawBuilder<Row & PlacedColumns> {
  const field = source.fields[order.field]
  const { id } = source
  const placed = placedColumns(field, id, order.field === 'id')
  const direction = order.isDescending ? sql`desc` : sql`asc`
  const ordered = placed.columns.map((column) => sql`${column} ${direction}`)
  return sql<Row & PlacedColumns>`
    select ${source.columns}, ${field.value} as position_key, ${id} as position_id
    from ${source.from(scope)} ${met(source, conditions)}
      ${after === undefined ? sql`` : behind(placed, after, order.isDescending)}
    order by ${sql.join(ordered)}
    limit ${limit} ${skip === 0 ? sql`` : sql`offset ${skip}`}`
}

/** By which columns an order goes, and which values a position has in them. */
interface PlacedBy {
  readonly columns: readonly RawBuilder<unknown>[]
  readonly valuesOf: (position: Position) => readonly (string | number)[]
}

function placedColumns(field: FieldColumn, id: RawBuilder<unknown>, isById: boolean): PlacedBy {
  const { placed } = field
  if (placed !== undefined) {
    return { columns: [placed.column], valuesOf: (position) => [placed.of(position)] }
  }
  if (isById) return { columns: [id], valuesOf: (position) => [position.id] }
  return { columns: [field.value, id], valuesOf: ({ key, id }) => [key, id] }
}

function behind(
  { columns, valuesOf }: PlacedBy,
  after: Position,
  isDescending: boolean,
): RawBuilder<unknown> {
  const values = valuesOf(after).map((value) => sql`${value}`)
  // Compared as a row, and not as `a > x or (a = x and b > y)`: an index finds the one, and filters by the other.
  return sql`and (${sql.join([...columns])}) ${isDescending ? sql`<` : sql`>`} (${sql.join(values)})`
}

function met<Scope, Field extends string, Row, Item>(
  { fields }: ListingSource<Scope, Field, Row, Item>,
  conditions: readonly Condition<Field>[],
): RawBuilder<unknown> {
  const each = conditions.map(({ field, operator, value }) => {
    const column = fields[field]
    return column.holds === 'seconds'
      ? secondsCondition(column.value, operator, Number(value))
      : textCondition(column, operator, String(value))
  })
  return sql.join(
    each.map((condition) => sql`and ${condition}`),
    sql` `,
  )
}

const COMPARED: Readonly<Record<Exclude<Operator, 'in'>, RawBuilder<unknown>>> = {
  eq: sql`=`,
  lt: sql`<`,
  gt: sql`>`,
  lte: sql`<=`,
  gte: sql`>=`,
}

function textCondition(column: FieldColumn, operator: Operator, value: string): RawBuilder<unknown> {
  if (operator === 'eq' && column.equals !== undefined) return column.equals(value)
  // Without a function for it, whose name differs: the text is longer without its first occurrence than it was, or not.
  if (operator === 'in' && value === '') return ALWAYS
  if (operator === 'in') return sql`replace(${column.value}, ${value}, '') <> ${column.value}`
  return sql`${column.value} ${COMPARED[operator]} ${value}`
}

/** Compared with whole seconds, as the column has them: with a fraction, no index would be asked. */
function secondsCondition(
  column: RawBuilder<unknown>,
  operator: Operator,
  value: number,
): RawBuilder<unknown> {
  if (Number.isNaN(value)) return NEVER
  switch (operator) {
    case 'eq':
      return Number.isSafeInteger(value) ? sql`${column} = ${value}` : NEVER
    case 'lt':
    case 'gte':
      return sql`${column} ${COMPARED[operator]} ${whole(Math.ceil(value))}`
    case 'gt':
    case 'lte':
      return sql`${column} ${COMPARED[operator]} ${whole(Math.floor(value))}`
    case 'in':
      return NEVER
  }
}

const NEVER = sql`1 = 0`
const ALWAYS = sql`1 = 1`

function whole(value: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}
