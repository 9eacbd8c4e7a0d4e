import { ExactNumber } from '../../exact-json.ts'
import { erlangFloat } from './erlang-float.ts'
import { atom, broken, laidOut, type Printed, sequence, type Written } from './erlang-layout.ts'
import { isJsonObject } from './json-value.ts'

/**
 * A JSON value the way `~tp` of Erlang's `io_lib` prints it, line breaks included: what `badValueCaveat` repeats of a
 * caveat that is neither an object nor a string.
 *
 * @param value at most as deep as `parseJson` lets through
 */
export function erlangTerm(value: unknown): string {
  return laidOut(printed(value))
}

function printed(value: unknown): Printed {
  if (typeof value === 'string') return binary(value)
  if (typeof value === 'number') return atom(Number.isInteger(value) ? String(value) : erlangFloat(value))
  if (value instanceof ExactNumber)
    return atom(value.isInteger ? value.text : erlangFloat(Number(value.text)))
  if (Array.isArray(value)) return list(value)
  return isJsonObject(value) ? map(value) : atom(String(value))
}

/** Integers that are all printable characters are text to Erlang, which has no other kind of text list. */
function list(values: readonly unknown[]): Printed {
  if (values.length === 0) return atom('[]')
  return values.every(isPrintable)
    ? atom(quoted(values.map((code) => String.fromCodePoint(code)).join('')))
    : sequence('[', values.map(printed), ']')
}

function map(value: Readonly<Record<string, unknown>>): Printed {
  const pairs = Object.entries(value)
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, member]) => pair(binary(key), printed(member)))
  return pairs.length === 0 ? atom('#{}') : sequence('#{', pairs, '}')
}

const VALUE_INDENT = 4

function pair(key: Printed, value: Printed): Printed {
  return {
    line: `${key.line} => ${value.line}`,
    width: key.width + 4 + value.width,
    isAtomic: key.isAtomic && value.isAtomic,
    breakUp: (at) => {
      const below = { ...at, column: at.column + VALUE_INDENT, written: 0 }
      return `${broken(key, at)} =>\n${' '.repeat(below.column - 1)}${broken(value, below)}`
    },
  }
}

/** Text is UTF-8 to Erlang; what it would not print stands as its bytes. */
function binary(text: string): Printed {
  if (text === '') return atom('<<>>')
  if (Array.from(text).every((character) => isPrintable(character.codePointAt(0)))) {
    return atom(`<<${quoted(text)}${NOT_ASCII.test(text) ? '/utf8' : ''}>>`)
  }
  const bytes = [...Buffer.from(text)].map(String)
  const line = `<<${bytes.join(',')}>>`
  return { line, width: line.length, isAtomic: false, breakUp: (at) => `<<${filledBytes(bytes, at)}>>` }
}

/** Bytes fill their lines up to the border, eight characters at the least. */
function filledBytes(
  bytes: readonly string[],
  { column, closers, written, total, lineLength }: Written,
): string {
  const start = column + 2
  const room = Math.max(8, Math.min(lineLength - start, total - 4 - written) - closers)
  let left = room
  return bytes
    .map((byte, at) => {
      const item = at < bytes.length - 1 ? `${byte},` : byte
      const isOver = item.length > left
      left = (isOver ? room : left) - item.length
      return isOver ? `\n${' '.repeat(start - 1)}${item}` : item
    })
    .join('')
}

const NOT_ASCII = /[^\x00-\x7f]/

/** The printable range of a node that runs with `+pc unicode`, as Onezone does. */
function isPrintable(code: unknown): code is number {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false
  if (code < 0xa0) return (code >= 0x20 && code <= 0x7e) || Object.hasOwn(ESCAPED, code)
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff)
}

const ESCAPED: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  27: '\\e',
}

function quoted(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[\b\t\n\v\f\r\x1b]/g, (character) => ESCAPED[character.charCodeAt(0)] ?? character)
  return `"${escaped}"`
}
