import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { NamedGround } from './ground.ts'
import type {
  Audience,
  Generation,
  JsonObject,
  KeyReference,
  NamedToken,
  SubjectName,
  SubjectState,
  TokenId,
  TokenLine,
} from './named-token.ts'

/** The two reads of the hot path: one round trip each. */
export interface VerificationReads {
  /** The living named token with that id and its subject. Dead by epoch, deleted or never there: `undefined`. */
  findNamed(
    tenantId: TenantId,
    audience: Audience,
    id: string,
  ): Promise<{ readonly token: VerificationRecord; readonly subject: SubjectState } | undefined>
  /**
   * The subject that the text names, with the generation of his temporary tokens.
   * `generation` is `undefined` as long as he never needed one.
   */
  findGeneration(
    tenantId: TenantId,
    audience: Audience,
    subject: SubjectName,
  ): Promise<{ readonly generation: Generation | undefined; readonly subject: SubjectState } | undefined>
}

/** What verdicts stand on, read ahead: of named tokens of the Onezone API, in whichever tenant. */
export interface GroundListing {
  /** 0 when there are none. */
  lastSerial(): Promise<number>
  /** Those of living tokens with `from <= serial < below`, in any order; one statement. */
  list(from: number, below: number): Promise<readonly NamedGround[]>
}

/** The hot path's read for opaque tokens: one round trip. */
export interface OpaqueTokenReads {
  /** The living named token with that hash, see `hashOfText`: whose tenant it is, only its record tells. */
  findByHash(audience: Audience, textHash: string): Promise<FoundOpaqueToken | undefined>
}

export interface FoundOpaqueToken {
  readonly tenantId: TenantId
  readonly tokenId: TokenId
  readonly token: VerificationRecord
  readonly subject: SubjectState
}

/** The part of a named token's record that verification reads. */
export interface VerificationRecord {
  /** The token's own number, near to those of tokens that were created about the same time. */
  readonly serial: number
  readonly isRevoked: boolean
  readonly key: KeyReference
}

/** A dead epoch's tokens are not there for any of these, however many rows the sweeper still has to remove. */
export interface TokenReads {
  find(tenantId: TenantId, audience: Audience, id: TokenId): Promise<NamedToken | undefined>
  findByName(line: TokenLine, name: string): Promise<NamedToken | undefined>
  /** In ascending order of name. */
  list(line: TokenLine): Promise<readonly TokenId[]>
  /** Every named token of the tenant for that audience, grouped by subject. */
  listAll(tenantId: TenantId, audience: Audience): Promise<readonly TokenId[]>
  /** `undefined` as long as none was needed. Reading creates nothing. */
  currentGeneration(line: TokenLine): Promise<Generation | undefined>
}

/** Every method that can turn an acceptance into a refusal, or back, writes its change row in the same transaction. */
export interface TokenWrites {
  /**
   * Into the line's current epoch, which stays put until the transaction ends.
   * @throws {Refused} `name_taken`, `id_taken`; `subject_invalid` when the subject is gone
   */
  insert(token: NamedToken): Promise<void>
  /** Change: `token`, but none when it is so already. `false`: no such living token. */
  setRevoked(tenantId: TenantId, audience: Audience, id: TokenId, isRevoked: boolean): Promise<boolean>
  /** @throws {Refused} `name_taken`; its own present name is no conflict. */
  rename(tenantId: TenantId, audience: Audience, id: TokenId, name: string): Promise<boolean>
  setCustomMetadata(
    tenantId: TenantId,
    audience: Audience,
    id: TokenId,
    metadata: JsonObject,
  ): Promise<boolean>
  /**
   * Counts a use of a living invite and holds it until the transaction ends: of one invite, use follows use. No change
   * row, for no verdict depends on it.
   * @returns the token as it is then; `undefined`: no such living token
   */
  countUse(tenantId: TenantId, audience: Audience, id: TokenId): Promise<NamedToken | undefined>
  /** Change: `token`. `false`: no such living token. */
  remove(tenantId: TenantId, audience: Audience, id: TokenId): Promise<boolean>
  /**
   * All named tokens of the line are dead at once, whatever their number; the rows are left to the sweeper. Change:
   * `epoch`, but none on a line that never had one.
   * @throws {Refused} `subject_invalid` when the subject is gone
   */
  raiseEpoch(line: TokenLine): Promise<void>
  /**
   * The line's generation; created as number 1 with `key` when there is none.
   * @throws {Refused} `subject_invalid` when the subject is gone
   */
  ensureGeneration(line: TokenLine, key: KeyReference): Promise<Generation>
  /**
   * The next generation, with a new key reference. The first one when there was none. Change: `generation`.
   * @throws {Refused} `subject_invalid` when the subject is gone
   */
  raiseGeneration(line: TokenLine, key: KeyReference): Promise<Generation>
}

/** The background half of set-wise deletion. */
export interface DeadTokens {
  /**
   * Removes rows of dead epochs in one short transaction. Resumable: what is left is found again.
   * @param limit of rows
   * @param maxMillis after which it ends before the limit; it is asked every few rows
   * @returns rows removed; 0: nothing is left, or another node is removing it
   */
  sweep(limit: number, maxMillis?: number): Promise<number>
}

/** When a named token was last accepted, and how often, as far as the nodes have written it. */
export interface TokenUsage {
  readonly lastUsedAt: UnixSeconds
  readonly uses: number
}

/** What one node has seen of one token since it last wrote. */
export interface TokenUse extends TokenUsage {
  /** Of the token's record. */
  readonly serial: number
}

export interface UsageWrites {
  /**
   * Adds the uses and keeps the latest time, in one short transaction. A token that is not there any more is left out.
   * No change row, for no verdict depends on it.
   * @param batch no token twice; best in the order of serials, for neighbours are on the same pages
   * @param durability `soon`: a crash of the machine or the database may lose it, unless something was written with
   *   `at_once` since
   */
  record(batch: readonly TokenUse[], durability: Durability): Promise<void>
}

/**
 * When what was written survives a crash of the machine: by the time of the answer, or some time after. What may be lost
 * changes no verdict, and verdicts may be reached as if it had not been written.
 */
export type Durability = 'at_once' | 'soon'

export interface UsageReads {
  /** `undefined`: no use of it has been written. */
  find(tenantId: TenantId, audience: Audience, id: TokenId): Promise<TokenUsage | undefined>
}

/** A root key as the store keeps it: sealed under the master key. */
export interface SealedRootKey {
  readonly kid: number
  readonly isActive: boolean
  /** nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM; the row's identity is the additional data. */
  readonly sealed: Uint8Array
}

export interface RootKeys {
  list(): Promise<readonly SealedRootKey[]>
}

export interface RootKeyWrites {
  /** @throws {Refused} `id_taken` when the kid is, or another key is active already */
  insert(key: SealedRootKey): Promise<void>
}
