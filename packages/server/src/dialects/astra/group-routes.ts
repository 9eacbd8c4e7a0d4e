import { changeAccountGroup, createAccountGroup, deleteAccountGroup } from '../../accounts/account-groups.ts'
import { getById } from '../../accounts/get-by-id.ts'
import { groupBody, groupChangeBody } from './bodies.ts'
import { groups } from './collections.ts'
import { guardOf } from './guard.ts'
import { answerList } from './list.ts'
import { LIST_PARAMETERS } from './list-query.ts'
import { GROUP } from './media-type.ts'
import { parameter, parentsOf } from './nesting.ts'
import { createdAnswer, groupJson, noContent, resourceAnswer } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { collectionShape, groupShape } from './shapes.ts'

/** All groups, and those of one user: there a group is made with him as its member. */
const PATHS = [
  { path: '/{account_id}/core/v1/groups', of: '', whose: '' },
  { path: '/{account_id}/core/v1/users/{user_id}/groups', of: 'user_', whose: ' of a user' },
] as const

/** Its operations have numbers of their own (Astra, §6A.4). */
const common = { kind: 'group', media: GROUP, notFound: 1 } as const

export const groupRoutes: readonly Route[] = PATHS.flatMap(({ path, of, whose }) => [
  route({
    ...common,
    method: 'POST',
    path,
    operationId: `astra_create_${of}group`,
    summary: `Create a group${whose}`,
    callers: ['admin'],
    body: groupBody,
    shape: groupShape,
    problems: [10],
    isStrictOnAccept: true,
    async run(deps, exchange) {
      const { account, body, call, caller, contentType } = exchange
      const { name, authID: authId, metadata } = body
      const request = { name, authId, labels: metadata?.labels }
      const group = await createAccountGroup(deps, caller, account.tenantId, request, ofUser(exchange))
      return createdAnswer(group, groupJson, contentType, call)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path,
    operationId: `astra_list_${of}groups`,
    summary: `List the groups${whose}`,
    callers: ['viewer'],
    list: { parameters: LIST_PARAMETERS, fields: groups.fields },
    shape: collectionShape(groupShape, GROUP),
    async run(deps, exchange) {
      const { account, call, query } = exchange
      await parentsOf(deps, exchange, ofUser(exchange))
      return answerList(deps, {
        collection: groups,
        listing: deps.accountListings.groups,
        scope: { tenantId: account.tenantId, ...ofUser(exchange) },
        show: groupJson,
        query,
        path: call.path,
      })
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/{group_id}`,
    operationId: `astra_get_${of}group`,
    summary: `Show a group${whose}`,
    callers: ['viewer'],
    shape: groupShape,
    async run(deps, exchange) {
      const { account, contentType } = exchange
      await parentsOf(deps, exchange, ofUser(exchange))
      const scope = { tenantId: account.tenantId, ...ofUser(exchange) }
      const group = await getById(deps.accountListings.groups, scope, parameter(exchange, 'group_id'))
      return resourceAnswer(group, groupJson, contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/{group_id}`,
    operationId: `astra_update_${of}group`,
    summary: `Change a group${whose}`,
    callers: ['admin'],
    body: groupChangeBody,
    async run(deps, exchange) {
      const { account, body, call, caller } = exchange
      const change = { name: body.name, authId: body.authID, labels: body.metadata?.labels }
      const guard = guardOf(call.headers, groupJson, body, ['id'])
      const id = parameter(exchange, 'group_id')
      await changeAccountGroup(deps, caller, account.tenantId, id, change, ofUser(exchange), guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/{group_id}`,
    operationId: `astra_delete_${of}group`,
    summary: `Delete a group${whose}, with its role bindings; its members stay`,
    callers: ['admin'],
    async run(deps, exchange) {
      const { account, caller } = exchange
      const id = parameter(exchange, 'group_id')
      await deleteAccountGroup(deps, caller, account.tenantId, id, ofUser(exchange))
      return noContent
    },
  }),
])

function ofUser({ params: { user_id: userUuid } }: Asked): { readonly userUuid: string | undefined } {
  return { userUuid }
}
