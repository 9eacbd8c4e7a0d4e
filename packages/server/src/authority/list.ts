import type { Tenant, TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { findLine, type FindSubjectDeps } from './line.ts'
import {
  type Audience,
  type NamedToken,
  nameOf,
  type SubjectName,
  type SubjectRef,
  type TokenId,
} from './named-token.ts'
import type { TokenReads } from './ports.ts'
import { type TextDeps, textOfNamedToken } from './token-text.ts'

export interface ListDeps extends FindSubjectDeps {
  readonly tokens: TokenReads
}

/** A subject's token ids, by name. A subject who is not there has none. */
export async function listNamedTokens(
  deps: ListDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
): Promise<readonly TokenId[]> {
  const line = await findLine(deps, tenantId, audience, subject)
  return line === undefined ? [] : deps.tokens.list(line)
}

/** Every token id of the tenant for that audience. */
export function listAllNamedTokens(
  deps: ListDeps,
  tenantId: TenantId,
  audience: Audience,
): Promise<readonly TokenId[]> {
  return deps.tokens.listAll(tenantId, audience)
}

/** A named token's record with what its audience shows of it. */
export interface ShownToken {
  readonly token: NamedToken
  /** As the audience shows him. */
  readonly subject: SubjectName
}

/** @throws {Refused} `token_not_found` */
export async function getNamedToken(
  deps: ListDeps,
  tenantId: TenantId,
  audience: Audience,
  id: string,
): Promise<ShownToken> {
  // Safe as a brand: an id that is none is simply not found.
  return shown(deps, await deps.tokens.find(tenantId, audience, id as TokenId))
}

/** @throws {Refused} `token_not_found` */
export async function getNamedTokenByName(
  deps: ListDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
  name: string,
): Promise<ShownToken> {
  const line = await findLine(deps, tenantId, audience, subject)
  return shown(deps, line === undefined ? undefined : await deps.tokens.findByName(line, name))
}

/** The number that a temporary token of the subject would carry now. Asking creates nothing. */
export async function currentGeneration(
  deps: ListDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
): Promise<number> {
  const line = await findLine(deps, tenantId, audience, subject)
  const generation = line === undefined ? undefined : await deps.tokens.currentGeneration(line)
  return generation?.number ?? 1
}

/** The text of a token that {@link getNamedToken} found. */
export function textOf(deps: TextDeps, tenant: Tenant, { token, subject }: ShownToken): string {
  return textOfNamedToken(deps, tenant, subject, token)
}

async function shown(deps: ListDeps, token: NamedToken | undefined): Promise<ShownToken> {
  const ref = token?.line.subject
  const holder = ref === undefined ? undefined : await holderOf(deps, ref)
  if (token === undefined || ref === undefined || holder === undefined)
    throw new Refused({ kind: 'token_not_found' })
  return { token, subject: nameOf({ id: holder.onezoneId, ref }) }
}

function holderOf(
  { users, providers }: ListDeps,
  ref: SubjectRef,
): Promise<{ readonly onezoneId: string } | undefined> {
  switch (ref.kind) {
    case 'user':
      return users.findById(ref.id)
    case 'provider':
      return providers.findById(ref.id)
  }
}
