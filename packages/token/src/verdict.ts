import type { Caveat } from './caveat.ts'
import type { InviteType } from './invite-type.ts'
import type { Integer } from './json.ts'
import type { ServiceSpec } from './service-spec.ts'
import type { TokenSubject } from './subject.ts'
import type { TokenType } from './token-type.ts'

/** Which step of a judgement failed. The first one that does, is it. */
export type TokenRefusal =
  | { readonly kind: 'not_an_access_token'; readonly received: TokenType }
  | { readonly kind: 'not_an_identity_token'; readonly received: TokenType }
  | {
      readonly kind: 'not_an_invite_token'
      readonly expected: InviteType | undefined
      readonly received: TokenType
    }
  | { readonly kind: 'token_invalid' }
  | { readonly kind: 'token_revoked' }
  /** `caveat`: its raw text. */
  | { readonly kind: 'caveat_unknown'; readonly caveat: string }
  | { readonly kind: 'caveat_unverified'; readonly caveat: Caveat }
  | { readonly kind: 'session_invalid' }
  | { readonly kind: 'subject_invalid' }
  | { readonly kind: 'user_blocked' }
  | { readonly kind: 'service_forbidden'; readonly service: ServiceSpec }

export type Verdict =
  | {
      readonly ok: true
      readonly subject: TokenSubject
      /** All of the token's, in order. */
      readonly caveats: readonly Caveat[]
      /** Unix seconds; of several time caveats the earliest. Absent: until something else ends it. */
      readonly validUntil: Integer | undefined
    }
  | { readonly ok: false; readonly why: TokenRefusal }
