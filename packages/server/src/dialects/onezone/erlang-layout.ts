/** How Erlang's `io_lib` breaks a printed term into lines of {@link LINE_LENGTH}. */

const LINE_LENGTH = 80

/** A term, printed on one line, and how to print it on several. */
export interface Printed {
  readonly line: string
  /** Characters of the line. */
  readonly width: number
  /** Stands in a line beside others. What is made of parts has lines of its own, once not all fit into one. */
  readonly isAtomic: boolean
  readonly breakUp: (at: Written) => string
}

/** Where a part is written, and how much room it has. */
export interface Written {
  /** Counted from 1. Lines that continue it are indented up to here. */
  readonly column: number
  /** Brackets that will close right behind it. */
  readonly closers: number
  /** Characters of the term before it in its line. */
  readonly written: number
  /** Width of the whole term. */
  readonly total: number
  readonly lineLength: number
}

export function atom(line: string): Printed {
  return { line, width: Array.from(line).length, isAtomic: true, breakUp: () => line }
}

/** As a text of its own: in the first column, which is 1. */
export function laidOut(term: Printed): string {
  return broken(term, { column: 1, closers: 0, written: 0, total: term.width, lineLength: LINE_LENGTH })
}

/** On one line if that fits, else broken up. */
export function broken(term: Printed, at: Written): string {
  return fits(term.width, at) ? term.line : term.breakUp(at)
}

function fits(width: number, { column, closers, written, total, lineLength }: Written): boolean {
  return width < lineLength - column - closers && width + written + closers <= total
}

/** Parts with commas between them. */
export function sequence(open: string, parts: readonly Printed[], close: string): Printed {
  const commas = parts.length - 1
  return {
    line: `${open}${parts.map(({ line }) => line).join(',')}${close}`,
    width: parts.reduce((sum, { width }) => sum + width, open.length + commas + close.length),
    isAtomic: false,
    breakUp: (at) => `${open}${fill(parts, at, open.length)}${close}`,
  }
}

/** As many atomic parts to a line as fit; any other begins a line, and ends it. */
function fill(parts: readonly Printed[], at: Written, openWidth: number): string {
  const start = at.column + openWidth
  let text = ''
  let column = start
  let written = at.written + 1
  for (const [index, part] of parts.entries()) {
    const closers = index === parts.length - 1 ? at.closers + 1 : 0
    const withComma = part.width + 1
    // A comma is to follow where no bracket closes.
    const here = { ...at, column, written, closers: Math.max(closers, 1) }
    if (index > 0 && part.isAtomic && fits(withComma, here)) {
      text += `,${part.line}`
      column += withComma
      written += withComma
      continue
    }
    if (index > 0) {
      text += `,\n${' '.repeat(start - 1)}`
      written = 0
    }
    const place = { ...at, column: start, written, closers }
    text += broken(part, place)
    const isInLine = part.isAtomic && fits(part.width, place)
    column = start + (isInLine ? part.width : at.lineLength)
    written += isInLine ? part.width : at.lineLength
  }
  return text
}
