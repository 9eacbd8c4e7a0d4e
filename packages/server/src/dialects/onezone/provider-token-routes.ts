import { object } from '../json-schema.ts'
import { notImplemented } from './catalogue-general.ts'
import { errorAnswer } from './render.ts'
import { type Asked, type Callers, callersId, type Route, type RouteDefinition, route } from './route.ts'
import { idsUnder, namedTokenShape, newTokenShape, tokenText } from './shapes.ts'
import { createdAs, made, noContentAnswer, ok, type Success } from './success.ts'

/**
 * `/provider/tokens/…` and `/providers/{id}/tokens/…`. There are no providers yet, hence nobody whose own these
 * tokens are; an administrator is told so with 501 rather than with a success that means nothing.
 */
const ADMIN: Callers = { self: false, privilege: 'oz_tokens_manage' }

interface Whose {
  readonly prefix: string
  readonly name: string
  /** As summaries name it. */
  readonly whom: string
  /** The id in resource keys. On a path that names no provider it is the caller's own, whoever he is. */
  readonly subject: (asked: Asked) => string
}

const CALLERS_OWN: Whose = {
  prefix: '/provider',
  name: 'current_provider',
  whom: 'the calling provider',
  subject: callersId,
}
const BY_ID: Whose = {
  prefix: '/providers/{id}',
  name: 'provider',
  whom: 'a provider',
  subject: ({ params }) => params['id'] ?? '',
}

export const providerTokenRoutes: readonly Route[] = [CALLERS_OWN, BY_ID].flatMap(routesOf)

function routesOf({ prefix, name, whom, subject }: Whose): readonly Route[] {
  const unavailable = (
    method: RouteDefinition<undefined, undefined>['method'],
    path: string,
    operationId: string,
    summary: string,
    success: Success,
    resource: string,
  ): Route =>
    route({
      method,
      path: `${prefix}/tokens/${path}`,
      operationId,
      summary,
      success,
      resource,
      callers: ADMIN,
      subject,
      run: () => errorAnswer(notImplemented),
    })
  return [
    unavailable(
      'POST',
      'named',
      `create_named_token_for_${name}`,
      `Create a named token for ${whom}`,
      createdAs(newTokenShape),
      'token.null.provider_named_token,{subject}:private',
    ),
    unavailable(
      'GET',
      'named',
      `list_named_tokens_of_${name}`,
      `List the named tokens of ${whom}`,
      ok(idsUnder('tokens')),
      'token.null.provider_named_tokens,{subject}:private',
    ),
    unavailable(
      'DELETE',
      'named',
      `delete_named_tokens_of_${name}`,
      `Delete all named tokens of ${whom}`,
      noContentAnswer,
      'token.null.provider_named_tokens,{subject}:private',
    ),
    unavailable(
      'GET',
      'named/name/{name}',
      `get_named_token_of_${name}_by_name`,
      `Get a named token of ${whom} by its name`,
      ok(namedTokenShape),
      'token.{name}.provider_named_token,{subject}:private',
    ),
    unavailable(
      'POST',
      'temporary',
      `create_temporary_token_for_${name}`,
      `Create a temporary token for ${whom}`,
      made(object({ token: tokenText })),
      'token.null.provider_temporary_token,{subject}:private',
    ),
    unavailable(
      'GET',
      'temporary',
      `get_temporary_token_generation_of_${name}`,
      `Get the generation that temporary tokens of ${whom} are of`,
      ok(object({ generation: { type: 'integer' } })),
      'temporary_token_secret.{subject}.provider:shared',
    ),
    unavailable(
      'DELETE',
      'temporary',
      `revoke_all_temporary_tokens_of_${name}`,
      `Revoke all temporary tokens of ${whom}`,
      noContentAnswer,
      'token.null.provider_temporary_tokens,{subject}:private',
    ),
  ]
}
