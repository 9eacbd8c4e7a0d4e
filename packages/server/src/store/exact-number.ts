/**
 * The row with its 64-bit integers as numbers, in place; but those above 2^53 stay bigint, for as numbers they would come
 * wrong. The one place where either database's integers are converted.
 */
export function withExactNumbers<Row extends object>(row: Row): Row {
  // Safe: only values are replaced, of columns that the row has.
  const columns = row as Record<string, unknown>
  for (const column in columns) {
    const value = columns[column]
    if (typeof value === 'bigint') columns[column] = exactNumber(value)
  }
  return row
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
