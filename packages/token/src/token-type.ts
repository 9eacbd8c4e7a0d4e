import { INVITE_KINDS, type InviteType, inviteTypeOfCode, isInviteType } from './invite-type.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { isFaithfulText } from './utf8.ts'

/** What a token is good for. `sessionId`: good only together with that session. */
export type TokenType =
  | { readonly kind: 'access'; readonly sessionId?: string }
  | { readonly kind: 'identity' }
  | { readonly kind: 'invite'; readonly inviteType: InviteType; readonly targetId: string }

/** One object each for all tokens: a cache may hold very many of them. */
export const ACCESS: TokenType = { kind: 'access' }
const IDENTITY: TokenType = { kind: 'identity' }

// Part of every supportSpace identifier: 20.02 reads support parameters out of it; later versions ignore it.
const SUPPORT_PARAMETERS = 'ge'

/** The type as identifiers carry it: `act`, `act:<sessionId>`, `idn`, `<code>:<targetId>:<parameters>`. */
export function serializeTokenType(type: TokenType): string {
  switch (type.kind) {
    case 'access':
      return type.sessionId === undefined ? 'act' : `act:${type.sessionId}`
    case 'identity':
      return 'idn'
    case 'invite': {
      const parameters = type.inviteType === 'supportSpace' ? SUPPORT_PARAMETERS : ''
      return `${INVITE_KINDS[type.inviteType].code}:${type.targetId}:${parameters}`
    }
  }
}

/** @returns `undefined` for what no serialized type looks like. An invite's parameters are ignored. */
export function parseTokenType(text: string): TokenType | undefined {
  if (text === 'act') return ACCESS
  if (text === 'idn') return IDENTITY
  if (text.startsWith('act:'))
    return text.length > 4 ? { kind: 'access', sessionId: text.slice(4) } : undefined
  const [code, targetId, parameters, ...more] = text.split(':')
  if (code === undefined || parameters === undefined || more.length > 0) return undefined
  const inviteType = inviteTypeOfCode(code)
  return inviteType === undefined || !targetId ? undefined : { kind: 'invite', inviteType, targetId }
}

/**
 * The type that a JSON value asks for. Extra keys are ignored; of several types the first of access, identity,
 * invite counts.
 *
 * @returns `undefined` when it is none, and for ids that an identifier cannot carry (`/`, `|`, in targets also `:`)
 */
export function tokenTypeFromJson(json: unknown): TokenType | undefined {
  if (!isJsonObject(json)) return undefined
  const { accessToken, inviteToken } = json
  if (isJsonObject(accessToken)) {
    const { sessionId } = accessToken
    if (typeof sessionId === 'string')
      return isCarriable(sessionId) ? { kind: 'access', sessionId } : undefined
    if (Object.keys(accessToken).length === 0) return { kind: 'access' }
  }
  if (Object.hasOwn(json, 'identityToken')) return { kind: 'identity' }
  return isJsonObject(inviteToken) ? inviteFromJson(inviteToken) : undefined
}

function inviteFromJson(json: JsonObject): TokenType | undefined {
  const { inviteType } = json
  if (!isInviteType(inviteType)) return undefined
  const targetId = json[INVITE_KINDS[inviteType].targetKey]
  if (typeof targetId !== 'string' || !isCarriable(targetId) || targetId.includes(':')) return undefined
  return { kind: 'invite', inviteType, targetId }
}

function isCarriable(id: string): boolean {
  return id !== '' && !/[/|]/.test(id) && isFaithfulText(id)
}

/** The JSON form; an invite always shows empty `parameters`. */
export function tokenTypeToJson(type: TokenType): JsonObject {
  switch (type.kind) {
    case 'access':
      return { accessToken: type.sessionId === undefined ? {} : { sessionId: type.sessionId } }
    case 'identity':
      return { identityToken: {} }
    case 'invite': {
      const { inviteType, targetId } = type
      return { inviteToken: { inviteType, [INVITE_KINDS[inviteType].targetKey]: targetId, parameters: {} } }
    }
  }
}

/** The type in words, as the descriptions of errors name it. */
export function printableTokenType(type: TokenType): string {
  switch (type.kind) {
    case 'access':
      return type.sessionId === undefined ? 'access token' : `access token for session "${type.sessionId}"`
    case 'identity':
      return 'identity token'
    case 'invite':
      return `${INVITE_KINDS[type.inviteType].printable} "${type.targetId}"`
  }
}
