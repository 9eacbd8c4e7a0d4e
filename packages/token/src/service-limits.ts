import type { Operation, Resource } from './api-matchspec.ts'
import { type ApiCaveat, apiCaveatAllows, apiKind } from './caveat-api.ts'
import type { ServiceCaveat } from './caveat-party.ts'
import { parseServiceSpec, type ServiceType } from './service-spec.ts'

const PANEL = ['ozw/get/user.*.*:*', 'ozw/get/cluster.*.*:*', 'ozw/get/provider.*.*:*']

/** What the Onezone API offers a token that is meant for services of a type: what they need to do their work. */
const LIMITS: Readonly<Record<ServiceType, ApiCaveat>> = {
  ozw: limit(['ozw/all/*.*.*:*']),
  ozp: limit(PANEL),
  opp: limit(PANEL),
  opw: limit([
    'ozw/get/user.*.*:*',
    'ozw/create/user.*.idp_access_token,*:*',
    'ozw/get/group.*.*:*',
    'ozw/get/space.*.*:*',
    'ozw/create/space.*.infer_accessible_eff_groups:*',
    'ozw/all/share.*.*:*',
    'ozw/get/provider.*.*:*',
    'ozw/all/handle.*.*:*',
    'ozw/get/handleService.*.*:*',
    'ozw/get/atm_inventory.*.*:*',
    'ozw/get/atm_lambda.*.*:*',
    'ozw/get/atm_workflow_schema.*.*:*',
  ]),
}

function limit(whitelist: readonly string[]): ApiCaveat {
  const caveat = apiKind.fromJson({ whitelist })
  if (caveat === undefined) throw new RangeError('not a list of matchspecs')
  return caveat
}

/**
 * Whether a service caveat lets its token call an operation of the Onezone: at least one of the types that it lists
 * must. Every service caveat of a token must.
 */
export function serviceCaveatAllowsOnezoneCall(
  caveat: ServiceCaveat,
  operation: Operation,
  resource: Resource,
): boolean {
  return caveat.whitelist.some((entry) => {
    const service = parseServiceSpec(entry)
    return service !== undefined && apiCaveatAllows(LIMITS[service.type], operation, resource)
  })
}
