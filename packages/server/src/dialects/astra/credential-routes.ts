import {
  changeCredential,
  createCredential,
  deleteCredential,
  type NewCredential,
} from '../../accounts/credentials.ts'
import { getById } from '../../accounts/get-by-id.ts'
import { credentialBody, credentialChangeBody } from './bodies.ts'
import { credentials } from './collections.ts'
import { guardOf } from './guard.ts'
import { answerList } from './list.ts'
import { CREDENTIAL } from './media-type.ts'
import { parameter } from './nesting.ts'
import { createdAnswer, credentialJson, noContent, resourceAnswer } from './render.ts'
import { type Route, route } from './route.ts'
import { collectionShape, credentialShape } from './shapes.ts'
import { secondsOf } from './timestamp.ts'

const PATH = '/{account_id}/core/v1/credentials'
const ONE = `${PATH}/{credential_id}`

const common = { kind: 'credential', media: CREDENTIAL, callers: ['admin'] } as const

export const credentialRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'POST',
    path: PATH,
    operationId: 'astra_create_credential',
    summary: 'Keep a secret, or give a user his password',
    body: credentialBody,
    shape: credentialShape,
    problems: [10, 81],
    notFound: 2,
    async run(deps, { account, body, call, caller, contentType }) {
      const credential = await createCredential(deps, caller, account.tenantId, requestOf(body))
      return createdAnswer(credential, credentialJson, contentType, call)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: PATH,
    operationId: 'astra_list_credentials',
    summary: 'List what secrets are kept for, without the secrets',
    list: { parameters: ['include', 'limit', 'filter', 'orderBy', 'continue'], fields: credentials.fields },
    shape: collectionShape(credentialShape, CREDENTIAL),
    notFound: 2,
    run: (deps, { account, call, query }) =>
      answerList(deps, {
        collection: credentials,
        listing: deps.accountListings.credentials,
        scope: { tenantId: account.tenantId },
        show: credentialJson,
        query,
        path: call.path,
      }),
  }),
  route({
    ...common,
    method: 'GET',
    path: ONE,
    operationId: 'astra_get_credential',
    summary: 'Show what a secret is kept for, without the secret',
    shape: credentialShape,
    notFound: 2,
    async run(deps, exchange) {
      const { account, contentType } = exchange
      const scope = { tenantId: account.tenantId }
      const id = parameter(exchange, 'credential_id')
      const credential = await getById(deps.accountListings.credentials, scope, id)
      return resourceAnswer(credential, credentialJson, contentType)
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: ONE,
    operationId: 'astra_update_credential',
    summary: 'Put another secret in the place of one, or another password',
    body: credentialChangeBody,
    problems: [81],
    isStrictOnAccept: true,
    notFound: 1,
    async run(deps, exchange) {
      const { account, body, call, caller } = exchange
      const guard = guardOf(call.headers, credentialJson, body, ['id'])
      const id = parameter(exchange, 'credential_id')
      await changeCredential(deps, caller, account.tenantId, id, requestOf(body), guard)
      return noContent
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: ONE,
    operationId: 'astra_delete_credential',
    summary: 'Forget a secret; a token goes with its side of it',
    notFound: 1,
    async run(deps, exchange) {
      const { account, caller } = exchange
      await deleteCredential(deps, caller, account.tenantId, parameter(exchange, 'credential_id'))
      return noContent
    },
  }),
]

/** What the two bodies have in common. */
type Sent = Pick<NewCredential, 'name' | 'keyType'> & {
  readonly keyStore: ReadonlyMap<string, string>
  readonly valid?: 'true' | 'false'
  readonly validFromTimestamp?: string
  readonly validUntilTimestamp?: string
  readonly metadata?: { readonly labels?: NonNullable<NewCredential['labels']> }
}

function requestOf(body: Sent): NewCredential {
  const { name, keyStore, keyType, valid, validFromTimestamp, validUntilTimestamp, metadata } = body
  return {
    name,
    keyStore: Object.fromEntries(keyStore),
    keyType,
    isValid: valid && valid === 'true',
    validFrom: secondsOf(validFromTimestamp ?? ''),
    validUntil: secondsOf(validUntilTimestamp ?? ''),
    labels: metadata?.labels,
  }
}
