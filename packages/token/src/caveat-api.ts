import { matches, type Operation, parseMatchspec, printMatchspec, type Resource } from './api-matchspec.ts'
import { type CaveatKind, orList, type WhitelistCaveat, whitelistKind } from './caveat-kind.ts'
import type { ServiceType } from './service-spec.ts'

/** Only for operations that one of these matchspecs covers. */
export type ApiCaveat = WhitelistCaveat<'api'>

export const apiKind: CaveatKind<ApiCaveat> = whitelistKind(
  'api',
  (entry) => {
    const spec = parseMatchspec(entry)
    return spec === undefined ? undefined : printMatchspec(spec)
  },
  (specs) =>
    'unverified API caveat: this token can only be used for API calls that match the following spec: ' +
    `'${orList(specs)}'`,
)

/**
 * Whether a caveat lets its token be used for an operation. Judging a token does not ask this: it is asked for each
 * operation that the token is then used for.
 */
export function apiCaveatAllows(
  caveat: ApiCaveat,
  operation: Operation,
  resource: Resource,
  service: ServiceType = 'ozw',
): boolean {
  return caveat.whitelist.some((entry) => {
    const spec = parseMatchspec(entry)
    return spec !== undefined && matches(spec, service, operation, resource)
  })
}
