import { type Caveat, NOBODY, type TokenSubject } from '@jeton/token'
import type { ProviderId } from '../directory/provider.ts'
import type { UserId } from '../directory/user.ts'

/** Who calls. What a token's caveats leave of his rights is for the route to ask. */
export type Actor =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'user'
      readonly userId: UserId
      readonly onezoneId: string
      /** Of the access token he came with; none with a password. */
      readonly caveats: readonly Caveat[]
    }
  | {
      readonly kind: 'provider'
      readonly providerId: ProviderId
      readonly onezoneId: string
      readonly caveats: readonly Caveat[]
    }

/** The caller as the consumer of a token that he shows. */
export function consumerOf(actor: Actor): TokenSubject {
  switch (actor.kind) {
    case 'nobody':
      return NOBODY
    case 'user':
      return { type: 'user', id: actor.onezoneId }
    case 'provider':
      return { type: 'oneprovider', id: actor.onezoneId }
  }
}
