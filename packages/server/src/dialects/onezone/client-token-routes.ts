import { TokenError } from '@jeton/token'
import { createNamedToken } from '../../authority/issue.ts'
import { getNamedToken, listNamedTokens, type ShownToken, textOf } from '../../authority/list.ts'
import { deleteNamedToken } from '../../authority/revoke.ts'
import { Refused } from '../../failure.ts'
import { nextTurn } from '../../next-turn.ts'
import { arrayOf, object } from '../json-schema.ts'
import { admin, clusterHolder, self } from './callers.ts'
import { requireOwnTokensAllowed } from './caveats-allow.ts'
import type { OnezoneDeps } from './deps.ts'
import { callingUser } from './entity-in-path.ts'
import { accessTokenName } from './legacy-token-name.ts'
import { json, noContent } from './render.ts'
import { type Asked, callerAs, type Route, route } from './route.ts'
import { bodyOf } from './schema.ts'
import { tokenText } from './shapes.ts'
import { noContentAnswer, ok } from './success.ts'

/** Nothing of it counts, but an object it must be. */
const anyObjectBody = bodyOf({})
const LIFETIME_SECONDS = 31_536_000
/** Some may have very many, and their texts take a few hundred microseconds each, in which nobody else is answered. */
const TOKENS_PER_TURN = 16

const ofCaller = { fetch: callingUser, subject: callerAs('user'), callers: [self] }

/** `/user/client_tokens`: how access tokens were had before they were named. They are named tokens like any other. */
export const clientTokenRoutes: readonly Route[] = [
  route({
    ...ofCaller,
    method: 'POST',
    path: '/user/client_tokens',
    operationId: 'create_client_token',
    summary: 'Create an access token of the caller that is good for a year',
    success: ok(object({ token: tokenText })),
    resource: 'user.{subject}.client_tokens:private',
    writes: true,
    body: anyObjectBody,
    run: async (deps, { tenant, entity }) => {
      const { text } = await createNamedToken(deps, {
        tenant,
        audience: 'onezone',
        subject: { type: 'user', id: entity.onezoneId },
        name: accessTokenName(deps.ambient),
        type: { kind: 'access' },
        caveats: [{ type: 'time', validUntil: deps.ambient.now() + LIFETIME_SECONDS }],
        customMetadata: {},
        isRevoked: false,
      })
      return json(200, { token: text })
    },
  }),
  route({
    ...ofCaller,
    method: 'GET',
    path: '/user/client_tokens',
    operationId: 'list_client_tokens',
    summary: 'List the texts of all named access tokens of the caller',
    success: ok(object({ tokens: arrayOf(tokenText) })),
    resource: 'user.{subject}.client_tokens:private',
    run: async (deps, { actor, tenant, entity }) => {
      requireOwnTokensAllowed(actor, 'get')
      const subject = { type: 'user', id: entity.onezoneId } as const
      const ids = await listNamedTokens(deps, tenant.id, 'onezone', subject)
      const tokens: string[] = []
      for (const [index, id] of ids.entries()) {
        if ((index + 1) % TOKENS_PER_TURN === 0) await nextTurn()
        const shown = await findToken(deps, tenant.id, id)
        if (shown?.token.type.kind === 'access') tokens.push(textOf(deps, tenant, shown))
      }
      return json(200, { tokens })
    },
  }),
  route({
    method: 'DELETE',
    path: '/user/client_tokens/{tid}',
    operationId: 'remove_client_token',
    summary: 'Delete a named token, given its text',
    success: noContentAnswer,
    resource: 'user.{subject}.client_token,{tid}:private',
    fetch: async (deps: OnezoneDeps, asked: Asked) => {
      await callingUser(deps, asked)
      return getNamedToken(deps, asked.tenant.id, 'onezone', idIn(deps, asked.params['tid'] ?? ''))
    },
    subject: (_: Asked, { subject }: ShownToken) => subject,
    // Whoever may delete it by its id.
    callers: [self, clusterHolder('cluster_update'), admin('oz_tokens_manage')],
    run: async (deps, { tenant, entity }) => {
      await deleteNamedToken(deps, tenant.id, 'onezone', entity.token.id)
      return noContent
    },
  }),
]

/** `undefined` for one that has been deleted since it was listed. */
async function findToken(
  deps: OnezoneDeps,
  tenantId: Asked['tenant']['id'],
  id: string,
): Promise<ShownToken | undefined> {
  try {
    return await getNamedToken(deps, tenantId, 'onezone', id)
  } catch (error) {
    if (error instanceof Refused && error.failure.kind === 'token_not_found') return undefined
    throw error
  }
}

/** What the text says its token's id is: that is all that counts, here as with an id. */
function idIn({ memory }: OnezoneDeps, text: string): string {
  try {
    return memory.decode(text).token.id
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new Refused({ kind: 'token_not_found' })
  }
}
