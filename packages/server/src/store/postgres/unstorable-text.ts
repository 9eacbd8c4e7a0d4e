/**
 * Whether a value is text with a U+0000 in it. PostgreSQL stores no such text and fails a query that names one, even
 * if only to look for it; what cannot be stored is not there, so a read with it finds nothing.
 */
export function isUnstorable(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0')
}
