import { createNamedToken, createTemporaryToken } from '../../authority/issue.ts'
import { currentGeneration, getNamedTokenByName, listNamedTokens, textOf } from '../../authority/list.ts'
import type { SubjectName } from '../../authority/named-token.ts'
import { deleteAllNamedTokens, revokeTemporaryTokens } from '../../authority/revoke.ts'
import { object } from '../json-schema.ts'
import { namedTokenBody, temporaryTokenBody } from './bodies.ts'
import { admin, type Callers, clusterHolder, clusterMember, self, supporter } from './callers.ts'
import { created, json, namedTokenJson, noContent } from './render.ts'
import { type Asked, callerAs, namedInPath, type Route, route } from './route.ts'
import { idsUnder, namedTokenShape, newTokenShape, tokenText } from './shapes.ts'
import { createdAs, made, noContentAnswer, ok } from './success.ts'

/** Whose tokens the operations are about: the caller's, or those of whose id is in the path. */
interface Whose {
  readonly prefix: string
  /** As operation ids name him. */
  readonly name: string
  /** As summaries name him. */
  readonly whom: string
  /** As resource keys name him. */
  readonly kind: 'user' | 'provider'
  readonly subject: (asked: Asked) => SubjectName
  readonly callers: Callers
  /** Who may ask for the generation. */
  readonly onlookers: Callers
}

const ADMIN = admin('oz_tokens_manage')
// On a path that names no provider, an administrator who is none passes for one that is not there.
const SELF_OR_ADMIN: Callers = [self, ADMIN]
const MANAGERS: Callers = [self, clusterHolder('cluster_update'), ADMIN]

const WHOSE: readonly Whose[] = [
  {
    prefix: '/user',
    name: 'current_user',
    whom: 'the caller',
    kind: 'user',
    subject: callerAs('user'),
    callers: [self],
    onlookers: [self],
  },
  {
    prefix: '/users/{id}',
    name: 'user',
    whom: 'a user',
    kind: 'user',
    subject: namedInPath('user'),
    callers: SELF_OR_ADMIN,
    onlookers: [self, supporter, ADMIN],
  },
  {
    prefix: '/provider',
    name: 'current_provider',
    whom: 'the calling provider',
    kind: 'provider',
    subject: callerAs('oneprovider'),
    callers: SELF_OR_ADMIN,
    onlookers: SELF_OR_ADMIN,
  },
  {
    prefix: '/providers/{id}',
    name: 'provider',
    whom: 'a provider',
    kind: 'provider',
    subject: namedInPath('oneprovider'),
    callers: MANAGERS,
    onlookers: [self, clusterMember, ADMIN],
  },
]

/**
 * `…/tokens/…` of users and providers: the same seven operations each. Who is unknown is one without tokens; only
 * creating one for him is refused.
 */
export const subjectTokenRoutes: readonly Route[] = WHOSE.flatMap(routesOf)

function routesOf({ prefix, name, whom, kind, subject, callers, onlookers }: Whose): readonly Route[] {
  const common = { subject, callers }
  return [
    route({
      ...common,
      method: 'POST',
      path: `${prefix}/tokens/named`,
      operationId: `create_named_token_for_${name}`,
      summary: `Create a named token for ${whom}`,
      success: createdAs(newTokenShape),
      resource: `token.null.${kind}_named_token,{subject}:private`,
      writes: true,
      body: namedTokenBody,
      run: async (deps, exchange) => {
        const { tenant, body } = exchange
        const { id, text } = await createNamedToken(deps, {
          tenant,
          audience: 'onezone',
          subject: subject(exchange),
          name: body.name,
          type: body.type ?? { kind: 'access' },
          caveats: body.caveats ?? [],
          customMetadata: body.customMetadata ?? {},
          isRevoked: body.revoked ?? false,
          privileges: body.privileges,
          usageLimit: body.usageLimit,
        })
        return created(tenant, `/tokens/named/${id}`, { token: text, tokenId: id })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${prefix}/tokens/named`,
      operationId: `list_named_tokens_of_${name}`,
      summary: `List the named tokens of ${whom}`,
      success: ok(idsUnder('tokens')),
      resource: `token.null.${kind}_named_tokens,{subject}:private`,
      run: async (deps, exchange) =>
        json(200, { tokens: await listNamedTokens(deps, exchange.tenant.id, 'onezone', subject(exchange)) }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${prefix}/tokens/named`,
      operationId: `delete_named_tokens_of_${name}`,
      summary: `Delete all named tokens of ${whom}`,
      success: noContentAnswer,
      resource: `token.null.${kind}_named_tokens,{subject}:private`,
      run: async (deps, exchange) => {
        await deleteAllNamedTokens(deps, exchange.tenant.id, 'onezone', subject(exchange))
        return noContent
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${prefix}/tokens/named/name/{name}`,
      operationId: `get_named_token_of_${name}_by_name`,
      summary: `Get a named token of ${whom} by its name`,
      success: ok(namedTokenShape),
      refusals: [404],
      resource: `token.{name}.${kind}_named_token,{subject}:private`,
      run: async (deps, exchange) => {
        const { tenant, params } = exchange
        const shown = await getNamedTokenByName(
          deps,
          tenant.id,
          'onezone',
          subject(exchange),
          params['name'] ?? '',
        )
        return json(200, namedTokenJson(shown, textOf(deps, tenant, shown)))
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${prefix}/tokens/temporary`,
      operationId: `create_temporary_token_for_${name}`,
      summary: `Create a temporary token for ${whom}`,
      success: made(object({ token: tokenText })),
      resource: `token.null.${kind}_temporary_token,{subject}:private`,
      // The first one of a subject records his generation.
      writes: true,
      body: temporaryTokenBody,
      run: async (deps, exchange) => {
        const { tenant, body } = exchange
        const { text } = await createTemporaryToken(deps, {
          tenant,
          audience: 'onezone',
          subject: subject(exchange),
          type: body.type ?? { kind: 'access' },
          caveats: body.caveats ?? [],
        })
        return json(201, { token: text })
      },
    }),
    route({
      subject,
      callers: onlookers,
      method: 'GET',
      path: `${prefix}/tokens/temporary`,
      operationId: `get_temporary_token_generation_of_${name}`,
      summary: `Get the generation that temporary tokens of ${whom} are of`,
      success: ok(object({ generation: { type: 'integer' } })),
      resource: `temporary_token_secret.{subject}.${kind}:shared`,
      run: async (deps, exchange) =>
        json(200, {
          generation: await currentGeneration(deps, exchange.tenant.id, 'onezone', subject(exchange)),
        }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${prefix}/tokens/temporary`,
      operationId: `revoke_all_temporary_tokens_of_${name}`,
      summary: `Revoke all temporary tokens of ${whom}`,
      success: noContentAnswer,
      resource: `token.null.${kind}_temporary_tokens,{subject}:private`,
      run: async (deps, exchange) => {
        await revokeTemporaryTokens(deps, exchange.tenant.id, 'onezone', subject(exchange))
        return noContent
      },
    }),
  ]
}
