import {
  changeAccountToken,
  createAccountToken,
  deleteAccountToken,
  type TokenWithin,
} from '../../accounts/account-tokens.ts'
import { getById } from '../../accounts/get-by-id.ts'
import { tokenBody, tokenChangeBody } from './bodies.ts'
import { tokens } from './collections.ts'
import { guardOf } from './guard.ts'
import { answerList } from './list.ts'
import { LIST_PARAMETERS } from './list-query.ts'
import { TOKEN } from './media-type.ts'
import { parameter, ownerOfTokens } from './nesting.ts'
import { createdAnswer, noContent, resourceAnswer, tokenJson } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { collectionShape, newTokenShape, tokenShape } from './shapes.ts'

/** The two ways to a user's tokens: one set, whichever is taken (Astra, §2.8). */
const PATHS = [
  { path: '/{account_id}/core/v1/users/{user_id}/tokens', of: 'user', whose: 'a user' },
  {
    path: '/{account_id}/core/v1/groups/{group_id}/users/{user_id}/tokens',
    of: 'group_user',
    whose: 'a group member',
  },
] as const

const common = { kind: 'token', media: TOKEN } as const

export const tokenRoutes: readonly Route[] = PATHS.flatMap(({ path, of, whose }) => [
  route({
    ...common,
    method: 'POST',
    path,
    operationId: `astra_create_${of}_token`,
    summary: `Create a token of ${whose}, whose secret is in this answer only`,
    // To make one for somebody else would be to hold a secret that speaks for him: whoever may see all users hears that,
    // or that there is no such user (Astra, §10, 4).
    callers: ['self', 'admin'],
    body: tokenBody,
    shape: newTokenShape,
    notFound: 2,
    async run(deps, exchange) {
      const { account, body, call, caller, contentType } = exchange
      const user = await ownerOfTokens(deps, exchange)
      const { token, text } = await createAccountToken(deps, caller, account.tenantId, user, {
        name: body.name,
        labels: body.metadata?.labels,
      })
      return createdAnswer(token, tokenJson, contentType, call, { token: text })
    },
  }),
  route({
    ...common,
    method: 'GET',
    path,
    operationId: `astra_list_${of}_tokens`,
    summary: `List the tokens of ${whose}`,
    callers: ['self', 'admin'],
    list: { parameters: LIST_PARAMETERS, fields: tokens.fields },
    shape: collectionShape(tokenShape, TOKEN),
    notFound: 2,
    async run(deps, exchange) {
      const { account, call, query } = exchange
      const { userId } = await ownerOfTokens(deps, exchange)
      return answerList(deps, {
        collection: tokens,
        listing: deps.accountListings.tokens,
        scope: { tenantId: account.tenantId, userId },
        show: tokenJson,
        query,
        path: call.path,
      })
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/{token_id}`,
    operationId: `astra_get_${of}_token`,
    summary: `Show a token of ${whose}, without its secret`,
    callers: ['self', 'admin'],
    shape: tokenShape,
    notFound: 2,
    async run(deps, exchange) {
      const { account, contentType } = exchange
      const { userId } = await ownerOfTokens(deps, exchange)
      const scope = { tenantId: account.tenantId, userId }
      const token = await getById(deps.accountListings.tokens, scope, parameter(exchange, 'token_id'))
      return resourceAnswer(token, tokenJson, contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/{token_id}`,
    operationId: `astra_update_${of}_token`,
    summary: `Rename a token of ${whose}, or label it anew`,
    callers: ['self', 'admin'],
    body: tokenChangeBody,
    notFound: 1,
    async run(deps, exchange) {
      const { account, body, call, caller } = exchange
      const change = { name: body.name, labels: body.metadata?.labels }
      const guard = guardOf(call.headers, tokenJson, body, ['id', 'userID'])
      const id = parameter(exchange, 'token_id')
      await changeAccountToken(deps, caller, account.tenantId, id, change, within(exchange), guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/{token_id}`,
    operationId: `astra_delete_${of}_token`,
    summary: `Delete a token of ${whose}: it is refused from then on`,
    callers: ['self', 'admin'],
    notFound: 1,
    async run(deps, exchange) {
      const { account, caller } = exchange
      const id = parameter(exchange, 'token_id')
      await deleteAccountToken(deps, caller, account.tenantId, id, within(exchange))
      return noContent
    },
  }),
])

function within(asked: Asked): TokenWithin {
  return { userUuid: parameter(asked, 'user_id'), groupId: asked.params['group_id'] }
}
