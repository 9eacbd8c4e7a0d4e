/** A random, a name-based or the nil UUID, in lower case; any other spelling names nothing (Astra, §1.2). */
export const IDENTIFIER =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-(?:4[0-9a-f]{3}-[89ab][0-9a-f]{3}|5[0-9a-f]{3}-[0-9a-f]{4})-[0-9a-f]{12}|0{8}(?:-0{4}){3}-0{12})$/

/** Stands for "nobody" and "the system itself" where an identifier is required. */
export const NIL_ID = '00000000-0000-0000-0000-000000000000'

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text)
}
