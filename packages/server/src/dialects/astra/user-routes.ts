import { changeAccountUser, createAccountUser, deleteAccountUser } from '../../accounts/account-users.ts'
import { getById } from '../../accounts/get-by-id.ts'
import { userBody, userChangeBody } from './bodies.ts'
import { users } from './collections.ts'
import { guardOf } from './guard.ts'
import { answerList } from './list.ts'
import { LIST_PARAMETERS } from './list-query.ts'
import { USER } from './media-type.ts'
import { parameter, parentsOf } from './nesting.ts'
import { createdAnswer, noContent, resourceAnswer, userJson } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { collectionShape, userShape } from './shapes.ts'

/** All users, and the members of one group: there a user is made as its member (Astra, §2.8). */
const PATHS = [
  { path: '/{account_id}/core/v1/users', of: '', whose: 'user' },
  { path: '/{account_id}/core/v1/groups/{group_id}/users', of: 'group_', whose: 'member of a group' },
] as const

const common = { kind: 'user', media: USER } as const

export const userRoutes: readonly Route[] = PATHS.flatMap(({ path, of, whose }) => [
  route({
    ...common,
    method: 'POST',
    path,
    operationId: `astra_create_${of}user`,
    summary: `Create a ${whose}, who can do nothing before a role is bound to him`,
    callers: ['admin'],
    body: userBody,
    shape: userShape,
    problems: [19],
    notFound: 2,
    async run(deps, exchange) {
      const { account, body, call, caller, contentType } = exchange
      const request = { ...profileOf(body), email: body.email, authProvider: body.authProvider }
      const user = await createAccountUser(deps, caller, account.tenantId, request, inGroup(exchange))
      return createdAnswer(user, userJson, contentType, call)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path,
    operationId: `astra_list_${of}users`,
    summary: `List each ${whose}`,
    callers: ['viewer'],
    list: { parameters: LIST_PARAMETERS, fields: users.fields },
    shape: collectionShape(userShape, USER),
    notFound: 2,
    async run(deps, exchange) {
      const { account, call, query } = exchange
      await parentsOf(deps, exchange, inGroup(exchange))
      return answerList(deps, {
        collection: users,
        listing: deps.accountListings.users,
        scope: { tenantId: account.tenantId, ...inGroup(exchange) },
        show: userJson,
        query,
        path: call.path,
      })
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/{user_id}`,
    operationId: `astra_get_${of}user`,
    summary: `Show a ${whose}`,
    callers: ['viewer'],
    isForPending: true,
    shape: userShape,
    notFound: 2,
    async run(deps, exchange) {
      const { account, contentType } = exchange
      await parentsOf(deps, exchange, inGroup(exchange))
      const scope = { tenantId: account.tenantId, ...inGroup(exchange) }
      const user = await getById(deps.accountListings.users, scope, parameter(exchange, 'user_id'))
      return resourceAnswer(user, userJson, contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/{user_id}`,
    operationId: `astra_update_${of}user`,
    summary: `Change a ${whose}`,
    callers: ['self', 'admin'],
    isForPending: true,
    body: userChangeBody,
    problems: [19],
    notFound: 1,
    async run(deps, exchange) {
      const { account, body, call, caller } = exchange
      const { state, isEnabled } = body
      const change = { ...profileOf(body), state, isEnabled: isEnabled && isEnabled === 'true' }
      const guard = guardOf(call.headers, userJson, body, ['id', 'authProvider'])
      const id = parameter(exchange, 'user_id')
      await changeAccountUser(deps, caller, account.tenantId, id, change, inGroup(exchange), guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/{user_id}`,
    operationId: `astra_delete_${of}user`,
    summary: `Delete a ${whose}, with his tokens, roles and password`,
    callers: ['admin'],
    notFound: 1,
    async run(deps, exchange) {
      const { account, caller } = exchange
      const id = parameter(exchange, 'user_id')
      await deleteAccountUser(deps, caller, account.tenantId, id, inGroup(exchange))
      return noContent
    },
  }),
])

type Sent = Parameters<typeof userBody.check>[0] | Parameters<typeof userChangeBody.check>[0]

function profileOf(body: Sent) {
  const { email, firstName, lastName, companyName, phone, postalAddress, authID, sendWelcomeEmail } = body
  return {
    email,
    firstName,
    lastName,
    companyName,
    phone,
    postalAddress,
    authId: authID,
    sendsWelcomeEmail: sendWelcomeEmail && sendWelcomeEmail === 'true',
    labels: body.metadata?.labels,
  }
}

function inGroup({ params: { group_id: groupId } }: Asked): { readonly groupId: string | undefined } {
  return { groupId }
}
