import { notImplemented } from './catalogue-general.ts'
import { errorAnswer } from './render.ts'
import { type Asked, type Callers, callersId, type Route, type RouteDefinition, route } from './route.ts'

/**
 * `/provider/tokens/…` and `/providers/{id}/tokens/…`. There are no providers yet, hence nobody whose own these
 * tokens are; an administrator is told so with 501 rather than with a success that means nothing.
 */
const ADMIN: Callers = { self: false, privilege: 'oz_tokens_manage' }

interface Whose {
  readonly prefix: string
  readonly name: string
  /** The id in resource keys. On a path that names no provider it is the caller's own, whoever he is. */
  readonly subject: (asked: Asked) => string
}

const CALLERS_OWN: Whose = { prefix: '/provider', name: 'current_provider', subject: callersId }
const BY_ID: Whose = {
  prefix: '/providers/{id}',
  name: 'provider',
  subject: ({ params }) => params['id'] ?? '',
}

export const providerTokenRoutes: readonly Route[] = [CALLERS_OWN, BY_ID].flatMap(routesOf)

function routesOf({ prefix, name, subject }: Whose): readonly Route[] {
  const unavailable = (
    method: RouteDefinition<undefined, undefined>['method'],
    path: string,
    operationId: string,
    resource: string,
  ): Route =>
    route({
      method,
      path: `${prefix}/tokens/${path}`,
      operationId,
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
      'token.null.provider_named_token,{subject}:private',
    ),
    unavailable(
      'GET',
      'named',
      `list_named_tokens_of_${name}`,
      'token.null.provider_named_tokens,{subject}:private',
    ),
    unavailable(
      'DELETE',
      'named',
      `delete_named_tokens_of_${name}`,
      'token.null.provider_named_tokens,{subject}:private',
    ),
    unavailable(
      'GET',
      'named/name/{name}',
      `get_named_token_of_${name}_by_name`,
      'token.{name}.provider_named_token,{subject}:private',
    ),
    unavailable(
      'POST',
      'temporary',
      `create_temporary_token_for_${name}`,
      'token.null.provider_temporary_token,{subject}:private',
    ),
    unavailable(
      'GET',
      'temporary',
      `get_temporary_token_generation_of_${name}`,
      'temporary_token_secret.{subject}.provider:shared',
    ),
    unavailable(
      'DELETE',
      'temporary',
      `revoke_all_temporary_tokens_of_${name}`,
      'token.null.provider_temporary_tokens,{subject}:private',
    ),
  ]
}
