import type { Caveat, Context, Purpose, ServiceSpec, TokenSubject } from '@jeton/token'

/** How and by whom a token is presented; the time is the authority's own. */
export type Presentation = Omit<Context, 'now'>

/** What a verdict depends on besides the token, what it stands on, and the time. */
export interface TokenQuestion {
  readonly purpose: Purpose
  readonly presentation: Presentation
}

/** Whether the same is asked, of the same token on the same ground: then only the time may have changed the verdict. */
export function isSameQuestion(a: TokenQuestion, b: TokenQuestion): boolean {
  return isSamePurpose(a.purpose, b.purpose) && isSamePresentation(a.presentation, b.presentation)
}

/** Of databases that are exchanged while the server runs: what they say now, they are asked now. */
const FROM_DATABASES: ReadonlySet<Caveat['type']> = new Set(['asn', 'geo.country', 'geo.region'])

/** Whether nothing but the question and the time tells whether these are met. */
export function areOfQuestion(caveats: readonly Caveat[]): boolean {
  return !caveats.some(({ type }) => FROM_DATABASES.has(type))
}

function isSamePurpose(a: Purpose, b: Purpose): boolean {
  if (a.kind !== 'invite' || b.kind !== 'invite') return a.kind === b.kind
  return a.expected === b.expected
}

function isSamePresentation(a: Presentation, b: Presentation): boolean {
  return (
    a.ip === b.ip &&
    a.interface === b.interface &&
    a.session === b.session &&
    a.allowDataAccessCaveats === b.allowDataAccessCaveats &&
    a.ignoredCaveats === b.ignoredCaveats &&
    isSameParty(a.service, b.service) &&
    isSameParty(a.consumer, b.consumer)
  )
}

function isSameParty<Party extends ServiceSpec | TokenSubject>(
  a: Party | undefined,
  b: Party | undefined,
): boolean {
  return a === b || (a !== undefined && b !== undefined && a.type === b.type && a.id === b.id)
}
