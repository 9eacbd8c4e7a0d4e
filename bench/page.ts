import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { barChart } from './chart.ts'
import { goalTable, writeTable } from './goals.ts'
import type { Measured } from './measured.ts'
import type { BenchOptions } from './options.ts'
import { charts, httpTable, readTable, revocationTable, startTable, tokenTable } from './report.ts'
import { amount } from './workloads.ts'

const TEMPLATE = join(import.meta.dir, 'performance.template.md')
const DOCS = join(import.meta.dir, '../docs')

/** The page with the figures of one run; its words are the template's. */
export async function renderPage(
  measured: Measured,
  description: string,
  options: BenchOptions,
): Promise<string> {
  const parts: Readonly<Record<string, string>> = {
    run: runNote(measured, description, options),
    goals: goalTable(measured),
    http: httpTable(measured),
    writes: writeTable(measured),
    revocations: revocationTable(measured),
    reads: readTable(measured.reads),
    token: tokenTable(measured.token),
    start: startTable(measured.starts),
  }
  const template = await readFile(TEMPLATE, 'utf8')
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? `no such part: ${name}`)
}

export async function writePage(page: string, measured: Measured): Promise<void> {
  await mkdir(join(DOCS, 'performance'), { recursive: true })
  for (const [name, chart] of Object.entries(charts(measured))) {
    await writeFile(join(DOCS, 'performance', `${name}.svg`), barChart(chart))
  }
  await writeFile(join(DOCS, 'performance.md'), page)
}

function runNote(
  { loadAverages, seeded }: Measured,
  description: string,
  { rounds, seconds }: BenchOptions,
): string {
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Bun ${Bun.version}`
  const load = [Math.min(...loadAverages), Math.max(...loadAverages)].map((average) => average.toFixed(1))
  const stores = seeded.map(({ count }) => amount(count)).join(', ')
  return `${machine}; ${description}. Tokens stored: ${stores}. Medians of ${rounds} rounds of ${seconds} s.
Load average of the machine during the run: ${load.join(' to ')}. The benchmark alone makes about 2.`
}
