import type { Caveat } from './caveat.ts'
import type { GeoFilter } from './caveat-geo.ts'
import type { Context, Facts } from './context.ts'
import { isInMask, parseIpv4, parseIpv4Mask } from './ipv4.ts'
import { ONEZONE_SERVICE, printServiceSpec, type ServiceSpec } from './service-spec.ts'
import { parseSubject, type TokenSubject } from './subject.ts'

/** Whether a caveat is met. An `api` caveat always is: it is asked again when the token is used for an operation. */
export function isMet(caveat: Caveat, context: Context, facts: Facts): boolean {
  switch (caveat.type) {
    case 'time':
      return context.now < caveat.validUntil
    case 'ip':
      return isFrom(context.ip, caveat.whitelist)
    case 'asn':
      return context.ip !== undefined && includes(caveat.whitelist, facts.asnOf(context.ip))
    case 'geo.country':
      return isInPlaces(countriesOf(context, facts), caveat.filter, caveat.list)
    case 'geo.region':
      return isInPlaces(regionsOf(context, facts), caveat.filter, caveat.list)
    case 'service':
      return isListedService(context.service ?? ONEZONE_SERVICE, caveat.whitelist)
    case 'consumer':
      return isListedConsumer(context.consumer, caveat.whitelist, facts)
    case 'interface':
      return context.interface === caveat.interface
    case 'api':
      return true
    case 'data.readonly':
    case 'data.path':
    case 'data.objectid':
      return context.allowDataAccessCaveats
    case 'scope':
      // Supported only where an access token proves an identity, which is all that it allows.
      return true
  }
}

function includes<T>(list: readonly T[], value: T | undefined): boolean {
  return value !== undefined && list.includes(value)
}

function isFrom(ip: string | undefined, masks: readonly string[]): boolean {
  const address = ip === undefined ? undefined : parseIpv4(ip)
  if (address === undefined) return false
  return masks.some((text) => {
    const mask = parseIpv4Mask(text)
    return mask !== undefined && isInMask(address, mask)
  })
}

function countriesOf({ ip }: Context, facts: Facts): readonly string[] | undefined {
  const place = ip === undefined ? undefined : facts.countryOf(ip)
  return place === undefined ? undefined : [place.country]
}

const CONTINENTS: ReadonlyMap<string, string> = new Map([
  ['AF', 'Africa'],
  ['AN', 'Antarctica'],
  ['AS', 'Asia'],
  ['EU', 'Europe'],
  ['NA', 'NorthAmerica'],
  ['OC', 'Oceania'],
  ['SA', 'SouthAmerica'],
])

function regionsOf({ ip }: Context, facts: Facts): readonly string[] | undefined {
  const place = ip === undefined ? undefined : facts.countryOf(ip)
  const continent = place === undefined ? undefined : CONTINENTS.get(place.continent)
  if (place === undefined || continent === undefined) return undefined
  return place.isInEu ? [continent, 'EU'] : [continent]
}

/** A place that is not known meets neither filter: a blacklist must not be slipped by being unknown. */
function isInPlaces(
  places: readonly string[] | undefined,
  filter: GeoFilter,
  list: readonly string[],
): boolean {
  if (places === undefined) return false
  const isListed = places.some((place) => list.includes(place))
  return filter === 'whitelist' ? isListed : !isListed
}

function isListedService(service: ServiceSpec, whitelist: readonly string[]): boolean {
  return whitelist.includes(printServiceSpec(service)) || whitelist.includes(`${service.type}-*`)
}

function isListedConsumer(
  consumer: TokenSubject | undefined,
  whitelist: readonly string[],
  facts: Facts,
): boolean {
  if (consumer === undefined) return false
  return whitelist.some((entry) => {
    const listed = parseSubject(entry)
    if (listed === undefined) return false
    if (listed.type === 'group') return consumer.type === 'user' && facts.isConsumerInGroup(listed.id)
    return listed.type === consumer.type && (listed.id === '*' || listed.id === consumer.id)
  })
}
