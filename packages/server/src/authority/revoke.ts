import type { Acknowledged } from '../atomically.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { KeyRing } from './key-ring.ts'
import { findLine, type FindSubjectDeps } from './line.ts'
import type { Audience, SubjectName, TokenId } from './named-token.ts'
import type { TokenWrites } from './ports.ts'

export interface RevokeDeps extends FindSubjectDeps {
  readonly acknowledged: Acknowledged<{ readonly tokens: TokenWrites }>
  /** Resolves when all that is committed is true on every node. */
  readonly settled: () => Promise<void>
  readonly keyRing: KeyRing
}

/** The token and everything confined from it are dead when this returns. @throws {Refused} `token_not_found` */
export async function deleteNamedToken(
  deps: RevokeDeps,
  tenantId: TenantId,
  audience: Audience,
  id: TokenId,
): Promise<void> {
  const wasThere = await deps.acknowledged(({ tokens }) => tokens.remove(tenantId, audience, id))
  if (!wasThere) throw new Refused({ kind: 'token_not_found' })
}

/** All of a subject's named tokens are dead when this returns, however many. A subject who is not there has none. */
export async function deleteAllNamedTokens(
  deps: RevokeDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
): Promise<void> {
  const line = await findLine(deps, tenantId, audience, subject)
  // A subject who is gone may have been removed this very moment, on another node.
  if (line === undefined) return deps.settled()
  await unlessRemoved(deps.acknowledged(({ tokens }) => tokens.raiseEpoch(line)))
}

/** All of a subject's temporary tokens are dead when this returns: the next generation begins. */
export async function revokeTemporaryTokens(
  deps: RevokeDeps,
  tenantId: TenantId,
  audience: Audience,
  subject: SubjectName,
): Promise<void> {
  const line = await findLine(deps, tenantId, audience, subject)
  if (line === undefined) return deps.settled()
  const key = deps.keyRing.newReference()
  await unlessRemoved(deps.acknowledged(({ tokens }) => tokens.raiseGeneration(line, key)))
}

/** The subject was removed this very moment: nothing of his is alive, and a work that is refused has waited too. */
async function unlessRemoved(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Refused) || error.failure.kind !== 'subject_invalid') throw error
  }
}
