import { type Caveat, type Integer, parseServiceSpec, spacesOfDataCaveat } from '@jeton/token'
import type { Provider } from '../directory/provider.ts'
import type { EntityReads, SupportedSpace } from '../directory/relation-ports.ts'
import type { Verified } from './verify.ts'

export interface ScopeDeps {
  readonly entities: EntityReads
}

/** What an access token is good for, as far as can be said without using it. */
export interface AccessScope {
  /** Unix seconds; `undefined`: until something else ends it. */
  readonly validUntil: Integer | undefined
  /** `undefined`: the token speaks for a provider, who has no data of his own. */
  readonly data: DataScope | undefined
}

/** Which data a token gives access to, and where that can be had. */
export interface DataScope {
  readonly isReadonly: boolean
  /** Those left by the caveats, each with those of its supports that the caveats leave, perhaps none. */
  readonly spaces: readonly SupportedSpace[]
  /** Everybody who supports any of the spaces, each once. */
  readonly providers: readonly Provider[]
}

/** @see the Onezone API, infer_access_token_scope */
export async function accessScopeOf(
  { entities }: ScopeDeps,
  { subject: { ref }, caveats, validUntil }: Extract<Verified, { readonly ok: true }>,
): Promise<AccessScope> {
  if (ref.kind !== 'user') return { validUntil, data: undefined }
  const isSpaceLeft = spaceFilter(caveats)
  const isProviderLeft = providerFilter(caveats)
  const spaces = (await entities.listSupportedSpaces(ref.id)).filter(isSpaceLeft).map((space) => ({
    ...space,
    supports: space.supports.filter(({ provider }) => isProviderLeft(provider)),
  }))
  const providers = spaces.flatMap(({ supports }) =>
    supports.map(({ provider }) => [provider.id, provider] as const),
  )
  const isReadonly = caveats.some(({ type }) => type === 'data.readonly')
  return { validUntil, data: { isReadonly, spaces, providers: [...new Map(providers).values()] } }
}

/** Each caveat that names data leaves only the spaces that it names. */
function spaceFilter(caveats: readonly Caveat[]): (space: SupportedSpace) => boolean {
  const left = caveats
    .filter((caveat) => caveat.type === 'data.path' || caveat.type === 'data.objectid')
    .map((caveat) => new Set(spacesOfDataCaveat(caveat)))
  return ({ onezoneId }) => left.every((spaces) => spaces.has(onezoneId))
}

/** Each service caveat leaves only the providers whose workers it lists: data is had from nobody else. */
function providerFilter(caveats: readonly Caveat[]): (provider: Provider) => boolean {
  const left = caveats
    .filter((caveat) => caveat.type === 'service')
    .map(({ whitelist }) => workersIn(whitelist))
  return ({ onezoneId }) => left.every((workers) => workers.has('*') || workers.has(onezoneId))
}

function workersIn(services: readonly string[]): ReadonlySet<string> {
  return new Set(
    services.flatMap((entry) => {
      const service = parseServiceSpec(entry)
      return service?.type === 'opw' ? [service.id] : []
    }),
  )
}
