/**
 * Whether two byte strings are equal, in a time that depends on their lengths only: how long a comparison took must
 * not tell how many leading bytes of a forged signature were right.
 */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
  return difference === 0
}
