import type { JsonObject } from '../../authority/named-token.ts'
import { UNIFIED_BASE, type Version } from './route.ts'

interface Resource {
  /** Plain, and never a choice of several: clients put it into the template as it is. */
  readonly version: Version
  /** The legacy path below `/{version}/api`. */
  readonly path: string
}

const OPERATOR = '/tenants/{tenant_id}/operators/{operator_id}'

/** What clients look up to build their calls, by the names that they know (Prisma SD-WAN, permissions). */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  login: { version: 'v2.0', path: '/login' },
  logout: { version: 'v2.0', path: '/logout' },
  profile: { version: 'v2.1', path: '/profile' },
  permissions: { version: 'v2.0', path: '/permissions' },
  tenants: { version: 'v2.12', path: '/tenants/{tenant_id}' },
  operators_t: { version: 'v2.2', path: '/tenants/{tenant_id}/operators' },
  authtokens: { version: 'v2.1', path: `${OPERATOR}/authtokens` },
  sessions_t: { version: 'v2.0', path: `${OPERATOR}/sessions` },
  roles: { version: 'v2.1', path: '/tenants/{tenant_id}/roles' },
  permissions_t: { version: 'v2.0', path: '/tenants/{tenant_id}/permissions' },
  base_roles: { version: 'v2.0', path: '/tenants/{tenant_id}/base_roles' },
  base_permissions: { version: 'v2.0', path: '/tenants/{tenant_id}/base_permissions' },
  clients_t: { version: 'v2.1', path: '/tenants/{tenant_id}/clients' },
  permissions_clients_d: { version: 'v2.0', path: `${OPERATOR}/clients/permissions` },
  login_clients: { version: 'v2.0', path: '/tenants/{tenant_id}/clients/{client_id}/login' },
}

/** The two maps of one family of paths. In a template `%s` is first the version, then each id. */
export interface ApiMaps {
  readonly resource_version_map: JsonObject
  readonly resource_uri_map: JsonObject
}

export const legacyMaps: ApiMaps = mapsOf((path) => `/%s/api${path}`)
export const unifiedMaps: ApiMaps = mapsOf(
  (path) => `${UNIFIED_BASE}/%s/api${path.replace('/tenants/{tenant_id}', '')}`,
)

function mapsOf(templateOf: (path: string) => string): ApiMaps {
  const resources = Object.entries(RESOURCES)
  return {
    resource_version_map: Object.fromEntries(resources.map(([key, { version }]) => [key, version])),
    resource_uri_map: Object.fromEntries(
      resources.map(([key, { path }]) => [key, templateOf(path).replaceAll(/\{\w+\}/g, '%s')]),
    ),
  }
}
