import type { Caveat, CaveatType } from './caveat.ts'
import type { Interface } from './caveat-party.ts'
import type { InviteType } from './invite-type.ts'
import type { ServiceSpec } from './service-spec.ts'
import type { TokenSubject } from './subject.ts'

/** What a token is asked to be. */
export type Purpose =
  | { readonly kind: 'access' }
  | { readonly kind: 'identity' }
  /** `expected` absent: any invite. */
  | { readonly kind: 'invite'; readonly expected?: InviteType | undefined }

/** The circumstances in which a token is presented. */
export interface Context {
  /** Unix seconds. */
  readonly now: number
  /** Where the request came from, dotted IPv4. Absent: unknown, or IPv6. */
  readonly ip: string | undefined
  /** Absent: unknown. */
  readonly interface: Interface | undefined
  /** The service that presents the token. Absent: the Onezone itself, `ozw-onezone`. */
  readonly service: ServiceSpec | undefined
  /** Who presents the token. Absent: nobody. */
  readonly consumer: TokenSubject | undefined
  /** The session that is presented with the token. `any`: whichever the token is bound to is as good. */
  readonly session: string | undefined
  /** Whether the asker enforces data access caveats itself. */
  readonly allowDataAccessCaveats: boolean
  /** Caveats that count as met, where the kind of token supports them. */
  readonly ignoredCaveats?: ReadonlySet<CaveatType>
}

/** A country as a geolocation database knows it. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** The database's continent code: `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. */
  readonly continent: string
  readonly isInEu: boolean
}

/** What a judgement has to know about the world. Functions are asked only when the verdict depends on the answer. */
export interface Facts {
  /** What stands behind the token. Absent: there is no named token with that id. */
  readonly record: NamedFacts | TemporaryFacts | undefined
  /** The state of the token's subject (of version 1: the record's). */
  readonly subject: 'active' | 'blocked' | 'absent'
  /** Whether the session that the token is bound to exists and is its subject's. */
  readonly isSessionOfSubject: boolean
  readonly isServiceAllowed: (subject: TokenSubject, service: ServiceSpec) => boolean
  /** Whether the consumer, a user, is an effective member of the group; `*`: a direct member of any group. */
  readonly isConsumerInGroup: (groupId: string) => boolean
  /** Absent: not known. */
  readonly asnOf: (ip: string) => number | undefined
  /** Absent: not known. */
  readonly countryOf: (ip: string) => Place | undefined
  /** What `parseCaveat` says of a text, for who has it at hand: tokens of one issuer have the same caveats. */
  readonly parseCaveat?: (text: string) => Caveat | undefined
}

export interface NamedFacts {
  readonly kind: 'named'
  readonly subject: TokenSubject
  readonly isRevoked: boolean
  /** Absent: only a `SignedToken` can be good. */
  readonly secret: Uint8Array | undefined
}

export interface TemporaryFacts {
  readonly kind: 'temporary'
  /** The current one of the subject. */
  readonly generation: number
  /** Absent: there is none, so no signature can be good; only a `SignedToken` can be. */
  readonly secret: Uint8Array | undefined
}
