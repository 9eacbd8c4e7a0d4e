import { type CaveatKind, isListEntry, orList, type WhitelistCaveat, whitelistKind } from './caveat-kind.ts'
import { parseServiceSpec, SERVICE_NAMES } from './service-spec.ts'
import { NOBODY, parseSubject, printSubject } from './subject.ts'

/** Only at these services, `<ozw|ozp|opw|opp>-<id>`; id `*`: any of the type. */
export type ServiceCaveat = WhitelistCaveat<'service'>

export const serviceKind: CaveatKind<ServiceCaveat> = whitelistKind(
  'service',
  (entry) => (parseServiceSpec(entry) === undefined ? undefined : entry),
  (services) =>
    `unverified service caveat: the service using this token must authenticate as '${orList(services.map(serviceInWords))}' ` +
    '(use the x-onedata-service-token header), or the requested API operation is disallowed for the whitelisted services',
)

function serviceInWords(entry: string): string {
  const service = parseServiceSpec(entry)
  return service === undefined ? entry : `${SERVICE_NAMES[service.type]}:${service.id}`
}

/**
 * Only in the hands of these, `<usr|grp|prv>-<id>`; `usr-*`, `prv-*`: any; `grp-*`: any user with a group. `nobody`,
 * who presents himself to the verification API without a token, can be listed too, but not be asked for in JSON.
 */
export type ConsumerCaveat = WhitelistCaveat<'consumer'>

export const consumerKind: CaveatKind<ConsumerCaveat> = whitelistKind(
  'consumer',
  (entry) => (parseSubject(entry) === undefined || !isListEntry(entry) ? undefined : entry),
  (consumers) =>
    `unverified consumer caveat: the consumer of this token must authenticate as '${orList(consumers.map(consumerInWords))}' ` +
    "- if that's you, you should:\n" +
    "   * send your access token in 'x-auth-token' header if consuming an invite token\n" +
    "   * send your identity token in 'x-onedata-consumer-token' header if performing an operation on behalf of " +
    'somebody else with their access token\n' +
    "   * send your identity token in 'consumerToken' field if using token verification API",
  (entry) => entry !== NOBODY_ENTRY,
)

const NOBODY_ENTRY = printSubject(NOBODY)

function consumerInWords(entry: string): string {
  const consumer = parseSubject(entry)
  // Nobody's id is in Onezone's words `undefined`.
  return consumer === undefined ? entry : `${consumer.type}:${consumer.id ?? 'undefined'}`
}

export type Interface = 'rest' | 'oneclient' | 'graphsync'

export const INTERFACES: readonly Interface[] = ['rest', 'oneclient', 'graphsync']

/** Only over one interface. */
export interface InterfaceCaveat {
  readonly type: 'interface'
  readonly interface: Interface
}

export const interfaceKind: CaveatKind<InterfaceCaveat> = {
  word: 'interface',
  parse: (rest) => (rest?.startsWith('= ') ? makeInterface(rest.slice(2)) : undefined),
  fromJson: (json) => makeInterface(json['interface']),
  serialize: (caveat) => `interface = ${caveat.interface}`,
  reason: (caveat) =>
    `unverified interface caveat: this token can only be used in the '${caveat.interface}' interface`,
}

function makeInterface(value: unknown): InterfaceCaveat | undefined {
  const found = INTERFACES.find((name) => name === value)
  return found === undefined ? undefined : { type: 'interface', interface: found }
}

/**
 * Deprecated: makes an access token good for nothing but proving a provider's identity. Its JSON form is
 * `{"scope": "identityToken"}`, without a type.
 */
export interface ScopeCaveat {
  readonly type: 'scope'
}

export const scopeKind: CaveatKind<ScopeCaveat> = {
  word: 'authorization',
  parse: (rest) => (rest === '= none' ? { type: 'scope' } : undefined),
  fromJson: ({ scope }) => (scope === 'identityToken' ? { type: 'scope' } : undefined),
  serialize: () => 'authorization = none',
  reason: () => 'this token carries no authorization (can be used only for identity verification)',
}
