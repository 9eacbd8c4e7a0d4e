import { newCanonicalId } from '../../directory/new-ids.ts'
import { BadRecord } from './fields.ts'
import { readHeader } from './header.ts'
import { type Line, linesOf } from './lines.ts'
import type { ScratchNames } from './ports.ts'
import { readRecord } from './read-record.ts'
import type { ImportRecord, RecordKind } from './record.ts'
import { type BatchDeps, maxBatchRecords, takeBatch } from './take-batch.ts'
import { nameOfRecord, type Outcome, refused, TAKEN } from './taking.ts'

export interface ImportDeps extends Omit<BatchDeps, 'run'> {
  /** Resolves when all that is committed is true on every node. */
  readonly settled: () => Promise<void>
  /** What a dry run would have taken so far. */
  readonly scratch: ScratchNames | undefined
  /** Told in the order of the lines. */
  readonly onRefused: (line: number, why: string) => void
  /** Told after every commit. */
  readonly onProgress: (progress: Progress) => void
}

export interface Progress {
  readonly lines: number
  /** Of the file. */
  readonly bytes: number
}

/** Of each kind of record, how many came to what. */
export type Counts = { readonly [Kind in RecordKind]?: { readonly [Each in Outcome['kind']]?: number } }

export interface Summary {
  readonly counts: Counts
  /** Lines that were refused before anybody knew what they are, too. */
  readonly refused: number
  readonly lines: number
  /** Strict, and at its first refused line. */
  readonly isStopped: boolean
}

/** A commit may hold lines of so many characters, and so many lines that are no records. */
const MAX_BATCH_LINES = 1000
const MAX_BATCH_CHARS = 1024 * 1024

/**
 * Takes in what an export says, in batches of one commit each. What is refused is told and left out. Cut off at any
 * point and run again, it goes on: what was taken once is left as it is here, for good.
 *
 * When this returns, what it says is true on every node.
 * @throws {NotAnExport} before anything was written
 * @throws {Refused} when the store is full or away; what was committed until then stays
 */
export async function importExport(deps: ImportDeps, chunks: AsyncIterable<Uint8Array>): Promise<Summary> {
  const run = new ImportRun({ ...deps, run: newCanonicalId(deps.ambient) })
  let hasHead = false
  for await (const line of linesOf(chunks)) {
    if (hasHead) await run.take(line)
    else readHeader(line.text)
    hasHead = true
    if (run.isStopped) break
  }
  if (!hasHead) readHeader(undefined)
  await run.finish()
  if (!deps.isDryRun) await deps.settled()
  return run.summary()
}

/** A line of a batch: a record, or why it is none. */
interface Entry {
  readonly line: Line
  readonly record: ImportRecord | undefined
  readonly why: string
}

class ImportRun {
  readonly #deps: ImportDeps
  readonly #batchDeps: BatchDeps
  readonly #counts: { [Kind in RecordKind]?: { [Each in Outcome['kind']]?: number } } = {}
  #entries: Entry[] = []
  #keys = new Set<string>()
  /** Of the records among them. */
  #kind: RecordKind | undefined
  #records = 0
  #chars = 0
  #refused = 0
  #lines = 1
  #isStopped = false

  constructor(deps: ImportDeps & BatchDeps) {
    this.#deps = deps
    // Whether a record is refused in a dry run is known only when what it needs has been looked for here, too.
    this.#batchDeps = { ...deps, isStrict: deps.isStrict && !deps.isDryRun }
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  async take(line: Line): Promise<void> {
    const entry = entryOf(line)
    if (!this.#hasRoomFor(entry)) await this.finish()
    if (this.#isStopped) return
    this.#entries.push(this.#withoutRepetition(entry))
    this.#chars += line.text?.length ?? 0
    if (entry.record === undefined && this.#deps.isStrict) await this.finish()
  }

  summary(): Summary {
    return {
      counts: this.#counts,
      refused: this.#refused,
      lines: this.#lines,
      isStopped: this.#isStopped,
    }
  }

  #hasRoomFor({ record }: Entry): boolean {
    if (this.#entries.length >= MAX_BATCH_LINES || this.#chars >= MAX_BATCH_CHARS) return false
    if (this.#kind === undefined || record === undefined) return true
    return record.kind === this.#kind && this.#records < maxBatchRecords(this.#kind)
  }

  /** What earlier batches hold, their marks tell. */
  #withoutRepetition(entry: Entry): Entry {
    const { record } = entry
    if (record === undefined) return entry
    const name = nameOfRecord(record.kind, record.key)
    if (this.#keys.has(name) || this.#deps.scratch?.has(name) === true) {
      return { ...entry, record: undefined, why: 'it stands in this file already' }
    }
    this.#keys.add(name)
    this.#kind = record.kind
    this.#records += 1
    return entry
  }

  /** Commits what has been read so far. */
  async finish(): Promise<void> {
    const entries = this.#entries
    if (entries.length === 0) return
    this.#entries = []
    this.#keys = new Set()
    this.#kind = undefined
    this.#records = 0
    this.#chars = 0
    const records = entries.map(({ record }) => record).filter((record) => record !== undefined)
    const outcomes = records.length === 0 ? [] : await takeBatch(this.#batchDeps, records)
    this.#count(entries, outcomes)
    const last = entries.at(-1)
    if (last === undefined) return
    this.#deps.onProgress({ lines: last.line.number, bytes: last.line.endsAtByte })
  }

  #count(entries: readonly Entry[], outcomes: readonly Outcome[]): void {
    const left = outcomes.values()
    for (const { line, record, why } of entries) {
      const outcome = record === undefined ? refused(why) : this.#settle(record, left.next().value)
      this.#lines = line.number
      if (record !== undefined) this.#add(record.kind, outcome.kind)
      if (outcome.kind !== 'refused') continue
      this.#refused += 1
      this.#deps.onRefused(line.number, outcome.why)
      if (!this.#deps.isStrict) continue
      this.#isStopped = true
      return
    }
  }

  #add(kind: RecordKind, outcome: Outcome['kind']): void {
    const counts = (this.#counts[kind] ??= {})
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }

  /** In a dry run nothing is here that stands further up in the file; it would be. */
  #settle(record: ImportRecord, outcome: Outcome = refused('it was not looked at')): Outcome {
    const { scratch } = this.#deps
    if (scratch === undefined) return outcome
    const wouldBeHere =
      outcome.kind === 'refused' && (outcome.missing?.every((name) => scratch.has(name)) ?? false)
    const settled = wouldBeHere ? TAKEN : outcome
    if (settled.kind === 'taken') scratch.add(nameOfRecord(record.kind, record.key))
    return settled
  }
}

function entryOf(line: Line): Entry {
  if (line.text === undefined) return { line, record: undefined, why: 'it is too long, or not UTF-8' }
  try {
    return { line, record: readRecord(line.text), why: '' }
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error
    return { line, record: undefined, why: error.message }
  }
}
