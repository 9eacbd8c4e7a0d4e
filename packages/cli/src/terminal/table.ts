import { printable } from './printable.ts'

/** Columns for a person: as wide as their longest cell, two spaces between, no trailing spaces. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => cells.map(printable))
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => width(cells[column] ?? ''))))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** One fact per line, the names in one column. A value of several lines stays under its first one. */
export function facts(
  entries: readonly (readonly [name: string, values: string | readonly string[]])[],
): string {
  const nameWidth = Math.max(...entries.map(([name]) => name.length))
  return entries
    .flatMap(([name, values]) =>
      (typeof values === 'string' ? [values] : values).map(
        (value, line) => `${(line === 0 ? name : '').padEnd(nameWidth)}  ${printable(value)}\n`,
      ),
    )
    .join('')
}

function pad(cell: string, columns: number): string {
  return cell + ' '.repeat(Math.max(0, columns - width(cell)))
}

function width(cell: string): number {
  return Bun.stringWidth(cell)
}
