import { getById } from '../../accounts/get-by-id.ts'
import type { Principal } from '../../accounts/role-binding.ts'
import {
  type BindingsWithin,
  changeRoleBinding,
  createRoleBinding,
  deleteRoleBinding,
} from '../../accounts/role-bindings.ts'
import { roleBindingBody, roleBindingChangeBody } from './bodies.ts'
import { roleBindings } from './collections.ts'
import { guardOf } from './guard.ts'
import { NIL_ID } from './identifier.ts'
import { answerList } from './list.ts'
import { LIST_PARAMETERS } from './list-query.ts'
import { ROLE_BINDING } from './media-type.ts'
import { parameter, parentsOf } from './nesting.ts'
import { ProblemRaised } from './problem.ts'
import { createdAnswer, noContent, resourceAnswer, roleBindingJson } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { collectionShape, roleBindingShape } from './shapes.ts'

/** All bindings, and those of the user or group that stands last before them (Astra, §6A.6). */
const PATHS = [
  { path: '/{account_id}/core/v1/roleBindings', of: '', last: undefined, whose: '' },
  {
    path: '/{account_id}/core/v1/users/{user_id}/roleBindings',
    of: 'user_',
    last: 'user',
    whose: ' of a user',
  },
  {
    path: '/{account_id}/core/v1/groups/{group_id}/roleBindings',
    of: 'group_',
    last: 'group',
    whose: ' of a group',
  },
  {
    path: '/{account_id}/core/v1/groups/{group_id}/users/{user_id}/roleBindings',
    of: 'group_user_',
    last: 'user',
    whose: ' of a group member',
  },
  {
    path: '/{account_id}/core/v1/users/{user_id}/groups/{group_id}/roleBindings',
    of: 'user_group_',
    last: 'group',
    whose: ' of a group that a user is in',
  },
] as const

const common = { kind: 'roleBinding', media: ROLE_BINDING } as const

export const roleBindingRoutes: readonly Route[] = PATHS.flatMap(({ path, of, last, whose }) => [
  route({
    ...common,
    method: 'POST',
    path,
    operationId: `astra_create_${of}role_binding`,
    summary: `Bind a role${whose}`,
    callers: ['admin'],
    body: roleBindingBody,
    shape: roleBindingShape,
    problems: [10],
    notFound: 2,
    async run(deps, exchange) {
      const { account, body, call, caller, contentType } = exchange
      requireAccount(body.accountID, account.id)
      const { role, roleConstraints, metadata } = body
      const request = { principal: principalOf(body), role, roleConstraints, labels: metadata?.labels }
      const binding = await createRoleBinding(deps, caller, account.tenantId, request, within(exchange, last))
      return createdAnswer(binding, roleBindingJson(account.id), contentType, call)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path,
    operationId: `astra_list_${of}role_bindings`,
    summary: `List the role bindings${whose}`,
    callers: ['viewer'],
    list: { parameters: LIST_PARAMETERS, fields: roleBindings.fields },
    shape: collectionShape(roleBindingShape, ROLE_BINDING),
    notFound: 2,
    async run(deps, exchange) {
      const { account, call, query } = exchange
      const parents = within(exchange, last)
      await parentsOf(deps, exchange, parents)
      return answerList(deps, {
        collection: roleBindings,
        listing: deps.accountListings.roleBindings,
        scope: { tenantId: account.tenantId, principal: parents.of },
        show: roleBindingJson(account.id),
        query,
        path: call.path,
      })
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/{role_binding_id}`,
    operationId: `astra_get_${of}role_binding`,
    summary: `Show a role binding${whose}`,
    callers: ['viewer'],
    shape: roleBindingShape,
    notFound: 2,
    async run(deps, exchange) {
      const { account, contentType } = exchange
      const parents = within(exchange, last)
      await parentsOf(deps, exchange, parents)
      const scope = { tenantId: account.tenantId, principal: parents.of }
      const id = parameter(exchange, 'role_binding_id')
      const binding = await getById(deps.accountListings.roleBindings, scope, id)
      return resourceAnswer(binding, roleBindingJson(account.id), contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/{role_binding_id}`,
    operationId: `astra_update_${of}role_binding`,
    summary: `Change a bound role${whose}, or what confines it`,
    callers: ['admin'],
    body: roleBindingChangeBody,
    notFound: 1,
    async run(deps, exchange) {
      const { account, body, call, caller } = exchange
      const { role, roleConstraints, metadata } = body
      const change = { role, roleConstraints, labels: metadata?.labels }
      const repeated = ['id', 'userID', 'groupID', 'accountID']
      const guard = guardOf(call.headers, roleBindingJson(account.id), body, repeated)
      const id = parameter(exchange, 'role_binding_id')
      await changeRoleBinding(deps, caller, account.tenantId, id, change, within(exchange, last), guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/{role_binding_id}`,
    operationId: `astra_delete_${of}role_binding`,
    summary: `Unbind a role${whose}; a local user goes with his last`,
    callers: ['admin'],
    notFound: 1,
    async run(deps, exchange) {
      const { account, caller } = exchange
      const id = parameter(exchange, 'role_binding_id')
      await deleteRoleBinding(deps, caller, account.tenantId, id, within(exchange, last))
      return noContent
    },
  }),
])

function within({ params }: Asked, last: 'user' | 'group' | undefined): BindingsWithin {
  const { user_id: userUuid, group_id: groupId } = params
  const id = last === 'user' ? userUuid : groupId
  return { userUuid, groupId, of: last && id !== undefined ? { kind: last, id } : undefined }
}

/** @throws {ProblemRaised} 9 unless exactly one of the two is somebody; the nil id is nobody */
function principalOf({
  userID,
  groupID,
}: {
  readonly userID?: string
  readonly groupID?: string
}): Principal {
  const user = userID === NIL_ID ? undefined : userID
  const group = groupID === NIL_ID ? undefined : groupID
  if (user !== undefined && group === undefined) return { kind: 'user', id: user }
  if (group !== undefined && user === undefined) return { kind: 'group', id: group }
  const reason = 'exactly one of userID and groupID must be given'
  throw new ProblemRaised({
    number: 9,
    invalidFields: [
      { name: 'userID', reason },
      { name: 'groupID', reason },
    ],
  })
}

function requireAccount(sent: string, accountId: string): void {
  if (sent === accountId) return
  const reason = 'must be the account of the path'
  throw new ProblemRaised({ number: 9, invalidFields: [{ name: 'accountID', reason }] })
}
