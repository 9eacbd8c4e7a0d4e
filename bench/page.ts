import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { barChart } from './chart.ts'
import { charts } from './charts.ts'
import { goalTable } from './goals.ts'
import type { Measured } from './measured.ts'
import { amount } from './names.ts'
import {
  deletionTable,
  directoryChapter,
  httpTable,
  memoryTable,
  readTable,
  revocationTable,
  startTable,
  tokenTable,
  writeTable,
} from './report.ts'

const TEMPLATE = join(import.meta.dir, 'performance.template.md')
const DOCS = join(import.meta.dir, '../docs')

/** The page with the figures of one run; its words are the template's. @param cores what was pinned to which */
export async function renderPage(measured: Measured, cores: string): Promise<string> {
  const parts: Readonly<Record<string, string>> = {
    run: runNote(measured, cores),
    goals: goalTable(measured),
    http: httpTable('over HTTP, SQLite', measured.byTokens.rounds),
    tenants: httpTable('over HTTP, SQLite', measured.byTenants.rounds),
    nodes: httpTable('over HTTP', measured.byNodes.rounds),
    apis: httpTable('over HTTP, SQLite', measured.byApi.rounds),
    writes: writeTable(measured.writes),
    deletions: deletionTable(measured.deletions),
    revocations: revocationTable(measured.revocations),
    reads: readTable(measured.reads),
    token: tokenTable(measured.token),
    start: startTable(measured.starts),
    memory: memoryTable(measured),
    directory: directoryChapter(measured.directory),
    tenantTokens: amount(measured.options.tenantTokens),
    nodeTokens: amount(measured.options.nodeTokens),
  }
  const template = await readFile(TEMPLATE, 'utf8')
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? `no such part: ${name}`)
}

/** @returns the drawings that the page shows, by their names */
export function drawings(measured: Measured): ReadonlyMap<string, string> {
  return new Map(Object.entries(charts(measured)).map(([name, chart]) => [`${name}.svg`, barChart(chart)]))
}

export async function writePage(page: string, drawn: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(join(DOCS, 'performance'), { recursive: true })
  for (const [name, drawing] of drawn) await writeFile(join(DOCS, 'performance', name), drawing)
  await writeFile(join(DOCS, 'performance.md'), page)
}

function runNote({ loadAverages, options: { sizes, rounds, seconds } }: Measured, cores: string): string {
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Bun ${Bun.version}`
  const load = [Math.min(...loadAverages), Math.max(...loadAverages)].map((average) => average.toFixed(1))
  return `${machine}; ${cores}. Tokens stored: ${sizes.map(amount).join(', ')}. ${measuredFor(rounds, seconds)}.
Load average of the machine during the run: ${load.join(' to ')}. The benchmark alone makes about 2.`
}

function measuredFor(rounds: number, seconds: number): string {
  return rounds === 1 ? `One round of ${seconds} s` : `Medians of ${rounds} rounds of ${seconds} s`
}
