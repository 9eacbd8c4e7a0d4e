import type { Caveat } from '@jeton/token'
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
