import { isListEntry } from './caveat-kind.ts'

/** `ozw`: Onezone's worker. `ozp`: its panel. `opw`, `opp`: a Oneprovider's. */
export type ServiceType = 'ozw' | 'ozp' | 'opw' | 'opp'

/** One service, or in caveats with the id `*` every service of that type. */
export interface ServiceSpec {
  readonly type: ServiceType
  readonly id: string
}

/** The Onezone itself: what serves a request when no service presents one. */
export const ONEZONE_SERVICE: ServiceSpec = { type: 'ozw', id: 'onezone' }

/** How error details and descriptions call the service types. */
export const SERVICE_NAMES: Readonly<Record<ServiceType, string>> = {
  ozw: 'oz_worker',
  ozp: 'oz_panel',
  opw: 'op_worker',
  opp: 'op_panel',
}

export function isServiceType(text: string): text is ServiceType {
  return Object.hasOwn(SERVICE_NAMES, text)
}

/** Reads `<ozw|ozp|opw|opp>-<id>`. An id of nothing is nobody's. */
export function parseServiceSpec(text: string): ServiceSpec | undefined {
  const type = text.slice(0, 3)
  const id = text.slice(4)
  return isServiceType(type) && text[3] === '-' && isListEntry(id) ? { type, id } : undefined
}

export function printServiceSpec(service: ServiceSpec): string {
  return `${service.type}-${service.id}`
}
