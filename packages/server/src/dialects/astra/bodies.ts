import { KEY_TYPES } from '../../accounts/account-credential.ts'
import { ROLES } from '../../accounts/role.ts'
import { mapOf, members, setOf, type Value } from './body.ts'
import * as media from './media-type.ts'
import { base64, constant, flag, identifier, ignored, plainText, text, timestamp } from './values.ts'

// What requests hold, by resource (Astra, §2.2 and §6A). Keys that are not listed are refused.

const label = members({ name: text(), value: text() })

/** All but the labels is the server's to set, and left aside without a word. */
const metadata = members(
  {},
  {
    labels: setOf(label),
    creationTimestamp: ignored,
    modificationTimestamp: ignored,
    createdBy: ignored,
    modifiedBy: ignored,
  },
)

export const tokenBody = members(
  { ...named(media.TOKEN), name: plainText({ min: 1, max: 63 }) },
  { metadata },
)

export const tokenChangeBody = members(named(media.TOKEN), {
  id: identifier,
  name: plainText({ min: 1, max: 63 }),
  userID: identifier,
  metadata,
})

const oneLine = plainText({ min: 1, max: 63 })
const accountName = plainText({ min: 1, max: 63 })
const personName = plainText({ max: 63 })

function postalAddress(postalCodeMax: number) {
  return members(
    {
      addressCountry: text({ min: 2, max: 2 }),
      addressLocality: text({ min: 1, max: 63 }),
      addressRegion: text({ min: 1, max: 63 }),
      postalCode: text({ min: 1, max: postalCodeMax }),
      streetAddress1: text({ min: 1, max: 63 }),
    },
    { streetAddress2: text({ min: 1, max: 63 }) },
  )
}

const accountContact = members(
  {
    firstName: oneLine,
    lastName: oneLine,
    email: text({ min: 1, max: 63 }),
    postalAddress: postalAddress(31),
  },
  { companyName: oneLine, phone: text({ min: 1, max: 31 }) },
)

export const accountBody = members({ ...named(media.ACCOUNT), name: accountName }, { metadata })

export const accountChangeBody = members(named(media.ACCOUNT), {
  id: identifier,
  name: accountName,
  state: constant('pending', 'active', 'deletePending'),
  isEnabled: flag,
  enabledTimestamp: timestamp,
  accountContact,
  metadata,
})

/** More than any address has (RFC 5321, 4.5.3.1); the published schema has no limit. */
const MAX_EMAIL_CHARS = 254

const userMembers = {
  firstName: personName,
  lastName: personName,
  authProvider: constant('local', 'ldap', 'cloud-central'),
  authID: text({ max: 2048 }),
  companyName: oneLine,
  phone: text({ max: 63 }),
  postalAddress: postalAddress(63),
  sendWelcomeEmail: flag,
  metadata,
}

export const userBody = members(
  { ...named(media.USER), email: text({ min: 1, max: MAX_EMAIL_CHARS }) },
  // Sent by clients, and tolerated by live servers, though the schema forbids it.
  { ...userMembers, isEnabled: ignored },
)

export const userChangeBody = members(named(media.USER), {
  id: identifier,
  email: text({ min: 1, max: MAX_EMAIL_CHARS }),
  ...userMembers,
  state: constant('pending', 'active', 'suspended'),
  isEnabled: flag,
  enableTimestamp: ignored,
  lastActTimestamp: ignored,
  isInviteAccepted: ignored,
})

const distinguishedName = text({ min: 1, max: 2048 })
const groupName = text({ min: 1, max: 2048 })

export const groupBody = members(
  { ...named(media.GROUP), authProvider: constant('ldap'), authID: distinguishedName },
  { name: groupName, metadata },
)

export const groupChangeBody = members(named(media.GROUP), {
  id: identifier,
  name: groupName,
  authProvider: constant('ldap'),
  authID: distinguishedName,
  metadata,
})

const keyType = constant(...KEY_TYPES)
const keyStore = mapOf(base64)
const credentialMembers = {
  valid: flag,
  validFromTimestamp: timestamp,
  validUntilTimestamp: timestamp,
  metadata,
}

export const credentialBody = members(
  { ...named(media.CREDENTIAL), name: text({ min: 1, max: 127 }), keyStore },
  { keyType, ...credentialMembers },
)

/** The key store is required, as the schema has it; the class of the real client that leaves it out is no part of its commands. */
export const credentialChangeBody = members(
  { ...named(media.CREDENTIAL), name: text({ min: 1, max: 127 }), keyStore },
  { id: identifier, keyType, ...credentialMembers },
)

const role = constant(...ROLES)
const roleConstraints = setOf(text({ min: 1, max: 512 }))

export const roleBindingBody = members(
  { ...named(media.ROLE_BINDING), accountID: identifier, role },
  { userID: identifier, groupID: identifier, roleConstraints, metadata },
)

export const roleBindingChangeBody = members(
  { ...named(media.ROLE_BINDING), role },
  {
    id: identifier,
    userID: identifier,
    groupID: identifier,
    accountID: identifier,
    roleConstraints,
    metadata,
  },
)

/** Older versions are taken, and answered with the newest (Astra, §1.5). */
function named({ type, versions }: media.MediaType): { type: Value<string>; version: Value<string> } {
  // Every media type has at least one version.
  return { type: constant(type), version: constant(...(versions as [string, ...string[]])) }
}
