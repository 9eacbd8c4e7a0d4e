import { type Caveat, type Token, tokenTypeToJson, type TokenSubject } from '@jeton/token'
import type { AccessScope, DataScope } from '../../authority/access-scope.ts'
import type { ShownToken } from '../../authority/list.ts'
import type { JsonObject, NamedToken } from '../../authority/named-token.ts'
import type { Provider } from '../../directory/provider.ts'
import type { Support } from '../../directory/relation-ports.ts'
import type { Tenant } from '../../directory/tenant.ts'
import type { User } from '../../directory/user.ts'
import { writableInteger } from '../../exact-json.ts'
import type { Answer } from '../dialect.ts'
import { caveatToBody } from './caveat-json.ts'
import { withSortedKeys } from './json-value.ts'
import { errorBody, type WireError } from './wire-error.ts'

/** Where the dialect lives. */
export const BASE_PATH = '/api/v3/onezone'

/** Tokens in headers are all this API takes, never cookies, so any page may call it. */
const OPEN_TO_ALL_ORIGINS = { 'access-control-allow-origin': '*' }
/** A body may hold a token or personal data, and every one is about now. Onezone does not say so, and no client minds. */
const WITH_BODY = { ...OPEN_TO_ALL_ORIGINS, 'cache-control': 'no-store' }
const JSON_HEADERS = { ...WITH_BODY, 'content-type': 'application/json' }
/** What is busy now is over in a moment, or it is not and the client asks again. */
const RETRY_AFTER_SECONDS = 1

export function empty(status: number, headers?: Readonly<Record<string, string>>): Answer {
  return {
    status,
    headers: headers === undefined ? OPEN_TO_ALL_ORIGINS : { ...OPEN_TO_ALL_ORIGINS, ...headers },
  }
}

export const noContent: Answer = empty(204)

/** @param body keys in ascending order, as Onezone writes them */
export function json(status: number, body: unknown): Answer {
  return jsonText(status, JSON.stringify(body))
}

/** As {@link json}, of a text that is JSON already. */
export function jsonText(status: number, body: string): Answer {
  return { status, headers: JSON_HEADERS, body }
}

/** @param path of what was created, below the base path */
export function created(tenant: Tenant, path: string, body?: JsonObject): Answer {
  const location = `https://${tenant.onezoneDomain}${BASE_PATH}${path}`
  if (body === undefined) return empty(201, { location })
  return { status: 201, headers: { ...JSON_HEADERS, location }, body: JSON.stringify(body) }
}

/** @param retryAfterSeconds sent along with a 503 */
export function errorAnswer(error: WireError, retryAfterSeconds = RETRY_AFTER_SECONDS): Answer {
  const headers =
    error.status === 503 ? { ...JSON_HEADERS, 'retry-after': String(retryAfterSeconds) } : JSON_HEADERS
  return { status: error.status, headers, body: errorBody(error) }
}

/** Refused while authenticating: JSON that does not say so, for content types are agreed on only later. */
export function authenticationErrorAnswer(error: WireError): Answer {
  return { status: error.status, headers: WITH_BODY, body: errorBody(error) }
}

export function subjectJson(subject: TokenSubject): JsonObject {
  return { id: subject.id, type: subject.type }
}

/** @param text the token's serialized form */
export function namedTokenJson({ token, subject }: ShownToken, text: string): JsonObject {
  return {
    caveats: token.caveats.map(caveatToBody),
    id: token.id,
    metadata: metadataJson(token),
    name: token.name,
    revoked: token.isRevoked,
    subject: subjectJson(subject),
    token: text,
    type: tokenTypeToJson(token.type),
  }
}

function metadataJson({ createdAt, customMetadata, invite }: NamedToken): JsonObject {
  const common = { creationTime: createdAt, custom: withSortedKeys(customMetadata) }
  if (invite === undefined) return common
  const { privileges, usageCount, usageLimit } = invite
  return {
    ...common,
    privileges: privileges ?? null,
    usageCount,
    usageLimit: usageLimit === 'infinity' ? usageLimit : writableInteger(usageLimit),
  }
}

/** What a token says of itself. @param caveats its caveats, parsed */
export function examinedJson(token: Token, caveats: readonly Caveat[]): JsonObject {
  return {
    caveats: caveats.map(caveatToBody),
    id: token.id,
    onezoneDomain: token.location,
    persistence: token.persistence.kind,
    subject: subjectJson(token.subject),
    type: tokenTypeToJson(token.type),
  }
}

/** Who is online is known to whoever holds a connection to him; nobody here does. */
const IS_ONLINE = false
/** What a provider's version is as long as he has told none; nobody here is told any. */
const UNTOLD_VERSION = '18.02.*'

export function accessScopeJson({ validUntil, data }: AccessScope): JsonObject {
  return {
    dataAccessScope: data === undefined ? null : dataScopeJson(data),
    validUntil: validUntil === undefined ? null : writableInteger(validUntil),
  }
}

function dataScopeJson({ isReadonly, spaces, providers }: DataScope): JsonObject {
  return {
    providers: byId(
      providers.map(({ onezoneId, name, domain }) => [
        onezoneId,
        { domain, name, online: IS_ONLINE, version: UNTOLD_VERSION },
      ]),
    ),
    readonly: isReadonly,
    spaces: byId(
      spaces.map(({ onezoneId, name, supports }) => [onezoneId, { name, supports: supportsJson(supports) }]),
    ),
  }
}

function supportsJson(supports: readonly Support[]): JsonObject {
  return byId(supports.map(({ provider, isReadonly }) => [provider.onezoneId, { readonly: isReadonly }]))
}

function byId(entries: readonly (readonly [id: string, value: JsonObject])[]): JsonObject {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

export function providerJson(provider: Provider): JsonObject {
  return {
    clusterId: provider.onezoneId,
    creationTime: provider.createdAt,
    domain: provider.domain,
    latitude: provider.latitude,
    longitude: provider.longitude,
    name: provider.name,
    online: IS_ONLINE,
    providerId: provider.onezoneId,
  }
}

/** A user's details; the second half are names that older clients still read. */
export function userJson(user: User): JsonObject {
  const username = user.username ?? null
  const emails = user.email === undefined ? [] : [user.email]
  return {
    alias: username,
    basicAuthEnabled: user.basicAuthEnabled,
    blocked: user.isBlocked,
    creationTime: user.createdAt,
    emailList: emails,
    emails,
    fullName: user.fullName,
    linkedAccounts: [],
    login: username,
    name: user.fullName,
    userId: user.onezoneId,
    username,
  }
}
