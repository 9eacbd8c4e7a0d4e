import type { Generation, NamedToken, SubjectName, TokenLine } from '../../authority/named-token.ts'
import type { TokenWrites } from '../../authority/ports.ts'
import type { UserWrites } from '../../directory/ports.ts'
import type { DirectoryWrites } from '../../directory/relation-ports.ts'
import type { TenantId } from '../../directory/tenant.ts'
import type { RecordKind } from './record.ts'

/** That a record has been taken once. It outlives what was made of it, so that nothing is ever taken twice. */
export interface Mark {
  /** How dead it was said to be: see `ImportRecord`. */
  readonly state: number
  /** The run that has taken it, or last followed it. */
  readonly run: number
}

/** A subject's line of Onezone tokens, held until the transaction ends. */
export interface HeldLine {
  readonly line: TokenLine
  readonly epoch: number
  /** 0: none was needed so far. */
  readonly generation: number
}

/** What only imports ask of the store, in one transaction. Set-wise: a million tokens are one query a few hundred. */
export interface ImportWrites {
  /** By key; what was never taken is not in it. */
  findMarks(tenantId: TenantId, kind: RecordKind, keys: readonly string[]): Promise<ReadonlyMap<string, Mark>>
  putMarks(tenantId: TenantId, kind: RecordKind, marks: ReadonlyMap<string, Mark>): Promise<void>
  /** By `printSubject`; made when they are missing. Who is not there is not in it. */
  holdLines(tenantId: TenantId, subjects: readonly SubjectName[]): Promise<ReadonlyMap<string, HeldLine>>
  /** Each into the first epoch of its line, which is held. @throws {Refused} `name_taken`, `id_taken` */
  insertTokens(tokens: readonly NamedToken[]): Promise<void>
  /** Change: `generation`, when there was one before. */
  setGeneration(held: HeldLine, generation: Generation): Promise<void>
}

export interface ImportPorts extends DirectoryWrites {
  readonly users: Pick<UserWrites, 'insert' | 'changePrivileges' | 'setBlocked'>
  readonly tokens: Pick<TokenWrites, 'setRevoked'>
  readonly imports: ImportWrites
}

/** Names in reach of one run that writes nothing. They may be as many as the export has lines: not for memory. */
export interface ScratchNames {
  has(name: string): boolean
  add(name: string): void
  close(): void
}
