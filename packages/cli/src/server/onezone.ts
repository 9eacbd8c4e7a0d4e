import { CommandFailed } from '../command-failed.ts'
import { isObject, type JsonObject, stringList, text } from './json.ts'
import { notJeton, request, requestObject, type Server } from './request.ts'

const BASE = '/api/v3/onezone'
/** How many requests of one listing are under way at a time. */
const PARALLEL_READS = 8

/** Whose tokens: the caller's own, or those of the user with that Onezone id. */
export type Subject = { readonly userId: string } | undefined

/** What a user calls a token: its id or its name. A name may look like an id; then the id wins. */
export type TokenHandle = { readonly id: string } | { readonly name: string }

export interface NewToken {
  readonly name: string
  readonly type: JsonObject
  readonly caveats: readonly JsonObject[]
  readonly customMetadata?: JsonObject
}

export function createNamedToken(server: Server, subject: Subject, token: NewToken): Promise<JsonObject> {
  return requestObject(server, { method: 'POST', path: `${tokensOf(subject)}/named`, body: token })
}

export function createTemporaryToken(
  server: Server,
  subject: Subject,
  token: Omit<NewToken, 'name' | 'customMetadata'>,
): Promise<JsonObject> {
  return requestObject(server, { method: 'POST', path: `${tokensOf(subject)}/temporary`, body: token })
}

/** @param whose a subject's tokens, or every named token of the tenant */
export async function listTokenIds(server: Server, whose: Subject | 'everybody'): Promise<readonly string[]> {
  const path = whose === 'everybody' ? `${BASE}/tokens/named` : `${tokensOf(whose)}/named`
  const { tokens } = await requestObject(server, { method: 'GET', path })
  return stringList(tokens) ?? fail(server)
}

export function getToken(server: Server, subject: Subject, handle: TokenHandle): Promise<JsonObject> {
  const path =
    'id' in handle
      ? tokenPath(handle.id)
      : `${tokensOf(subject)}/named/name/${encodeURIComponent(handle.name)}`
  return requestObject(server, { method: 'GET', path })
}

/** The id behind a handle; only a name needs a request. */
export async function tokenId(server: Server, subject: Subject, handle: TokenHandle): Promise<string> {
  return 'id' in handle ? handle.id : text((await getToken(server, subject, handle))['id'])
}

export async function setRevoked(server: Server, id: string, isRevoked: boolean): Promise<void> {
  await request(server, { method: 'PATCH', path: tokenPath(id), body: { revoked: isRevoked } })
}

export async function deleteToken(server: Server, id: string): Promise<void> {
  await request(server, { method: 'DELETE', path: tokenPath(id) })
}

/** Revokes every temporary token of the subject at once. */
export async function revokeTemporaryTokens(server: Server, subject: Subject): Promise<void> {
  await request(server, { method: 'DELETE', path: `${tokensOf(subject)}/temporary` })
}

export function verifyToken(
  server: Server,
  purpose: 'access' | 'identity',
  body: JsonObject,
): Promise<JsonObject> {
  return requestObject(server, { method: 'POST', path: `${BASE}/tokens/verify_${purpose}_token`, body })
}

export async function listUserIds(server: Server): Promise<readonly string[]> {
  const { users } = await requestObject(server, { method: 'GET', path: `${BASE}/users` })
  return stringList(users) ?? fail(server)
}

export function getUser(server: Server, id: string): Promise<JsonObject> {
  return requestObject(server, { method: 'GET', path: `${BASE}/users/${encodeURIComponent(id)}` })
}

export async function setBlocked(server: Server, userId: string, isBlocked: boolean): Promise<void> {
  const path = `${BASE}/users/${encodeURIComponent(userId)}/access_block`
  await request(server, { method: 'PATCH', path, body: { blocked: isBlocked } })
}

/** Reads the entity behind each id; one that has been deleted since the list was made is left out. */
export async function readEach(
  ids: readonly string[],
  read: (id: string) => Promise<JsonObject>,
): Promise<readonly JsonObject[]> {
  const found: (JsonObject | undefined)[] = []
  for (let start = 0; start < ids.length; start += PARALLEL_READS) {
    found.push(
      ...(await Promise.all(ids.slice(start, start + PARALLEL_READS).map((id) => unlessGone(read(id))))),
    )
  }
  return found.filter(isObject)
}

async function unlessGone(reading: Promise<JsonObject>): Promise<JsonObject | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof CommandFailed && error.refusal?.status === 404) return undefined
    throw error
  }
}

function tokensOf(subject: Subject): string {
  return subject === undefined
    ? `${BASE}/user/tokens`
    : `${BASE}/users/${encodeURIComponent(subject.userId)}/tokens`
}

function tokenPath(id: string): string {
  return `${BASE}/tokens/named/${encodeURIComponent(id)}`
}

function fail(server: Server): never {
  throw notJeton(server.url)
}
