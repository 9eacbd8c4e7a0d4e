import { ADMIN_PRIVILEGES, VIEWER_PRIVILEGES } from '../../directory/privileges.ts'
import { arrayOf, object, words } from '../json-schema.ts'
import { json } from './render.ts'
import { type Route, route } from './route.ts'
import { configurationShape, text } from './shapes.ts'
import { ok } from './success.ts'

/** The release of Onezone whose API this is: clients choose by it what they may ask. */
export const API_RELEASE = '21.02.7'

/** What everybody may ask about the zone itself. */
export const zoneRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/configuration',
    operationId: 'get_configuration',
    summary: 'Get the public facts about this zone',
    success: ok(configurationShape),
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
    summary: 'Tell whether the zone is up',
    success: ok(object({ status: words('healthy') })),
    resource: 'oz_worker.null.health:private',
    callers: 'anyone',
    run: () => json(200, { status: 'healthy' }),
  }),
  route({
    method: 'GET',
    path: '/privileges',
    operationId: 'list_privileges',
    summary: 'List all admin privileges that there are',
    success: ok(object({ admin: arrayOf(text), viewer: arrayOf(text) })),
    resource: 'oz_worker.null.privileges:private',
    callers: 'anyone',
    run: () => json(200, { admin: ADMIN_PRIVILEGES, viewer: VIEWER_PRIVILEGES }),
  }),
  route({
    method: 'GET',
    path: '/provider/public/get_current_time',
    operationId: 'check_current_time',
    summary: 'Get the current time of the zone',
    success: ok(object({ timeMillis: { type: 'integer' } })),
    resource: 'provider.null.current_time:private',
    callers: 'anyone',
    run: ({ ambient }) => json(200, { timeMillis: ambient.nowMillis() }),
  }),
  route({
    method: 'GET',
    path: '/provider/public/check_my_ip',
    operationId: 'check_my_ip',
    summary: 'Tell the address that the request came from',
    success: ok(text),
    resource: 'provider.null.check_my_ip,{client_address}:private',
    callers: 'anyone',
    run: (_, { call }) => json(200, call.clientAddress),
  }),
]
