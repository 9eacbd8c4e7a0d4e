import type { Account } from '../../accounts/account.ts'
import type { AccountCredential } from '../../accounts/account-credential.ts'
import type { AccountGroup } from '../../accounts/account-group.ts'
import type { AccountToken } from '../../accounts/account-token.ts'
import type { AccountUser } from '../../accounts/account-user.ts'
import type { Metadata } from '../../accounts/metadata.ts'
import type { RoleBinding } from '../../accounts/role-binding.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import type { Answer } from '../dialect.ts'
import { NIL_ID } from './identifier.ts'
import type { MediaType } from './media-type.ts'
import * as media from './media-type.ts'
import { type Problem, problemBody, statusOf } from './problem.ts'
import { etagOf, shownHeaders, shownText } from './shown-text.ts'
import { timestampOf } from './timestamp.ts'

/** Where the dialect lives. */
export const BASE_PATH = '/accounts'

/** What is busy now is over in a moment, or it is not and the client asks again. */
const RETRY_AFTER_SECONDS = 1
/** A body may hold a token or personal data, and every one is about now. */
const NOT_STORED = { 'cache-control': 'no-store' }
const JSON_HEADERS = { ...NOT_STORED, 'content-type': 'application/json' }
const PROBLEM_HEADERS = { ...NOT_STORED, 'content-type': 'application/problem+json' }

export const noContent: Answer = { status: 204 }

/** One resource, with what it is recognised by later (Astra, §8). */
export function resourceAnswer<Entry extends object>(
  entry: Entry,
  show: (entry: Entry) => JsonObject,
  contentType: string,
): Answer {
  return {
    status: 200,
    headers: shownHeaders(entry, show, contentType, NOT_STORED),
    body: shownText(entry, show),
  }
}

/**
 * @param place `origin` of the request, `https://host:port`, and the `path` of the collection that it was sent to
 * @param secret what stands in this answer and in none later: no part of what the tag is of
 */
export function createdAnswer<Entry extends { readonly id: string }>(
  entry: Entry,
  show: (entry: Entry) => JsonObject,
  contentType: string,
  place: { readonly origin: string; readonly path: string },
  secret?: JsonObject,
): Answer {
  return {
    status: 201,
    headers: {
      ...NOT_STORED,
      'content-type': contentType,
      location: `${place.origin}${place.path.replace(/\/$/, '')}/${entry.id}`,
      etag: etagOf(entry, show),
    },
    body: secret === undefined ? shownText(entry, show) : JSON.stringify({ ...show(entry), ...secret }),
  }
}

/** A collection. @param texts its items' JSON, with commas between */
export function collectionAnswer(media: MediaType, texts: string, metadata: JsonObject): Answer {
  return { status: 200, headers: JSON_HEADERS, body: `${headOf(media)}${texts}${tailOf(metadata)}` }
}

/**
 * A collection that is read as it is sent, unless all of it comes in one text.
 * @param texts many items in each
 * @param metadata asked for when all texts are taken
 */
export async function streamedCollection(
  media: MediaType,
  texts: AsyncGenerator<string, void, undefined>,
  metadata: () => JsonObject,
): Promise<Answer> {
  const first = await texts.next()
  const second = first.done === true ? first : await texts.next()
  if (second.done === true) return collectionAnswer(media, first.value ?? '', metadata())
  const begun = `${headOf(media)}${first.value ?? ''},${second.value}`
  return { status: 200, headers: JSON_HEADERS, body: restOf(begun, texts, metadata) }
}

function headOf({ collectionType, version }: MediaType): string {
  return `{"type":"${collectionType}","version":"${version}","items":[`
}

function tailOf(metadata: JsonObject): string {
  return `],"metadata":${JSON.stringify(metadata)}}`
}

