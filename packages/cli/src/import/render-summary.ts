import type { Summary } from '@jeton/server'
import { table } from '../terminal/table.ts'

/** For a person: a row for each kind of record that there was. */
export function renderSummary({ counts, refused, lines }: Summary, isDryRun: boolean): string {
  const rows = Object.entries(counts).map(([kind, count]) => [
    kind,
    String(count.taken ?? 0),
    String(count.followed ?? 0),
    String(count.known ?? 0),
    String(count.refused ?? 0),
  ])
  const ending = isDryRun ? ' Nothing was written.' : ''
  return `${table(HEADER, rows)}${lines} lines read, ${refused} refused.${ending}\n`
}

/** Followed: revoked, blocked or raised there since it was taken. */
const HEADER = ['RECORD', 'TAKEN', 'FOLLOWED', 'ALREADY THERE', 'REFUSED']
