import { Refused } from '../failure.ts'

const PRINTABLE_ASCII = /^[ -~]*$/
/** What markup, scripts, paths and SQL are made of. */
const FORBIDDEN = ['<', '>', '"', "'", ';', '\\', '`', '..', '--', '/*', '*/']

/**
 * Names that clients show and paste: no markup, no script, nothing that is more than a name somewhere.
 * @throws {Refused} `entry_invalid` with the first field that is not so
 */
export function checkContent(fields: Readonly<Record<string, string | undefined>>): void {
  for (const [field, text] of Object.entries(fields)) {
    const reason = text === undefined ? undefined : contentProblem(text)
    if (reason !== undefined) throw new Refused({ kind: 'entry_invalid', field, reason })
  }
}

/** What is wrong with a name; `undefined`: nothing. */
export function contentProblem(text: string): string | undefined {
  if (!PRINTABLE_ASCII.test(text)) return 'must consist of printable ASCII characters'
  const forbidden = FORBIDDEN.find((part) => text.includes(part))
  if (forbidden !== undefined) return `must not contain ${forbidden}`
  if (text.startsWith(' ') || text.endsWith(' ')) return 'must not begin or end with a space'
  return undefined
}
