export type SubjectType = 'user' | 'oneprovider' | 'group' | 'nobody'

/** Who a token speaks for, or who presents it. `group` stands in consumer caveats only. Also its JSON form. */
export type TokenSubject =
  | { readonly type: 'user' | 'oneprovider' | 'group'; readonly id: string }
  | { readonly type: 'nobody'; readonly id: null }

export const NOBODY: TokenSubject = { type: 'nobody', id: null }

const PREFIXES = { user: 'usr-', oneprovider: 'prv-', group: 'grp-' } as const

/** `usr-<id>`, `prv-<id>`, `grp-<id>` or `nobody`. */
export function printSubject(subject: TokenSubject): string {
  return subject.type === 'nobody' ? 'nobody' : `${PREFIXES[subject.type]}${subject.id}`
}

/** @returns `undefined` for anything else than {@link printSubject} writes. An id of nothing is nobody's, and is read. */
export function parseSubject(text: string): TokenSubject | undefined {
  if (text === 'nobody') return NOBODY
  const id = text.slice(4)
  if (text.startsWith(PREFIXES.user)) return { type: 'user', id }
  if (text.startsWith(PREFIXES.oneprovider)) return { type: 'oneprovider', id }
  if (text.startsWith(PREFIXES.group)) return { type: 'group', id }
  return undefined
}

export function isSameSubject(a: TokenSubject, b: TokenSubject): boolean {
  return a.type === b.type && a.id === b.id
}
