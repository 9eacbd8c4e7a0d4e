import { ENTITY_PRIVILEGES } from '../../directory/entity-privileges.ts'
import { type EntityKind, GROUP_TYPES } from '../../directory/entity.ts'
import { ADMIN_PRIVILEGES } from '../../directory/privileges.ts'
import { isEmail, isFullName, isUsername } from '../../directory/user-rules.ts'
import type { JsonObject } from '../../authority/named-token.ts'
import { parseExactJson } from '../../exact-json.ts'
import { isSoundJson, MAX_JSON_DEPTH } from '../../sound-json.ts'
import { flag, id, integer, member, number, rule, secret, subject, text, time, words } from './field-kinds.ts'
import { BadRecord, Fields, isObject } from './fields.ts'
import { readNamedToken } from './read-named-token.ts'
import type {
  EntityRecord,
  HarvestedSpaceRecord,
  ImportRecord,
  MembershipRecord,
  ProviderRecord,
  SupportRecord,
  TemporarySecretRecord,
  UserRecord,
} from './record.ts'
import { printSubject } from '@jeton/token'

/** One line that is not the first. @throws {BadRecord} */
export function readRecord(line: string): ImportRecord {
  const json = readObject(line)
  const name = json['record']
  if (name === 'export') throw new BadRecord('a second export begins here: import it from a file of its own')
  const read = typeof name === 'string' && Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (read === undefined) throw new BadRecord(`record must be one of ${Object.keys(READERS).join(', ')}`)
  const { record: _, ...rest } = json
  const fields = new Fields(rest)
  const record = read(fields)
  fields.end()
  return record
}

/** @throws {BadRecord} */
export function readObject(line: string): JsonObject {
  const json = parse(line)
  if (!isObject(json)) throw new BadRecord('it is no JSON object')
  if (!isSoundJson(json, line)) throw new BadRecord(UNSOUND)
  return json
}

const UNSOUND = `it is deeper than ${MAX_JSON_DEPTH} levels, or holds half a surrogate pair or a number out of range`

function parse(line: string): unknown {
  try {
    return parseExactJson(line)
  } catch {
    // What the parser says may quote the line.
    throw new BadRecord('it is no JSON')
  }
}

const READERS: Readonly<Record<string, (fields: Fields) => ImportRecord>> = {
  user: readUser,
  provider: readProvider,
  group: (fields) => readEntity('group', fields),
  space: (fields) => readEntity('space', fields),
  harvester: (fields) => readEntity('harvester', fields),
  atm_inventory: (fields) => readEntity('atm_inventory', fields),
  membership: readMembership,
  support: readSupport,
  harvested_space: readHarvestedSpace,
  temporary_secret: readTemporarySecret,
  named_token: readNamedToken,
}

const username = rule('2 to 32 letters, digits, dots, hyphens and underscores', isUsername)
const fullName = rule('a full name of 2 to 128 characters', isFullName)
const email = rule('an e-mail address', isEmail)
const adminPrivileges = words('admin privileges', ADMIN_PRIVILEGES)
const groupType = rule(`one of ${GROUP_TYPES.join(', ')}`, (type) =>
  GROUP_TYPES.some((known) => known === type),
)

function readUser(fields: Fields): UserRecord {
  const userId = fields.required('id', id)
  const isBlocked = fields.optional('blocked', flag) ?? false
  return {
    kind: 'user',
    key: userId,
    state: isBlocked ? 1 : 0,
    id: userId,
    username: fields.optional('username', username),
    fullName: fields.optional('fullName', fullName),
    email: fields.optional('email', email),
    isBlocked,
    privileges: fields.optional('privileges', adminPrivileges) ?? [],
    createdAt: fields.optional('creationTime', time),
  }
}

function readProvider(fields: Fields): ProviderRecord {
  const providerId = fields.required('id', id)
  return {
    kind: 'provider',
    key: providerId,
    state: 0,
    id: providerId,
    name: fields.required('name', text),
    domain: fields.required('domain', text),
    subdomain: fields.optional('subdomain', text),
    adminEmail: fields.required('adminEmail', email),
    latitude: fields.optional('latitude', number(-90, 90)) ?? 0,
    longitude: fields.optional('longitude', number(-180, 180)) ?? 0,
    createdAt: fields.optional('creationTime', time),
  }
}

function readEntity(kind: EntityKind, fields: Fields): EntityRecord {
  const onezoneId = fields.required('id', id)
  const isGroup = kind === 'group'
  return {
    kind: 'entity',
    key: `${kind}:${onezoneId}`,
    state: 0,
    entity: { kind, onezoneId },
    name: fields.required('name', text),
    type: isGroup ? fields.optional('type', groupType) : undefined,
    privileges: (isGroup ? fields.optional('privileges', adminPrivileges) : undefined) ?? [],
    createdAt: fields.optional('creationTime', time),
  }
}

const MEMBERS_OF = ['group', 'space', 'cluster', 'harvester', 'atm_inventory'] as const satisfies EntityKind[]
const entityKind = {
  allowed: `one of ${MEMBERS_OF.join(', ')}`,
  parse: (value: unknown): EntityKind | undefined => MEMBERS_OF.find((known) => known === value),
}

function readMembership(fields: Fields): MembershipRecord {
  const entity = { kind: fields.required('of', entityKind), onezoneId: fields.required('id', id) }
  const of = fields.required('member', member)
  const { all, member: usual } = ENTITY_PRIVILEGES[entity.kind]
  const privileges = fields.optional('privileges', words(`privileges of a ${entity.kind}`, all)) ?? usual
  const isOwner = fields.optional('owner', flag) ?? false
  if (isOwner && (entity.kind !== 'space' || of.kind !== 'user')) {
    throw new BadRecord('owner may be true only of a user in a space')
  }
  const key = `${entity.kind}:${entity.onezoneId}/${of.kind}:${of.onezoneId}`
  return { kind: 'membership', key, state: 0, entity, member: of, privileges, isOwner }
}

function readSupport(fields: Fields): SupportRecord {
  const spaceId = fields.required('space', id)
  const providerId = fields.required('provider', id)
  const isReadonly = fields.optional('readonly', flag) ?? false
  return { kind: 'support', key: `${spaceId}/${providerId}`, state: 0, spaceId, providerId, isReadonly }
}

function readHarvestedSpace(fields: Fields): HarvestedSpaceRecord {
  const spaceId = fields.required('space', id)
  const harvesterId = fields.required('harvester', id)
  return { kind: 'harvested_space', key: `${spaceId}/${harvesterId}`, state: 0, spaceId, harvesterId }
}

/** Far above what anybody raises by hand, and small enough for the store's column. */
const MAX_GENERATION = 1_000_000_000

function readTemporarySecret(fields: Fields): TemporarySecretRecord {
  const of = fields.required('subject', subject)
  const generation = fields.required('generation', integer(1, MAX_GENERATION))
  return {
    kind: 'temporary_secret',
    key: printSubject(of),
    state: generation,
    subject: of,
    generation,
    secret: fields.required('secret', secret),
  }
}
