import type { SignedToken, Token, TokenSubject } from '@jeton/token'
import { type ChangeKind, lineKey, tokenKey } from '../change.ts'
import type { TenantId } from '../directory/tenant.ts'
import { touchedKey } from './applied-changes.ts'
import {
  type Audience,
  type Generation,
  nameOf,
  type SubjectName,
  type SubjectRef,
  type SubjectState,
  type TokenLine,
} from './named-token.ts'
import type { VerificationReads, VerificationRecord } from './ports.ts'

/** What the store says that the verdicts on a token stand on: of a named one, or of all temporary ones of a subject. */
export type Ground = NamedGround | TemporaryGround

export interface NamedGround {
  readonly kind: 'named'
  readonly tenantId: TenantId
  readonly audience: Audience
  readonly tokenId: string
  readonly record: VerificationRecord
  readonly subject: SubjectState
}

export interface TemporaryGround {
  readonly kind: 'temporary'
  readonly tenantId: TenantId
  readonly audience: Audience
  readonly generation: Generation
  readonly subject: SubjectState
}

/** One read. `undefined`: no such named token; no such subject, or one who never had a temporary token. */
export async function readGround(
  reads: VerificationReads,
  tenantId: TenantId,
  audience: Audience,
  { persistence, id, subject }: Token | SignedToken,
): Promise<Ground | undefined> {
  if (persistence.kind === 'named') {
    const found = await reads.findNamed(tenantId, audience, id)
    if (found === undefined) return undefined
    return { kind: 'named', tenantId, audience, tokenId: id, record: found.token, subject: found.subject }
  }
  const found = hasTemporaryTokens(subject)
    ? await reads.findGeneration(tenantId, audience, subject)
    : undefined
  if (found?.generation === undefined) return undefined
  return { kind: 'temporary', tenantId, audience, generation: found.generation, subject: found.subject }
}

/** By what a token's ground is found; `undefined` when there can be none. */
export function groundKey(
  tenantId: TenantId,
  audience: Audience,
  { persistence, id, subject }: Token | SignedToken,
): string | undefined {
  if (persistence.kind === 'named') return namedKey(tenantId, audience, id)
  return hasTemporaryTokens(subject) ? temporaryKey(tenantId, audience, subject) : undefined
}

/** The same of a ground that was found. */
export function keyOfGround(ground: Ground): string {
  const { tenantId, audience, subject } = ground
  return ground.kind === 'named'
    ? namedKey(tenantId, audience, ground.tokenId)
    : temporaryKey(tenantId, audience, nameOf(subject))
}

function namedKey(tenantId: TenantId, audience: Audience, id: string): string {
  return `named ${tenantId} ${audience} ${id}`
}

function temporaryKey(tenantId: TenantId, audience: Audience, { type, id }: SubjectName): string {
  return `temporary ${tenantId} ${audience} ${type} ${id}`
}

/** Groups and nobody have none; only a forger writes such a token. */
function hasTemporaryTokens(subject: TokenSubject): subject is SubjectName {
  return subject.type === 'user' || subject.type === 'oneprovider'
}

/** The changes that would make it another one. */
export function dependenciesOf(ground: Ground): readonly string[] {
  const { tenantId, audience, subject } = ground
  const line = lineKey(lineOf(ground))
  const ofSubject = touchedKey('subject' satisfies ChangeKind, tenantId, String(subject.ref.id))
  if (ground.kind === 'temporary')
    return [touchedKey('generation' satisfies ChangeKind, tenantId, line), ofSubject]
  return [
    touchedKey('token' satisfies ChangeKind, tenantId, tokenKey(audience, ground.tokenId)),
    touchedKey('epoch' satisfies ChangeKind, tenantId, line),
    ofSubject,
  ]
}

export function lineOf({ tenantId, audience, subject }: Ground): TokenLine {
  return { tenantId, audience, subject: subject.ref }
}

/**
 * Whether the secret behind two grounds is the same: it is derived from these, and a salt is drawn anew whenever a row
 * is written anew.
 */
export function haveSameSecret(a: Ground, b: Ground): boolean {
  if (a.tenantId !== b.tenantId || a.audience !== b.audience || !isSameRef(a.subject.ref, b.subject.ref)) {
    return false
  }
  if (a.kind === 'named') {
    return b.kind === 'named' && a.tokenId === b.tokenId && isSameKey(a.record.key, b.record.key)
  }
  if (b.kind === 'named') return false
  return a.generation.number === b.generation.number && isSameKey(a.generation.key, b.generation.key)
}

export function isSameRef(a: SubjectRef, b: SubjectRef): boolean {
  return a.kind === b.kind && a.id === b.id
}

function isSameKey(a: VerificationRecord['key'], b: VerificationRecord['key']): boolean {
  return a.kid === b.kid && Buffer.compare(a.salt, b.salt) === 0
}
