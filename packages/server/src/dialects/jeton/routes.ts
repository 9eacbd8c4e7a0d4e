import { grantRoleIn } from '../../accounts/role-bindings.ts'
import { findUsage } from '../../authority/token-usage.ts'
import { removeSupport, setSupport } from '../../directory/supports.ts'
import { createTenant } from '../../directory/tenants.ts'
import { createUser } from '../../directory/users.ts'
import { Refused } from '../../failure.ts'
import { makeOperatorIn } from '../../operators/operator-grants.ts'
import { TEXT_FORMAT } from '../../metrics/text-format.ts'
import { clientRoutes } from './clients.ts'
import { clusterJson } from './cluster-json.ts'
import { createTokenFor } from './my-tokens.ts'
import { operatorGrant } from './operator-grant.ts'
import { passwordResetRoutes } from './password-resets.ts'
import { jsonAnswer, noContent, tenantJson, textAnswer, usageJson, userIds, userJson } from './render.ts'
import { roleGrant } from './role-grant.ts'
import type { PublicRoute, Route, UserRoute } from './route.ts'
import { parseNewTenant, parseNewToken, parseNewUser, parseSupport } from './schema.ts'

const getMe: UserRoute = {
  method: 'GET',
  path: '/v1/me',
  operationId: 'get_me',
  callers: {},
  takesBody: false,
  async run({ tenants }, { caller }) {
    const tenant = await tenants.findById(caller.tenantId)
    // His tenant went while he was being asked about: then so did he.
    if (tenant === undefined) throw new Refused({ kind: 'bad_credentials' })
    return jsonAnswer(200, { user: userJson(caller), tenant: tenantJson(tenant) })
  },
}

/** How somebody who has a password comes to his first token of an API that takes no passwords. */
const createMyToken: UserRoute = {
  method: 'POST',
  path: '/v1/me/tokens',
  operationId: 'create_my_token',
  callers: {},
  takesBody: true,
  writes: true,
  async run(deps, { call, caller, body }) {
    return jsonAnswer(201, await createTokenFor(deps, caller, parseNewToken(body), call))
  },
}

const createUserRoute: UserRoute = {
  method: 'POST',
  path: '/v1/users',
  operationId: 'create_user',
  callers: { privilege: 'oz_users_create' },
  takesBody: true,
  writes: true,
  async run(deps, { call, caller, body }) {
    const { roles, ...user } = parseNewUser(body)
    const grantRole = await roleGrant(deps, caller, roles.astra)
    const makeOperator = await operatorGrant(deps, { call, caller }, roles.sdwan, user)
    const made = await createUser(deps, { tenantId: caller.tenantId, ...user }, async (ports, newcomer) => {
      await grantRole(ports, newcomer)
      await makeOperator(ports, newcomer)
    })
    return jsonAnswer(201, userIds(made))
  },
}

const createTenantRoute: UserRoute = {
  method: 'POST',
  path: '/v1/tenants',
  operationId: 'create_tenant',
  callers: { isForInstallation: true },
  takesBody: true,
  writes: true,
  async run(deps, { caller, body }) {
    const made = await createTenant(deps, parseNewTenant(body), async (ports, tenant, administrator) => {
      await grantRoleIn(ports, deps.ambient, tenant.id, administrator.uuid, 'owner', caller.uuid)
      await makeOperatorIn(ports, deps.ambient, administrator, { roles: ['tenant_super'] })
    })
    return jsonAnswer(201, {
      tenant: tenantJson(made.tenant),
      administrator: userJson(made.administrator),
    })
  },
}

/** Unlike everything else about a token, this is for finding those that nobody needs any more. */
const getTokenUsage: UserRoute = {
  method: 'GET',
  path: '/v1/tokens/{id}/usage',
  operationId: 'get_token_usage',
  callers: {},
  takesBody: false,
  async run(deps, { caller, params }) {
    return jsonAnswer(200, usageJson(await findUsage(deps, caller, 'onezone', params['id'] ?? '')))
  },
}

const getCluster: UserRoute = {
  method: 'GET',
  path: '/v1/cluster',
  operationId: 'get_cluster',
  callers: { privilege: 'oz_clusters_list' },
  takesBody: false,
  async run({ cluster, tenants }, { caller }) {
    // The nodes are the installation's, and other tenants' administrators are guests of it.
    if (caller.tenantId !== (await tenants.findDefault())?.id) throw new Refused({ kind: 'forbidden' })
    return jsonAnswer(200, await clusterJson(cluster))
  },
}

const SUPPORT = '/v1/onezone/spaces/{id}/supports/{providerId}'

/** Which provider keeps a space's data: providers tell the real Onezone so over a connection that there is none of here. */
const putSupport: UserRoute = {
  method: 'PUT',
  path: SUPPORT,
  operationId: 'set_space_support',
  callers: { privilege: 'oz_spaces_add_relationships' },
  takesBody: true,
  writes: true,
  async run(deps, { caller, params, body }) {
    const { id = '', providerId = '' } = params
    await setSupport(deps, caller.tenantId, id, providerId, parseSupport(body))
    return noContent
  },
}

const deleteSupport: UserRoute = {
  method: 'DELETE',
  path: SUPPORT,
  operationId: 'remove_space_support',
  callers: { privilege: 'oz_spaces_remove_relationships' },
  takesBody: false,
  async run(deps, { caller, params }) {
    const { id = '', providerId = '' } = params
    await removeSupport(deps, caller.tenantId, id, providerId)
    return noContent
  },
}

/** The process answers, whatever the state of its database: what a supervisor restarts it for. */
const healthz: PublicRoute = {
  method: 'GET',
  path: '/healthz',
  operationId: 'get_health',
  callers: 'anyone',
  takesBody: false,
  run: () => jsonAnswer(200, { status: 'ok' }),
}

/** The node can judge tokens: what a load balancer asks before it sends any here. */
const readyz: PublicRoute = {
  method: 'GET',
  path: '/readyz',
  operationId: 'get_readiness',
  callers: 'anyone',
  takesBody: false,
  async run({ readiness }) {
    const { isReady, reasons = [] } = await readiness()
    if (!isReady) return jsonAnswer(503, { status: 'not ready', reasons })
    return jsonAnswer(
      200,
      reasons.length === 0 ? { status: 'ready' } : { status: 'reading through', reasons },
    )
  },
}

/** What a monitoring system asks; as with the two above, the operator's network decides who may. */
const metricsRoute: PublicRoute = {
  method: 'GET',
  path: '/metrics',
  operationId: 'get_metrics',
  callers: 'anyone',
  takesBody: false,
  async run({ metrics }) {
    return textAnswer(TEXT_FORMAT, await metrics())
  },
}

/** Every call of this dialect. */
export const routes: readonly Route[] = [
  getMe,
  createMyToken,
  createUserRoute,
  createTenantRoute,
  ...clientRoutes,
  ...passwordResetRoutes,
  getTokenUsage,
  getCluster,
  putSupport,
  deleteSupport,
  healthz,
  readyz,
  metricsRoute,
]
