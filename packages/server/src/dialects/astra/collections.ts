import type {
  AccountField,
  AccountGroupField,
  AccountTokenField,
  AccountUserField,
  CredentialField,
  RoleBindingField,
} from '../../accounts/ports.ts'
import type { Collection } from './list-rows.ts'
import * as media from './media-type.ts'
import { ResourceFields } from './resource-fields.ts'
import * as shapes from './shapes.ts'

// What the store orders and compares. What may be absent stays out: to the store it is empty there, here it is nothing.

const common = {
  id: 'id',
  'metadata.creationTimestamp': 'createdAt',
  'metadata.modificationTimestamp': 'modifiedAt',
  'metadata.createdBy': 'createdBy',
} as const

export const accounts: Collection<AccountField> = {
  media: media.ACCOUNT,
  fields: new ResourceFields(shapes.accountShape),
  stored: { ...common, name: 'name', state: 'state', isEnabled: 'isEnabled' },
  indexed: ['id', 'name'],
  byCreation: 'createdAt',
}

export const users: Collection<AccountUserField> = {
  media: media.USER,
  fields: new ResourceFields(shapes.userShape),
  stored: {
    ...common,
    email: 'email',
    firstName: 'firstName',
    lastName: 'lastName',
    authProvider: 'authProvider',
    authID: 'authId',
    sendWelcomeEmail: 'sendsWelcomeEmail',
    state: 'state',
    isEnabled: 'isEnabled',
  },
  indexed: ['id', 'email'],
  byCreation: 'createdAt',
}

export const groups: Collection<AccountGroupField> = {
  media: media.GROUP,
  fields: new ResourceFields(shapes.groupShape),
  stored: { ...common, name: 'name', authID: 'authId' },
  indexed: ['id', 'name'],
  byCreation: 'createdAt',
}

export const roleBindings: Collection<RoleBindingField> = {
  media: media.ROLE_BINDING,
  fields: new ResourceFields(shapes.roleBindingShape),
  stored: { ...common, userID: 'userId', groupID: 'groupId', role: 'role', principalType: 'principalType' },
  indexed: ['id', 'role'],
  byCreation: 'createdAt',
}

export const credentials: Collection<CredentialField> = {
  media: media.CREDENTIAL,
  fields: new ResourceFields(shapes.credentialShape),
  stored: { ...common, name: 'name', valid: 'isValid' },
  indexed: ['id', 'name'],
  byCreation: 'createdAt',
}

export const tokens: Collection<AccountTokenField> = {
  media: media.TOKEN,
  fields: new ResourceFields(shapes.tokenShape),
  stored: { id: 'id', name: 'name', 'metadata.creationTimestamp': 'createdAt' },
  indexed: ['id', 'name'],
  byCreation: 'createdAt',
}
