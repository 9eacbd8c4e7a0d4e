import type { TokenId } from '../../../src/authority/named-token.ts'
import type { User } from '../../../src/directory/user.ts'
import { lineOf } from '../../store/samples.ts'
import type { VerificationWorld } from './verification-world.ts'

/** Something that turns the verdict on a token, and perhaps something that turns it back. */
export interface GroundChange {
  readonly title: string
  /** Which of the subject's tokens it is about. */
  readonly of: 'named' | 'temporary'
  /** What the token's verdict is from then on. */
  readonly verdict: string
  /** Whether that verdict too is on something that is there, and so remembered. */
  readonly isRemembered: boolean
  readonly make: (world: VerificationWorld, user: User, id: TokenId) => Promise<unknown>
  readonly undo?: (world: VerificationWorld, user: User, id: TokenId) => Promise<unknown>
}

export const groundChanges: readonly GroundChange[] = [
  {
    title: 'a revocation',
    of: 'named',
    verdict: 'token_revoked',
    isRemembered: true,
    make: ({ store, tenant }, _, id) =>
      store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id, true)),
    undo: ({ store, tenant }, _, id) =>
      store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id, false)),
  },
  {
    title: 'a deletion',
    of: 'named',
    verdict: 'token_invalid',
    isRemembered: false,
    make: ({ store, tenant }, _, id) =>
      store.atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', id)),
  },
  {
    title: 'a deletion of all',
    of: 'named',
    verdict: 'token_invalid',
    isRemembered: false,
    make: ({ store }, user) => store.atomically(({ tokens }) => tokens.raiseEpoch(lineOf(user))),
  },
  {
    title: 'a new generation',
    of: 'temporary',
    verdict: 'token_revoked',
    // Under another generation the signature is another one; what was known of it is worth nothing.
    isRemembered: false,
    make: ({ store, deps }, user) =>
      store.atomically(({ tokens }) => tokens.raiseGeneration(lineOf(user), deps.keyRing.newReference())),
  },
  ...(['named', 'temporary'] as const).flatMap((of): readonly GroundChange[] => [
    {
      title: `a block, of a ${of} token's subject`,
      of,
      verdict: 'user_blocked',
      isRemembered: true,
      make: ({ store }, user) => store.atomically(({ users }) => users.setBlocked(user.id, true)),
      undo: ({ store }, user) => store.atomically(({ users }) => users.setBlocked(user.id, false)),
    },
    {
      title: `a removal, of a ${of} token's subject`,
      of,
      verdict: 'token_invalid',
      isRemembered: false,
      make: ({ store }, user) => store.atomically(({ users }) => users.remove(user.id)),
    },
  ]),
]

/** A user of his own with a token of that kind, which has been verified once. */
export async function verifiedToken(
  world: VerificationWorld,
  user: User,
  of: GroundChange['of'],
): Promise<{ readonly id: TokenId; readonly text: string }> {
  const named = await world.named(user)
  const text = of === 'named' ? named.text : await world.temporary(user)
  await world.verdict(text)
  return { id: named.id, text }
}
