import { NOBODY, parseSubject, printSubject, type TokenSubject } from './subject.ts'
import { ACCESS, parseTokenType, serializeTokenType, type TokenType } from './token-type.ts'

/** Whether one record stands behind the token, or the generation of its subject. */
export type Persistence =
  | { readonly kind: 'named' }
  /** Beyond ±(2^53 − 1) rounded, which is as good: no generation is counted that far. */
  | { readonly kind: 'temporary'; readonly generation: number }

/** One object for all tokens: a cache may hold very many of them. */
const NAMED: Persistence = { kind: 'named' }

/** What a token's identifier says. Of version 1 it is only the id; its subject stands in the record. */
export interface Identifier {
  readonly version: 1 | 2
  readonly id: string
  readonly persistence: Persistence
  /** Version 1: nobody. */
  readonly subject: TokenSubject
  readonly type: TokenType
}

/** The text of a version 2 identifier: `2/<persistence>/<subject>/<type>/<id>`. */
export function serializeIdentifier(identifier: Omit<Identifier, 'version'>): string {
  const { id, persistence, subject, type } = identifier
  const how = persistence.kind === 'named' ? 'nmd' : `tmp-${persistence.generation}`
  return `2/${how}/${printSubject(subject)}/${serializeTokenType(type)}/${id}`
}

/**
 * Version 1 has no version in front: whatever does not start with an integer and a slash is the id of a token from
 * before 20.02. `1/<id>` says the same in full. An id of nothing is read: no record and no subject has it.
 *
 * @returns `undefined` when the text is neither
 */
export function parseIdentifier(text: string): Identifier | undefined {
  const parts = text.split('/')
  const version = parts.length === 1 ? undefined : integerIn(parts[0] ?? '')
  if (version === undefined) return legacy(text)
  if (version === 1) return parts.length === 2 ? legacy(parts[1] ?? '') : undefined
  return version === 2 && parts.length === 5 ? current(parts) : undefined
}

function legacy(id: string): Identifier {
  return { version: 1, id, persistence: NAMED, subject: NOBODY, type: ACCESS }
}

function current([, how = '', whom = '', what = '', id = '']: readonly string[]): Identifier | undefined {
  const persistence = parsePersistence(how)
  const subject = parseSubject(whom)
  const type = parseTokenType(what)
  if (persistence === undefined || subject === undefined || type === undefined) return undefined
  return { version: 2, id, persistence, subject, type }
}

function parsePersistence(text: string): Persistence | undefined {
  if (text === 'nmd') return NAMED
  const generation = text.startsWith('tmp-') ? integerIn(text.slice(4)) : undefined
  return generation === undefined ? undefined : { kind: 'temporary', generation }
}

const INTEGER = /^[+-]?[0-9]+$/

function integerIn(text: string): number | undefined {
  return INTEGER.test(text) ? Number(text) : undefined
}
