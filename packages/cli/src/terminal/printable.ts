/**
 * Text for a terminal. Tokens, names and server answers come from others: an escape sequence in them could rewrite
 * what the reader sees, and a direction mark could reorder it, so both are shown as `\u{…}`.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** {@link printable}, line by line: the last door before the terminal, for what a command has forgotten. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** One JSON document for scripts: indented, ends with a newline, with the same characters escaped. */
export function printableJson(value: unknown): string {
  return `${printableJsonText(JSON.stringify(value, withAllDigits, 2))}\n`
}

/** A JSON text that means the same, with those characters escaped. */
export function printableJsonText(text: string): string {
  return text.replaceAll(
    UNSAFE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** An integer of a token that no number holds. */
function withAllDigits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? exactJson.rawJSON(String(value)) : value
}

// Bun has it (ECMA-262, "JSON.parse source text access"); the types that come with TypeScript do not name it yet.
const exactJson = JSON as typeof JSON & { rawJSON(text: string): unknown }

// Control characters, line separators, and the marks that change writing direction (Unicode "Bidi_Control").
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
// JSON.stringify has escaped U+0000 to U+001F; the newlines that it wrote itself stay.
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
