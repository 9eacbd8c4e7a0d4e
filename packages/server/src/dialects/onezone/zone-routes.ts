import { ADMIN_PRIVILEGES, VIEWER_PRIVILEGES } from '../../directory/privileges.ts'
import { json } from './render.ts'
import { type Route, route } from './route.ts'

/** The release of Onezone whose API this is: clients choose by it what they may ask. */
const API_RELEASE = '21.02.7'

/** What everybody may ask about the zone itself. */
export const zoneRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/configuration',
    operationId: 'get_configuration',
    resource: 'oz_worker.null.configuration:private',
    callers: 'anyone',
    run: ({ version }, { tenant }) =>
      json(200, {
        availableSpaceTags: {},
        bagitUploaderWorkflowSchemaId: null,
        build: version,
        compatibilityRegistryRevision: 0,
        compatibleOneproviderVersions: [],
        domain: tenant.onezoneDomain,
        name: tenant.name,
        openDataXrootdServerDomain: null,
        subdomainDelegationSupported: false,
        supportedIdPs: [],
        version: API_RELEASE,
      }),
  }),
  route({
    method: 'GET',
    path: '/health',
    operationId: 'get_health',
    resource: 'oz_worker.null.health:private',
    callers: 'anyone',
    run: () => json(200, { status: 'healthy' }),
  }),
  route({
    method: 'GET',
    path: '/privileges',
    operationId: 'list_privileges',
    resource: 'oz_worker.null.privileges:private',
    callers: 'anyone',
    run: () => json(200, { admin: ADMIN_PRIVILEGES, viewer: VIEWER_PRIVILEGES }),
  }),
  route({
    method: 'GET',
    path: '/provider/public/get_current_time',
    operationId: 'get_current_time',
    resource: 'provider.null.current_time:private',
    callers: 'anyone',
    run: ({ ambient }) => json(200, { timeMillis: ambient.nowMillis() }),
  }),
  route({
    method: 'GET',
    path: '/provider/public/check_my_ip',
    operationId: 'check_my_ip_address',
    resource: 'provider.null.check_my_ip,{client_address}:private',
    callers: 'anyone',
    run: (_, { call }) => json(200, call.clientAddress),
  }),
]
