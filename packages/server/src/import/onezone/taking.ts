import type { Ambient } from '../../ambient.ts'
import type { KeyRing } from '../../authority/key-ring.ts'
import type { TenantId } from '../../directory/tenant.ts'
import type { ImportPorts, Mark } from './ports.ts'
import type { ImportRecord, RecordKind } from './record.ts'

/** What came of one record. */
export type Outcome =
  /** It was not here, and now it is. */
  | { readonly kind: 'taken' }
  /** Taken earlier; there it was revoked, blocked or raised since, and now it is here too. */
  | { readonly kind: 'followed' }
  /** Taken earlier, whatever has become of it here; or part of every installation. */
  | { readonly kind: 'known' }
  | RefusedOutcome

export interface RefusedOutcome {
  readonly kind: 'refused'
  readonly why: string
  /** Names of what it needs and is not here; see {@link nameOfRecord}. */
  readonly missing?: readonly string[]
}

export const TAKEN: Outcome = { kind: 'taken' }
export const KNOWN: Outcome = { kind: 'known' }

export function refused(why: string): RefusedOutcome {
  return { kind: 'refused', why }
}

/** For what is named by a record and not here: never imported, refused, or deleted here since. */
export function missing(...names: readonly string[]): RefusedOutcome {
  return { kind: 'refused', why: `not here, or deleted here: ${names.join(', ')}`, missing: names }
}

/** One name for each thing that a record can be or need: `user ID`, `entity space:ID`. */
export function nameOfRecord(kind: RecordKind, key: string): string {
  return `${kind} ${key}`
}

export interface ImportWorld {
  readonly tenantId: TenantId
  readonly keyRing: KeyRing
  readonly ambient: Ambient
}

/** How the records of one kind are taken, in a transaction. */
export interface Taking<Kind extends RecordKind> {
  /** Whether it changes who is what to whom; then that is held before anything else. */
  readonly isRelating: boolean
  /**
   * Records that were never taken before, no two with the same key. One outcome for each.
   * @throws {Refused} where the store finds that one of them cannot be; then the caller finds out which
   */
  readonly take: (
    world: ImportWorld,
    ports: ImportPorts,
    records: readonly RecordOf<Kind>[],
  ) => Promise<readonly Outcome[]>
  /** A record that is deader than when it was taken. @returns whether there was something left to do it to */
  readonly follow?: (
    world: ImportWorld,
    ports: ImportPorts,
    record: RecordOf<Kind>,
    mark: Mark,
  ) => Promise<boolean>
}

export type RecordOf<Kind extends RecordKind> = Extract<ImportRecord, { readonly kind: Kind }>

/** One record after the other. */
export function each<Kind extends RecordKind>(
  takeOne: (world: ImportWorld, ports: ImportPorts, record: RecordOf<Kind>) => Promise<Outcome>,
): Taking<Kind>['take'] {
  return async (world, ports, records) => {
    const outcomes: Outcome[] = []
    for (const record of records) outcomes.push(await takeOne(world, ports, record))
    return outcomes
  }
}
