import { notImplemented } from './catalogue-general.ts'
import { errorAnswer } from './render.ts'
import { type Callers, type Route, type RouteDefinition, route } from './route.ts'

/**
 * `/provider/tokens/…` and `/providers/{id}/tokens/…`. There are no providers yet, hence nobody whose own these
 * tokens are; an administrator is told so with 501 rather than with a success that means nothing.
 */
const ADMIN: Callers = { self: false, privilege: 'oz_tokens_manage' }

interface Whose {
  readonly prefix: string
  readonly name: string
  /** The placeholder of the provider's id in resource keys. */
  readonly id: string
}

const CALLERS_OWN: Whose = { prefix: '/provider', name: 'current_provider', id: '' }
const BY_ID: Whose = { prefix: '/providers/{id}', name: 'provider', id: '{id}' }

export const providerTokenRoutes: readonly Route[] = [CALLERS_OWN, BY_ID].flatMap(({ prefix, name, id }) => {
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
      run: () => errorAnswer(notImplemented),
    })
  return [
    unavailable(
      'POST',
      'named',
      `create_named_token_for_${name}`,
      `token.null.provider_named_token,${id}:private`,
    ),
    unavailable(
      'GET',
      'named',
      `list_named_tokens_of_${name}`,
      `token.null.provider_named_tokens,${id}:private`,
    ),
    unavailable(
      'DELETE',
      'named',
      `delete_named_tokens_of_${name}`,
      `token.null.provider_named_tokens,${id}:private`,
    ),
    unavailable(
      'GET',
      'named/name/{name}',
      `get_named_token_of_${name}_by_name`,
      `token.{name}.provider_named_token,${id}:private`,
    ),
    unavailable(
      'POST',
      'temporary',
      `create_temporary_token_for_${name}`,
      `token.null.provider_temporary_token,${id}:private`,
    ),
    unavailable(
      'GET',
      'temporary',
      `get_temporary_token_generation_of_${name}`,
      `temporary_token_secret.${id}.provider:shared`,
    ),
    unavailable(
      'DELETE',
      'temporary',
      `revoke_all_temporary_tokens_of_${name}`,
      `token.null.provider_temporary_tokens,${id}:private`,
    ),
  ]
})
