import { changeAccount, createAccount, deleteAccount } from '../../accounts/accounts.ts'
import { getById } from '../../accounts/get-by-id.ts'
import { isInstallationOwner } from './account-access.ts'
import { accountBody, accountChangeBody } from './bodies.ts'
import { accounts } from './collections.ts'
import { guardOf } from './guard.ts'
import { answerList } from './list.ts'
import { LIST_PARAMETERS } from './list-query.ts'
import { ACCOUNT } from './media-type.ts'
import { accountJson, createdAnswer, noContent, resourceAnswer } from './render.ts'
import { type Route, route } from './route.ts'
import { accountShape, collectionShape } from './shapes.ts'

const common = { kind: 'account', media: ACCOUNT } as const
const ONE = '/{account_id}'

export const accountRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'POST',
    path: '',
    operationId: 'astra_create_account',
    summary: 'Create an account, disabled and empty',
    callers: ['installation'],
    body: accountBody,
    shape: accountShape,
    notFound: 2,
    async run(deps, { body, call, caller, contentType }) {
      const account = await createAccount(deps, caller, { name: body.name, labels: body.metadata?.labels })
      return createdAnswer(account, accountJson, contentType, call)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: '',
    operationId: 'astra_list_accounts',
    summary: 'List the accounts that the caller can see',
    callers: ['viewer'],
    list: { parameters: LIST_PARAMETERS, fields: accounts.fields },
    shape: collectionShape(accountShape, ACCOUNT),
    notFound: 2,
    run: (deps, { account, call, facts, query }) =>
      answerList(deps, {
        collection: accounts,
        listing: deps.accountListings.accounts,
        scope: { tenantId: isInstallationOwner(facts) ? undefined : account.tenantId },
        show: accountJson,
        query,
        path: call.path,
      }),
  }),
  route({
    ...common,
    method: 'GET',
    path: ONE,
    operationId: 'astra_get_account',
    summary: 'Show an account',
    callers: ['viewer'],
    shape: accountShape,
    notFound: 2,
    async run(deps, { account, contentType }) {
      const found = await getById(deps.accountListings.accounts, { tenantId: account.tenantId }, account.id)
      return resourceAnswer(found, accountJson, contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: ONE,
    operationId: 'astra_update_account',
    summary: 'Change an account: its name, its contact, whether it is enabled',
    callers: ['owner'],
    body: accountChangeBody,
    notFound: 1,
    async run(deps, { account, body, call, caller }) {
      const { name, state, isEnabled, accountContact, metadata } = body
      const change = {
        name,
        state,
        isEnabled: isEnabled && isEnabled === 'true',
        contact: accountContact,
        labels: metadata?.labels,
      }
      const guard = guardOf(call.headers, accountJson, body, ['id'])
      await changeAccount(deps, caller, account.tenantId, change, guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: ONE,
    operationId: 'astra_delete_account',
    summary: 'Close an account: nobody gets in from then on',
    callers: ['owner'],
    notFound: 1,
    async run(deps, { account, caller }) {
      await deleteAccount(deps, caller, account.tenantId)
      return noContent
    },
  }),
]
