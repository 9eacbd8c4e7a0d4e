import type { Ambient } from '../../ambient.ts'
import { newCanonicalId, newSdwanId, newUuid } from '../../directory/new-ids.ts'
import type { TenantId } from '../../directory/tenant.ts'
import { DEFAULT_FULL_NAME } from '../../directory/user-rules.ts'
import type { User, UserId } from '../../directory/user.ts'
import type { UserRecord } from './record.ts'
import { each, TAKEN, type Taking } from './taking.ts'

/** Users come without a password, for what is kept of one there means nothing here. */
export const takingUsers: Taking<'user'> = {
  isRelating: false,

  take: each(async ({ tenantId, ambient }, { users }, record) => {
    const user = userOf(ambient, tenantId, record)
    await users.insert({ user, passwordHash: undefined, passwordVersion: 1 })
    if (record.privileges.length > 0) await users.changePrivileges(user.id, record.privileges, [])
    return TAKEN
  }),

  async follow({ tenantId }, { entities, users }, { id }) {
    const member = await entities.findMember(tenantId, { kind: 'user', onezoneId: id })
    if (member?.kind !== 'user') return false
    await users.setBlocked(member.id, true)
    return true
  },
}

function userOf(ambient: Ambient, tenantId: TenantId, record: UserRecord): User {
  return {
    // Safe as a brand: this is a new user, though his Onezone id is an old one.
    id: newCanonicalId(ambient) as UserId,
    tenantId,
    uuid: newUuid(ambient),
    onezoneId: record.id,
    sdwanOperatorId: newSdwanId(ambient),
    username: record.username,
    email: record.email,
    fullName: record.fullName ?? DEFAULT_FULL_NAME,
    basicAuthEnabled: false,
    isBlocked: record.isBlocked,
    createdAt: record.createdAt ?? ambient.now(),
  }
}