async function* restOf(
  begun: string,
  texts: AsyncGenerator<string, void, undefined>,
  metadata: () => JsonObject,
): AsyncGenerator<string, void, undefined> {
  yield begun
  for await (const text of texts) yield `,${text}`
  yield tailOf(metadata())
}

/** @param retryAfterSeconds sent along with a 503 */
export function problemAnswer(
  problem: Problem,
  requestId: string,
  retryAfterSeconds = RETRY_AFTER_SECONDS,
): Answer {
  const status = statusOf(problem.number)
  return {
    status,
    headers: {
      ...PROBLEM_HEADERS,
      ...problem.headers,
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(status === 503 && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: problemBody(problem, requestId),
  }
}

export function accountJson(account: Account): JsonObject {
  const { id, name, state, isEnabled, enabledAt, contact, metadata } = account
  return {
    ...named(media.ACCOUNT),
    id,
    name,
    state,
    isEnabled: flag(isEnabled),
    ...(enabledAt !== undefined && { enabledTimestamp: timestampOf(enabledAt) }),
    ...(contact !== undefined && { accountContact: contact }),
    metadata: metadataJson(metadata),
  }
}

/** Names and provider are always there: the real client stumbles over a user without. */
export function userJson(user: AccountUser): JsonObject {
  const { companyName, phone, postalAddress } = user
  return {
    ...named(media.USER),
    id: user.id,
    authProvider: user.authProvider,
    authID: user.authId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    ...(companyName !== undefined && { companyName }),
    ...(phone !== undefined && { phone }),
    ...(postalAddress !== undefined && { postalAddress }),
    sendWelcomeEmail: flag(user.sendsWelcomeEmail),
    state: user.state,
    isEnabled: flag(user.isEnabled),
    enableTimestamp: timestampOf(user.enabledAt),
    metadata: metadataJson(user.metadata),
  }
}

/** Without its secret, which only the answer to its creation holds. */
export function tokenJson({ id, name, userUuid, metadata }: AccountToken): JsonObject {
  return { ...named(media.TOKEN), id, name, userID: userUuid, metadata: metadataJson(metadata) }
}

export function groupJson({ id, name, authId, metadata }: AccountGroup): JsonObject {
  return {
    ...named(media.GROUP),
    id,
    name,
    authProvider: 'ldap',
    authID: authId,
    metadata: metadataJson(metadata),
  }
}

/** @param accountId of its tenant */
export function roleBindingJson(accountId: string): (binding: RoleBinding) => JsonObject {
  return ({ id, principal, role, roleConstraints, metadata }) => ({
    ...named(media.ROLE_BINDING),
    id,
    principalType: principal.kind,
    userID: principal.kind === 'user' ? principal.id : NIL_ID,
    groupID: principal.kind === 'group' ? principal.id : NIL_ID,
    accountID: accountId,
    role,
    roleConstraints,
    metadata: metadataJson(metadata),
  })
}

export function credentialJson(credential: AccountCredential): JsonObject {
  const { id, name, keyType, isValid, validFrom, validUntil, metadata } = credential
  return {
    ...named(media.CREDENTIAL),
    id,
    name,
    ...(keyType !== undefined && { keyType }),
    valid: flag(isValid),
    ...(validFrom !== undefined && { validFromTimestamp: timestampOf(validFrom) }),
    ...(validUntil !== undefined && { validUntilTimestamp: timestampOf(validUntil) }),
    metadata: metadataJson(metadata),
  }
}

function metadataJson({ labels, createdAt, createdBy, modifiedAt, modifiedBy }: Metadata): JsonObject {
  return {
    labels,
    creationTimestamp: timestampOf(createdAt),
    modificationTimestamp: timestampOf(modifiedAt),
    createdBy,
    ...(modifiedBy !== undefined && { modifiedBy }),
  }
}

function named({ type, version }: media.MediaType): JsonObject {
  return { type, version }
}

function flag(value: boolean): 'true' | 'false' {
  return value ? 'true' : 'false'
}
