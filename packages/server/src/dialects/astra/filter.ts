import { type PathStep, type ResourceFields, valuesAt } from './resource-fields.ts'
import { instantOf } from './timestamp.ts'

/** One condition of a list's `filter`. */
export interface Condition {
  readonly path: readonly PathStep[]
  readonly operator: Operator
  readonly value: string
  /** Nanoseconds, where moments are compared; `undefined` where texts are. */
  readonly instant: bigint | undefined
}

export type Operator = keyof typeof OPERATORS

/** Each is a claim on how what stands in the item (left) compares to what was asked for: negative, zero, positive. */
const OPERATORS = {
  eq: (order: number) => order === 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  in: () => false,
} as const

// Published as one expression with a back-reference; taken apart here, for that takes time that grows with more than the
// text. Each part follows its predecessor in one way only, so this one does not. In the value `,-_` is a range.
const CONDITION =
  /([0-9a-zA-Z]+(?:\[\*\])?(?:\.[0-9a-zA-Z]+(?:\[\*\])?)*)(?: |%20)(eq|lte|lt|gte|gt|in)(?: |%20)'([0-9a-zA-Z.,-_:@ {}"]+)'/y

const EACH = '[*]'

/** @returns what is wrong with it, when it is none */
export function parseFilter(text: string, fields: ResourceFields): Condition | string {
  CONDITION.lastIndex = 0
  const [whole = '', dotted = '', operator = '', value = ''] = CONDITION.exec(text) ?? []
  if (whole === '' || !isRepeated(text, whole)) return "must be like: name eq 'value'"
  const path = dotted.split('.').map(pathStep)
  const kind = fields.leafKind(path)
  if (kind === undefined) return 'names a field that is not there or has no single value'
  // The expression lets no other word through.
  const condition = { path, operator: operator as Operator, value }
  if (kind === 'text' || operator === 'in') return { ...condition, instant: undefined }
  const instant = instantOf(value)
  return instant === undefined ? 'compares a time with what is none' : { ...condition, instant }
}

/** Behind a comma only the same condition once more is valid (Astra, §3.2). */
function isRepeated(text: string, condition: string): boolean {
  const step = condition.length + 1
  if ((text.length + 1) % step !== 0) return false
  for (let at = condition.length; at < text.length; at += step) {
    if (text[at] !== ',' || !text.startsWith(condition, at + 1)) return false
  }
  return true
}

function pathStep(text: string): PathStep {
  const isEach = text.endsWith(EACH)
  return { key: isEach ? text.slice(0, -EACH.length) : text, isEach }
}

/** Whether all conditions hold of an item as it is shown; of several values at a path one is enough. */
export function matchesAll(item: unknown, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) =>
    valuesAt(item, condition.path).some((value) => holds(value, condition)),
  )
}

function holds(found: string, { operator, value, instant }: Condition): boolean {
  if (operator === 'in') return found.includes(value)
  if (instant === undefined) return OPERATORS[operator](compared(found, value))
  const moment = instantOf(found)
  return moment !== undefined && OPERATORS[operator](compared(moment, instant))
}

/** By code units: the same everywhere, whatever the locale. */
export function compared<T extends string | number | bigint>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0
}
