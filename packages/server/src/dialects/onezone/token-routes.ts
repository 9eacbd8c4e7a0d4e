import { parseCaveat, TokenError, type Token, type Caveat } from '@jeton/token'
import { changeNamedToken } from '../../authority/change.ts'
import { confineHere } from '../../authority/confine.ts'
import { getNamedToken, listAllNamedTokens, type ShownToken, textOf } from '../../authority/list.ts'
import { deleteNamedToken } from '../../authority/revoke.ts'
import { object } from '../json-schema.ts'
import { confineBody, examineBody, tokenChangeBody } from './bodies.ts'
import { admin, type Callers, clusterHolder, clusterMember, self, supporter } from './callers.ts'
import { badValueToken } from './catalogue-data.ts'
import { tokenCaveatUnknown } from './catalogue-tokens.ts'
import type { OnezoneDeps } from './deps.ts'
import { tokenMalformed } from './errors.ts'
import { examinedJson, json, namedTokenJson, noContent } from './render.ts'
import { requireRoomFor } from './room.ts'
import { type Asked, type Route, route } from './route.ts'
import { examinedShape, flag, idsUnder, namedTokenShape, tokenText } from './shapes.ts'
import { noContentAnswer, ok } from './success.ts'
import { WireRefusal } from './wire-error.ts'

/** `/tokens/…` except verification: looking into a token, narrowing it, and named tokens by id. */

const ADMIN = admin('oz_tokens_manage')
/** A provider's tokens are also for whoever manages its cluster. */
const MANAGERS: Callers = [self, clusterHolder('cluster_update'), ADMIN]

/** What the operations on one named token have in common: it is looked up first, and is about its subject. */
const ofNamedToken = {
  fetch: (deps: OnezoneDeps, { tenant, params }: Asked) =>
    getNamedToken(deps, tenant.id, 'onezone', params['id'] ?? ''),
  subject: (_: Asked, { subject }: ShownToken) => subject,
}

export const tokenRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/tokens/examine',
    operationId: 'examine_token',
    summary: 'Read what a token says of itself, without verifying it',
    success: ok(examinedShape),
    resource: 'token.null.examine:public',
    callers: 'anyone',
    body: examineBody,
    run: (_, { body }) => json(200, examinedJson(body.token.token, readableCaveats(body.token.token))),
  }),
  route({
    method: 'POST',
    path: '/tokens/confine',
    operationId: 'confine_token',
    summary: 'Add caveats to a token',
    success: ok(object({ token: tokenText })),
    resource: 'token.null.confine:public',
    callers: 'anyone',
    body: confineBody,
    run: async (deps, { tenant, body }) => {
      const token = await asSent(confineHere(deps, tenant.id, body.token.text, body.caveats))
      return json(200, { token })
    },
  }),
  route({
    method: 'GET',
    path: '/tokens/named',
    operationId: 'list_all_named_tokens',
    summary: 'List the named tokens of everybody',
    success: ok(idsUnder('tokens')),
    resource: 'token.null.list:private',
    callers: [ADMIN],
    run: async (deps, { tenant }) =>
      json(200, { tokens: await listAllNamedTokens(deps, tenant.id, 'onezone') }),
  }),
  route({
    ...ofNamedToken,
    method: 'GET',
    path: '/tokens/named/{id}',
    operationId: 'get_named_token',
    summary: 'Get a named token',
    success: ok(namedTokenShape),
    resource: 'token.{id}.instance:private',
    callers: MANAGERS,
    run: (deps, { tenant, entity }) => json(200, namedTokenJson(entity, textOf(deps, tenant, entity))),
  }),
  route({
    ...ofNamedToken,
    method: 'PATCH',
    path: '/tokens/named/{id}',
    operationId: 'modify_named_token',
    summary: 'Rename a named token, revoke it or change its metadata',
    success: noContentAnswer,
    resource: 'token.{id}.instance:private',
    callers: MANAGERS,
    body: tokenChangeBody,
    run: async (deps, { tenant, entity, body }) => {
      const { revoked, ...change } = body
      requireRoomFor(deps, Object.keys(change))
      await changeNamedToken(deps, tenant.id, 'onezone', entity.token.id, {
        ...change,
        ...(revoked !== undefined && { isRevoked: revoked }),
      })
      return noContent
    },
  }),
  route({
    ...ofNamedToken,
    method: 'DELETE',
    path: '/tokens/named/{id}',
    operationId: 'delete_named_token',
    summary: 'Delete a named token',
    success: noContentAnswer,
    resource: 'token.{id}.instance:private',
    callers: MANAGERS,
    run: async (deps, { tenant, entity }) => {
      await deleteNamedToken(deps, tenant.id, 'onezone', entity.token.id)
      return noContent
    },
  }),
  route({
    ...ofNamedToken,
    method: 'GET',
    path: '/tokens/named/{id}/status',
    operationId: 'get_named_token_status',
    summary: 'Tell whether a named token is revoked',
    success: ok(object({ revoked: flag })),
    resource: 'token.{id}.instance:shared',
    callers: [self, supporter, clusterMember, ADMIN],
    run: (_, { entity }) => json(200, { revoked: entity.token.isRevoked }),
  }),
]

/** Onezone breaks on a caveat that it cannot read; to say which one it is helps more. */
function readableCaveats(token: Token): readonly Caveat[] {
  return token.caveats.map((text) => {
    const caveat = parseCaveat(text)
    if (caveat === undefined) throw new WireRefusal(tokenCaveatUnknown(text))
    return caveat
  })
}

/** A token that decodes may still not take a caveat: it has no signature, or would grow too large. */
async function asSent(confined: Promise<string>): Promise<string> {
  try {
    return await confined
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new WireRefusal(badValueToken('token', tokenMalformed(error)))
  }
}
