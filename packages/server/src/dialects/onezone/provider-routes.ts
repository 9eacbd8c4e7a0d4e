import { registerProvider } from '../../authority/register-provider.ts'
import type { Provider } from '../../directory/provider.ts'
import { deleteProvider, updateProvider } from '../../directory/providers.ts'
import { Refused } from '../../failure.ts'
import { object } from '../json-schema.ts'
import { admin, anyProvider, clusterHolder, clusterMember, self, supportedBy } from './callers.ts'
import type { OnezoneDeps } from './deps.ts'
import { ipv4Of } from './ipv4-of.ts'
import { providerChangeBody, registrationBody } from './provider-bodies.ts'
import { json, noContent, providerJson } from './render.ts'
import { type Asked, callerAs, namedInPath, type Route, route } from './route.ts'
import { entityId, idsUnder, providerShape, tokenText } from './shapes.ts'
import { noContentAnswer, ok } from './success.ts'

/** `/providers/{id}`: which one is unknown is said before anything else is asked. */
const ofProvider = {
  fetch: (deps: OnezoneDeps, { tenant, params }: Asked) => findProvider(deps, tenant.id, params['id'] ?? ''),
  subject: namedInPath('oneprovider'),
}

/** `/provider`: the caller. A user is not there as a provider (Onezone REST, caller mismatches). */
const ofCaller = {
  fetch: async (deps: OnezoneDeps, { actor, tenant }: Asked) => {
    if (actor.kind === 'nobody') throw new Refused({ kind: 'not_authenticated' })
    return findProvider(deps, tenant.id, actor.onezoneId)
  },
  subject: callerAs('oneprovider'),
}

export const providerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/providers',
    operationId: 'oz_providers_list',
    summary: 'List all providers',
    success: ok(idsUnder('providers')),
    resource: 'provider.null.list:private',
    callers: [admin('oz_providers_list')],
    run: async ({ providers }, { tenant }) => json(200, { providers: await providers.list(tenant.id) }),
  }),
  route({
    method: 'POST',
    path: '/providers',
    operationId: 'register_provider',
    summary: 'Register a provider with an invite',
    success: ok(object({ macaroon: tokenText, providerId: entityId, providerRootToken: tokenText })),
    resource: 'provider.null.instance:private',
    // Whoever holds the invite: a provider that registers is nobody yet.
    callers: 'anyone',
    writes: true,
    body: registrationBody,
    run: async (deps, { tenant, actor, call, body }) => {
      const { onezoneId, rootTokenText } = await registerProvider(
        deps,
        tenant,
        { actor, presented: body.token, ip: ipv4Of(call.clientAddress) },
        {
          name: body.name,
          domain: body.domain,
          subdomain: undefined,
          adminEmail: body.adminEmail,
          latitude: body.latitude ?? 0,
          longitude: body.longitude ?? 0,
        },
      )
      return json(200, { macaroon: rootTokenText, providerId: onezoneId, providerRootToken: rootTokenText })
    },
  }),
  route({
    ...ofProvider,
    method: 'GET',
    path: '/providers/{id}',
    operationId: 'get_provider_details',
    summary: 'Get the details of a provider',
    success: ok(providerShape),
    resource: 'provider.{id}.instance:protected',
    callers: [anyProvider, clusterMember, supportedBy('id'), admin('oz_providers_view')],
    run: (_, { entity }) => json(200, providerJson(entity)),
  }),
  route({
    ...ofProvider,
    method: 'DELETE',
    path: '/providers/{id}',
    operationId: 'remove_provider',
    summary: 'Delete a provider with its cluster',
    success: noContentAnswer,
    resource: 'provider.{id}.instance:private',
    callers: [self, clusterHolder('cluster_delete'), admin('oz_providers_delete')],
    run: (deps, { entity }) => remove(deps, entity),
  }),
  route({
    ...ofCaller,
    method: 'GET',
    path: '/provider',
    operationId: 'get_current_provider_details',
    summary: 'Get the details of the calling provider',
    success: ok(providerShape),
    resource: 'provider.{subject}.instance:protected',
    callers: [self],
    run: (_, { entity }) => json(200, providerJson(entity)),
  }),
  route({
    ...ofCaller,
    method: 'PATCH',
    path: '/provider',
    operationId: 'modify_provider',
    summary: 'Change the name, the e-mail address or the place of the calling provider',
    success: noContentAnswer,
    resource: 'provider.{subject}.instance:private',
    callers: [self],
    writes: true,
    body: providerChangeBody,
    run: async (deps, { entity, body }) => {
      await updateProvider(deps, entity.id, body)
      return noContent
    },
  }),
  route({
    ...ofCaller,
    method: 'DELETE',
    path: '/provider',
    operationId: 'unregister_provider',
    summary: 'Delete the calling provider with its cluster',
    success: noContentAnswer,
    resource: 'provider.{subject}.instance:private',
    callers: [self],
    run: (deps, { entity }) => remove(deps, entity),
  }),
]

async function findProvider(
  { providers }: OnezoneDeps,
  tenantId: Provider['tenantId'],
  onezoneId: string,
): Promise<Provider> {
  const provider = await providers.find(tenantId, onezoneId)
  if (provider === undefined) throw new Refused({ kind: 'provider_not_found' })
  return provider
}

async function remove(deps: OnezoneDeps, { tenantId, onezoneId }: Provider) {
  await deleteProvider(deps, tenantId, onezoneId)
  return noContent
}
