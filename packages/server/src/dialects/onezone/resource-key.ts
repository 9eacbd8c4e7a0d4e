import {
  apiCaveatAllows,
  type Caveat,
  type Operation,
  type Resource,
  serviceCaveatAllowsOnezoneCall,
} from '@jeton/token'

/** Fills the placeholders of a key: path parameters by name, and `subject`. */
export type Placeholders = Readonly<Record<string, string>>

/**
 * Reads a resource key such as `token.null.user_named_token,{subject}:private` into what fills it in. Split before
 * it is filled: an id with a dot in it stays an id.
 */
export function resourceKey(key: string): (values: Placeholders) => Resource {
  const [type = '', id = '', rest = ''] = key.split('.')
  const [aspectWithArg = '', scope = ''] = rest.split(':')
  const [aspect = '', arg] = aspectWithArg.split(',')
  return (values) => ({
    type,
    id: id === 'null' ? null : filled(id, values),
    aspect,
    ...(arg !== undefined && { aspectArg: filled(arg, values) }),
    scope,
  })
}

function filled(part: string, values: Placeholders): string {
  return part.replace(/\{(\w+)\}/, (_, name: string) => values[name] ?? '')
}

/**
 * The first caveat of the caller's own token that does not allow the operation: all `api` caveats first, then
 * `service`, then those that only give access to data (Onezone REST, order of checks, step 9).
 */
export function disallowingCaveat(
  caveats: readonly Caveat[],
  operation: Operation,
  resource: Resource,
): Caveat | undefined {
  return (
    caveats.find((caveat) => caveat.type === 'api' && !apiCaveatAllows(caveat, operation, resource)) ??
    caveats.find(
      (caveat) => caveat.type === 'service' && !serviceCaveatAllowsOnezoneCall(caveat, operation, resource),
    ) ??
    caveats.find(isDataAccessCaveat)
  )
}

/** Tokens for reading data name no operation of Onezone's own. */
function isDataAccessCaveat(caveat: Caveat): boolean {
  return caveat.type.startsWith('data.') || (caveat.type === 'interface' && caveat.interface === 'oneclient')
}
