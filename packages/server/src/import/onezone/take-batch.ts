import type { Atomically } from '../../atomically.ts'
import { type Failure, Refused } from '../../failure.ts'
import type { ImportPorts, Mark } from './ports.ts'
import type { ImportRecord, RecordKind } from './record.ts'
import { ID_TAKEN, takingEntities, takingProviders } from './take-directory.ts'
import { takingHarvestedSpaces, takingMemberships, takingSupports } from './take-relations.ts'
import { takingNamedTokens, takingTemporarySecrets } from './take-tokens.ts'
import { takingUsers } from './take-users.ts'
import { type ImportWorld, KNOWN, type Outcome, refused, type Taking } from './taking.ts'

export interface BatchDeps extends ImportWorld {
  readonly atomically: Atomically<ImportPorts>
  /** Of this run, and no other. */
  readonly run: number
  /** Nothing after the first refused record is taken. */
  readonly isStrict: boolean
  /** Nothing is written. */
  readonly isDryRun: boolean
}

/**
 * Takes records of one kind, no two with the same key, in as few transactions as it can: one, when none of them is
 * found to be impossible by the store itself.
 * @returns an outcome for each; where it is strict, none after the first refused one
 * @throws {Refused} when the store is full or away: what was not committed then was not taken
 */
export async function takeBatch(
  deps: BatchDeps,
  records: readonly ImportRecord[],
): Promise<readonly Outcome[]> {
  try {
    return await commitBatch(deps, records)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const why = WHY[error.failure.kind]
    if (why === undefined) throw error
    if (records.length === 1) return [refused(why)]
    return takeHalves(deps, records)
  }
}

/** How many records one commit may hold. */
export function maxBatchRecords(kind: RecordKind): number {
  return TAKINGS[kind].isRelating ? MAX_RELATING_RECORDS : MAX_RECORDS
}

const MAX_RECORDS = 500
/** Whoever else relates something waits meanwhile, and a large group in another can take a second. */
const MAX_RELATING_RECORDS = 10

/** What the constraints of the store say of one record. They do not say of which. */
const WHY: { readonly [Kind in Failure['kind']]?: string } = {
  id_taken: ID_TAKEN,
  username_taken: 'its username is taken here',
  email_taken: 'its e-mail address is taken here',
  name_taken: 'its subject has another token of that name here',
}

async function takeHalves(deps: BatchDeps, records: readonly ImportRecord[]): Promise<readonly Outcome[]> {
  const middle = Math.ceil(records.length / 2)
  const first = await takeBatch(deps, records.slice(0, middle))
  if (deps.isStrict && first.some(isRefused)) return first
  return [...first, ...(await takeBatch(deps, records.slice(middle)))]
}

/** Thrown out of a transaction to undo it. */
class Undone extends Error {
  readonly outcomes: readonly Outcome[]

  constructor(outcomes: readonly Outcome[]) {
    super('undone on purpose')
    this.outcomes = outcomes
  }
}

async function commitBatch(deps: BatchDeps, records: readonly ImportRecord[]): Promise<readonly Outcome[]> {
  const { isStrict, isDryRun } = deps
  try {
    return await deps.atomically(async (ports) => {
      const outcomes = await takeIn(deps, ports, records)
      if (isDryRun || (isStrict && outcomes.some(isRefused))) throw new Undone(outcomes)
      return outcomes
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    return isDryRun ? error.outcomes : takeUpToRefused(deps, records, error.outcomes)
  }
}

async function takeUpToRefused(
  deps: BatchDeps,
  records: readonly ImportRecord[],
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const at = outcomes.findIndex(isRefused)
  const before = at === 0 ? [] : await takeBatch(deps, records.slice(0, at))
  return [...before, ...outcomes.slice(at, at + 1)]
}

function isRefused({ kind }: Outcome): boolean {
  return kind === 'refused'
}

const TAKINGS: { readonly [Kind in RecordKind]: Taking<Kind> } = {
  user: takingUsers,
  provider: takingProviders,
  entity: takingEntities,
  membership: takingMemberships,
  support: takingSupports,
  harvested_space: takingHarvestedSpaces,
  temporary_secret: takingTemporarySecrets,
  named_token: takingNamedTokens,
}

async function takeIn(
  deps: BatchDeps,
  ports: ImportPorts,
  records: readonly ImportRecord[],
): Promise<readonly Outcome[]> {
  const kind = records[0]?.kind
  if (kind === undefined) return []
  // Wider than it is: all records of a batch are of this kind, so it is handed none of another.
  const taking = TAKINGS[kind] as Taking<RecordKind>
  const { tenantId, run } = deps
  // Before anything else of the transaction: whoever holds it waits for rows of this one otherwise.
  if (taking.isRelating) await ports.relations.hold(tenantId)
  const keys = records.map(({ key }) => key)
  const marks = await ports.imports.findMarks(tenantId, kind, keys)
  const fresh = records.filter(({ key }) => !marks.has(key))
  const taken = fresh.length === 0 ? [] : await taking.take(deps, ports, fresh)
  const byKey = new Map(fresh.map(({ key }, index) => [key, taken[index] ?? KNOWN]))
  const outcomes: Outcome[] = []
  for (const record of records) {
    const mark = marks.get(record.key)
    outcomes.push(
      mark === undefined
        ? (byKey.get(record.key) ?? KNOWN)
        : await reconsider(deps, ports, taking, record, mark),
    )
  }
  await ports.imports.putMarks(tenantId, kind, newMarks(records, outcomes, marks, run))
  return outcomes
}

/** It was taken before. What has become of it here since stands, unless it has died there. */
async function reconsider(
  deps: BatchDeps,
  ports: ImportPorts,
  { follow }: Taking<RecordKind>,
  record: ImportRecord,
  mark: Mark,
): Promise<Outcome> {
  if (mark.run === deps.run) return refused('it stands in this file already')
  if (follow === undefined || record.state <= mark.state) return KNOWN
  return (await follow(deps, ports, record, mark)) ? { kind: 'followed' } : KNOWN
}

/** Also of what was here before it came: once removed here, it must not come back by the same record. */
function newMarks(
  records: readonly ImportRecord[],
  outcomes: readonly Outcome[],
  marks: ReadonlyMap<string, Mark>,
  run: number,
): ReadonlyMap<string, Mark> {
  const isMarked = (key: string, index: number): boolean => {
    const kind = outcomes[index]?.kind
    return kind === 'taken' || kind === 'followed' || (kind === 'known' && !marks.has(key))
  }
  return new Map(
    records.filter(({ key }, index) => isMarked(key, index)).map(({ key, state }) => [key, { state, run }]),
  )
}
