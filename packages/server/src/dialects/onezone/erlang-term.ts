/**
 * A JSON value the way an Erlang shell prints it. Two texts of the catalogue carry such terms, and clients compare
 * them: the keys of `missingAtLeastOneValue`, and a caveat that is neither an object nor a string.
 *
 * @param value at most as deep as `parseJson` lets through
 */
export function erlangTerm(value: unknown): string {
  if (typeof value === 'string') return binaryTerm(value)
  if (Array.isArray(value)) return `[${value.map(erlangTerm).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    return `#{${Object.entries(value)
      .map(([key, member]) => `${binaryTerm(key)} => ${erlangTerm(member)}`)
      .join(',')}}`
  }
  return String(value)
}

const NOT_ASCII = /[^\x20-\x7e]/

function binaryTerm(text: string): string {
  return `<<${JSON.stringify(text)}${NOT_ASCII.test(text) ? '/utf8' : ''}>>`
}
