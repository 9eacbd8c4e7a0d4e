import { createNamedToken, createTemporaryToken } from '../../authority/issue.ts'
import { currentGeneration, getNamedTokenByName, listNamedTokens, textOf } from '../../authority/list.ts'
import type { SubjectName } from '../../authority/named-token.ts'
import { deleteAllNamedTokens, revokeTemporaryTokens } from '../../authority/revoke.ts'
import { object } from '../json-schema.ts'
import { namedTokenBody, temporaryTokenBody } from './bodies.ts'
import { created, json, namedTokenJson, noContent } from './render.ts'
import { type Asked, type Callers, callersId, type Route, route } from './route.ts'
import { idsUnder, namedTokenShape, newTokenShape, tokenText } from './shapes.ts'
import { createdAs, made, noContentAnswer, ok } from './success.ts'

/** Whose tokens the operations are about: the caller's, or those of the user whose id is in the path. */
interface Whose {
  readonly prefix: string
  /** As operation ids name him. */
  readonly name: string
  /** As summaries name him. */
  readonly whom: string
  readonly subject: (asked: Asked) => string
}

const CALLERS_OWN: Whose = { prefix: '/user', name: 'current_user', whom: 'the caller', subject: callersId }
const BY_ID: Whose = {
  prefix: '/users/{id}',
  name: 'user',
  whom: 'a user',
  subject: ({ params }) => params['id'] ?? '',
}

const OWNER_OR_ADMIN: Callers = { self: true, privilege: 'oz_tokens_manage' }

/** `/user/tokens/…` and `/users/{id}/tokens/…`: the same seven operations. An unknown user is one without tokens. */
export const subjectTokenRoutes: readonly Route[] = [CALLERS_OWN, BY_ID].flatMap(routesOf)

function routesOf({ prefix, name, whom, subject }: Whose): readonly Route[] {
  const common = { subject, callers: OWNER_OR_ADMIN }
  return [
    route({
      ...common,
      method: 'POST',
      path: `${prefix}/tokens/named`,
      operationId: `create_named_token_for_${name}`,
      summary: `Create a named token for ${whom}`,
      success: createdAs(newTokenShape),
      resource: 'token.null.user_named_token,{subject}:private',
      writes: true,
      body: namedTokenBody,
      run: async (deps, { tenant, subjectId, body }) => {
        const { id, text } = await createNamedToken(deps, {
          tenant,
          audience: 'onezone',
          subject: userNamed(subjectId),
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
      resource: 'token.null.user_named_tokens,{subject}:private',
      run: async (deps, { tenant, subjectId }) =>
        json(200, { tokens: await listNamedTokens(deps, tenant.id, 'onezone', userNamed(subjectId)) }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${prefix}/tokens/named`,
      operationId: `delete_named_tokens_of_${name}`,
      summary: `Delete all named tokens of ${whom}`,
      success: noContentAnswer,
      resource: 'token.null.user_named_tokens,{subject}:private',
      run: async (deps, { tenant, subjectId }) => {
        await deleteAllNamedTokens(deps, tenant.id, 'onezone', userNamed(subjectId))
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
      resource: 'token.{name}.user_named_token,{subject}:private',
      run: async (deps, { tenant, subjectId, params }) => {
        const shown = await getNamedTokenByName(
          deps,
          tenant.id,
          'onezone',
          userNamed(subjectId),
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
      resource: 'token.null.user_temporary_token,{subject}:private',
      // The first one of a user records his generation.
      writes: true,
      body: temporaryTokenBody,
      run: async (deps, { tenant, subjectId, body }) => {
        const { text } = await createTemporaryToken(deps, {
          tenant,
          audience: 'onezone',
          subject: userNamed(subjectId),
          type: body.type ?? { kind: 'access' },
          caveats: body.caveats ?? [],
        })
        return json(201, { token: text })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${prefix}/tokens/temporary`,
      operationId: `get_temporary_token_generation_of_${name}`,
      summary: `Get the generation that temporary tokens of ${whom} are of`,
      success: ok(object({ generation: { type: 'integer' } })),
      resource: 'temporary_token_secret.{subject}.user:shared',
      run: async (deps, { tenant, subjectId }) =>
        json(200, { generation: await currentGeneration(deps, tenant.id, 'onezone', userNamed(subjectId)) }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${prefix}/tokens/temporary`,
      operationId: `revoke_all_temporary_tokens_of_${name}`,
      summary: `Revoke all temporary tokens of ${whom}`,
      success: noContentAnswer,
      resource: 'token.null.user_temporary_tokens,{subject}:private',
      run: async (deps, { tenant, subjectId }) => {
        await revokeTemporaryTokens(deps, tenant.id, 'onezone', userNamed(subjectId))
        return noContent
      },
    }),
  ]
}

function userNamed(id: string): SubjectName {
  return { type: 'user', id }
}
