import { INTERFACES, INVITE_KINDS, INVITE_TYPES } from '@jeton/token'
import { arrayOf, type JsonSchema, mapOf, named, nullable, object, words } from '../json-schema.ts'

/** The JSON that Onezone's bodies and answers have in common. */

export const text: JsonSchema = { type: 'string' }
export const flag: JsonSchema = { type: 'boolean' }
export const anything: JsonSchema = {}
export const anyObject: JsonSchema = { type: 'object', additionalProperties: true }
export const timestamp: JsonSchema = { type: 'integer', description: 'Seconds since 1970-01-01 UTC.' }
export const tokenText: JsonSchema = { type: 'string', description: 'A token in its serialized form.' }
export const entityId: JsonSchema = { type: 'string' }

/** `{"groups": ["<id>", …]}` */
export function idsUnder(key: string): JsonSchema {
  return object({ [key]: arrayOf(entityId) })
}

export const privilegesShape: JsonSchema = object({ privileges: arrayOf(text) })

export const subjectShape: JsonSchema = named('Subject', {
  description: 'Whom a token speaks for.',
  ...object({ id: nullable(entityId), type: words('user', 'oneprovider', 'group', 'nobody') }),
})

export const tokenTypeShape: JsonSchema = named('TokenType', {
  description: 'What a token is good for: access, proving who one is, or joining something.',
  anyOf: [
    object({ accessToken: object({}, { sessionId: text }) }),
    object({ identityToken: object({}) }),
    object({ inviteToken: { anyOf: INVITE_TYPES.map(inviteShape) } }),
  ],
})

function inviteShape(inviteType: (typeof INVITE_TYPES)[number]): JsonSchema {
  const target = { [INVITE_KINDS[inviteType].targetKey]: entityId }
  return object({ inviteType: words(inviteType), ...target }, { parameters: anyObject })
}

const listed = arrayOf(text)
const place = { filter: words('whitelist', 'blacklist'), list: listed }

export const caveatShape: JsonSchema = named('Caveat', {
  description: 'A condition that every use of the token has to meet.',
  anyOf: [
    object({ type: words('time'), validUntil: timestamp }),
    object({ type: words('asn'), whitelist: arrayOf({ type: 'integer' }) }),
    object({ type: words('geo.country'), ...place }),
    object({ type: words('geo.region'), ...place }),
    object({ type: words('interface'), interface: words(...INTERFACES) }),
    object({ type: words('data.readonly') }),
    object({ scope: words('identityToken') }),
    object({
      type: words('ip', 'service', 'consumer', 'api', 'data.path', 'data.objectid'),
      whitelist: listed,
    }),
  ],
})

export const namedTokenShape: JsonSchema = named('NamedToken', {
  ...object({
    caveats: arrayOf(caveatShape),
    id: entityId,
    metadata: object(
      {},
      {
        creationTime: timestamp,
        custom: anyObject,
        privileges: nullable(arrayOf(text)),
        usageCount: { type: 'integer' },
        usageLimit: { anyOf: [{ type: 'integer' }, words('infinity')] },
      },
    ),
    name: text,
    revoked: flag,
    subject: subjectShape,
    token: tokenText,
    type: tokenTypeShape,
  }),
})

export const newTokenShape: JsonSchema = object({ token: tokenText, tokenId: entityId })

export const examinedShape: JsonSchema = named('ExaminedToken', {
  ...object({
    caveats: arrayOf(caveatShape),
    id: entityId,
    onezoneDomain: text,
    persistence: words('named', 'temporary'),
    subject: subjectShape,
    type: tokenTypeShape,
  }),
})

export const verifiedShape: JsonSchema = named('VerifiedToken', {
  ...object({
    subject: subjectShape,
    ttl: nullable({
      type: 'integer',
      description: 'For how many seconds it will be good still; null: without end.',
    }),
  }),
})

const support = object({ readonly: flag })

export const tokenScopeShape: JsonSchema = named('TokenScope', {
  ...object({
    dataAccessScope: nullable(
      object({
        providers: mapOf(object({ domain: text, name: text, online: flag, version: text })),
        readonly: flag,
        spaces: mapOf(object({ name: text, supports: mapOf(support) })),
      }),
    ),
    validUntil: nullable(timestamp),
  }),
})

export const userShape: JsonSchema = named('User', {
  ...object({
    alias: nullable(text),
    basicAuthEnabled: flag,
    blocked: flag,
    creationTime: timestamp,
    emailList: arrayOf(text),
    emails: arrayOf(text),
    fullName: text,
    linkedAccounts: arrayOf(anyObject),
    login: nullable(text),
    name: text,
    userId: entityId,
    username: nullable(text),
  }),
})

const degrees = { type: 'number', description: 'Degrees.' }

export const providerShape: JsonSchema = named('Provider', {
  ...object({
    clusterId: entityId,
    creationTime: timestamp,
    domain: text,
    latitude: degrees,
    longitude: degrees,
    name: text,
    online: flag,
    providerId: entityId,
  }),
})

export const configurationShape: JsonSchema = named('Configuration', {
  ...object({
    availableSpaceTags: anyObject,
    bagitUploaderWorkflowSchemaId: nullable(text),
    build: text,
    compatibilityRegistryRevision: { type: 'integer' },
    compatibleOneproviderVersions: arrayOf(text),
    domain: text,
    name: text,
    openDataXrootdServerDomain: nullable(text),
    subdomainDelegationSupported: flag,
    supportedIdPs: arrayOf(anyObject),
    version: text,
  }),
})

export const errorShape: JsonSchema = named('Error', {
  description: 'What went wrong. Go by the id: the description is for people and may change.',
  ...object(
    { description: text, id: text },
    {
      details: {
        ...anyObject,
        description: 'What the id is about; an error inside another one stands here too.',
      },
    },
  ),
})
