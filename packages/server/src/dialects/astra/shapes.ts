import { ROLES } from '../../accounts/role.ts'
import { arrayOf, type JsonSchema, named, object, words } from '../json-schema.ts'
import type { MediaType } from './media-type.ts'
import * as media from './media-type.ts'

// What answers look like: for the document, and for the parameters of lists, which name what stands here.

const text: JsonSchema = { type: 'string' }
const identifier: JsonSchema = { type: 'string', format: 'uuid' }
const time: JsonSchema = { type: 'string', format: 'date-time' }
const flag = words('true', 'false')

const metadata = named(
  'AstraMetadata',
  object(
    {
      labels: arrayOf(named('AstraLabel', object({ name: text, value: text }))),
      creationTimestamp: time,
      modificationTimestamp: time,
      createdBy: identifier,
    },
    { modifiedBy: identifier },
  ),
)

export const accountShape = resource(
  'AstraAccount',
  media.ACCOUNT,
  { name: text, state: words('pending', 'active', 'deletePending'), isEnabled: flag },
  { enabledTimestamp: time, accountContact: { type: 'object' } },
)

const postalAddress = object(
  {
    addressCountry: text,
    addressLocality: text,
    addressRegion: text,
    postalCode: text,
    streetAddress1: text,
  },
  { streetAddress2: text },
)

export const userShape = resource(
  'AstraUser',
  media.USER,
  {
    email: text,
    firstName: text,
    lastName: text,
    authProvider: words('local', 'ldap', 'cloud-central'),
    authID: text,
    sendWelcomeEmail: flag,
    state: words('pending', 'active', 'suspended'),
    isEnabled: flag,
  },
  { companyName: text, phone: text, postalAddress, enableTimestamp: time, lastActTimestamp: time },
)

const tokenMembers = { name: text, userID: identifier }

/** What is shown of a token ever after. */
export const tokenShape = resource('AstraToken', media.TOKEN, tokenMembers)

/** The one answer that holds the secret. */
export const newTokenShape = resource('AstraNewToken', media.TOKEN, {
  ...tokenMembers,
  token: { type: 'string', contentEncoding: 'base64' },
})

export const groupShape = resource('AstraGroup', media.GROUP, {
  name: text,
  authProvider: words('ldap'),
  authID: text,
})

export const roleBindingShape = resource('AstraRoleBinding', media.ROLE_BINDING, {
  principalType: words('user', 'group'),
  userID: identifier,
  groupID: identifier,
  accountID: identifier,
  role: words(...ROLES),
  roleConstraints: arrayOf(text),
})

export const credentialShape = resource(
  'AstraCredential',
  media.CREDENTIAL,
  { name: text, valid: flag },
  { keyType: text, validFromTimestamp: time, validUntilTimestamp: time },
)

export const ldapUserShape = resource('AstraLdapUser', media.LDAP_USER, {
  email: text,
  firstName: text,
  lastName: text,
  cn: text,
  dn: text,
})

export const ldapGroupShape = resource('AstraLdapGroup', media.LDAP_GROUP, { cn: text, dn: text })

export const settingShape = resource('AstraSetting', media.SETTING, { name: text })

export const cloudShape = resource('AstraCloud', media.CLOUD, {
  name: text,
  state: text,
  stateUnready: arrayOf(text),
  cloudType: text,
})

/** A collection; with `include`, each of its items is an array of the values that were asked for. */
export function collectionShape(item: JsonSchema, { collectionType, version }: MediaType): JsonSchema {
  return named(
    `${String(item['title'])}List`,
    object({
      type: words(collectionType),
      version: words(version),
      items: arrayOf({ anyOf: [item, { type: 'array' }] }),
      metadata: object({}, { continue: text, count: { type: 'integer', minimum: 0 } }),
    }),
  )
}

export const problemShape = named(
  'AstraProblem',
  object(
    {
      type: { type: 'string', format: 'uri' },
      title: text,
      detail: text,
      status: text,
      correlationID: identifier,
    },
    {
      invalidParams: arrayOf(named('AstraInvalid', object({ name: text, reason: text }))),
      invalidFields: arrayOf(named('AstraInvalid', object({ name: text, reason: text }))),
      schemaValidationFailure: text,
    },
  ),
)

function resource(
  title: string,
  { type, version }: MediaType,
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  const common = { type: words(type), version: words(version), id: identifier, metadata }
  return named(title, object({ ...common, ...required }, optional))
}
