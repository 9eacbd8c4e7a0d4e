import { hasPrivilege, privilegesOfMask } from '../directory/entity-privileges.ts'
import type { EntityRef } from '../directory/entity.ts'
import type { RelationReads } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { entityKindCode } from './entity-codes.ts'
import type { PointRead } from './verification-reads.ts'

/**
 * Each is one look-up in the index of effective members. Their text is written out, as that of the other hot reads.
 * @param sign what stands before a parameter's number
 */
export function relationReads(read: PointRead, sign: '$' | '?'): RelationReads {
  const query = (text: string): string => text.replaceAll('$', sign)
  const texts = {
    held: query(HELD),
    isOwner: query(IS_OWNER),
    adminPrivilege: query(ADMIN_PRIVILEGE),
    supports: query(SUPPORTS),
    anyGroup: query(ANY_GROUP),
  }

  const maskIn = async (
    tenantId: TenantId,
    userId: UserId,
    { kind, onezoneId }: EntityRef,
  ): Promise<number | undefined> => {
    // Safe: the statement selects exactly this column.
    const row = (await read(texts.held, [tenantId, entityKindCode(kind), onezoneId, userId])) as
      | { readonly privileges: number }
      | undefined
    return row?.privileges
  }

  return {
    async isEffectiveMember(tenantId, userId, entity): Promise<boolean> {
      return (await maskIn(tenantId, userId, entity)) !== undefined
    },

    async effectivePrivileges(tenantId, userId, entity): Promise<readonly string[] | undefined> {
      const mask = await maskIn(tenantId, userId, entity)
      return mask === undefined ? undefined : privilegesOfMask(entity.kind, mask)
    },

    async hasPrivilegeIn(tenantId, userId, entity, privilege): Promise<boolean> {
      const mask = await maskIn(tenantId, userId, entity)
      return mask !== undefined && hasPrivilege(entity.kind, mask, privilege)
    },

    async isSpaceOwner(tenantId, userId, spaceId): Promise<boolean> {
      return (await read(texts.isOwner, [tenantId, spaceId, userId])) !== undefined
    },

    async hasAdminPrivilege(tenantId, userId, privilege): Promise<boolean> {
      return (await read(texts.adminPrivilege, [tenantId, privilege, userId])) !== undefined
    },

    async supportsUser(tenantId, providerId, userId): Promise<boolean> {
      return (await read(texts.supports, [tenantId, providerId, userId])) !== undefined
    },

    async hasAnyGroup(userId): Promise<boolean> {
      return (await read(texts.anyGroup, [userId])) !== undefined
    },
  }
}

// The parameters stand in tables of their own, kept from being merged into the joins by their limits: SQLite prepares a
// join that has parameters in it anew at every call.

const HELD = `
  select m.privileges
  from (
    select id, cast($4 as bigint) as user_id from entities
    where tenant_id = $1 and kind = $2 and onezone_id = $3
    limit 1
  ) e
  join effective_members m on m.user_id = e.user_id and m.entity_id = e.id`

const IS_OWNER = `
  select m.entity_id
  from (
    select id, cast($3 as bigint) as user_id from entities
    where tenant_id = $1 and kind = ${entityKindCode('space')} and onezone_id = $2
    limit 1
  ) e
  join entity_users m on m.entity_id = e.id and m.user_id = e.user_id and m.is_owner = 1`

const ADMIN_PRIVILEGE = `
  select user_id from (select user_id from user_privileges where user_id = $3 and privilege = $2 limit 1) d
  union all
  select m.user_id
  from (
    select group_id, cast($3 as bigint) as user_id from group_privileges where tenant_id = $1 and privilege = $2
    limit ${Number.MAX_SAFE_INTEGER}
  ) g
  join effective_members m on m.user_id = g.user_id and m.entity_id = g.group_id
  limit 1`

const SUPPORTS = `
  select s.space_id
  from (
    select id, cast($3 as bigint) as user_id from providers where tenant_id = $1 and onezone_id = $2
    limit 1
  ) p
  join space_supports s on s.provider_id = p.id
  join effective_members m on m.user_id = p.user_id and m.entity_id = s.space_id
  limit 1`

const ANY_GROUP = `
  select m.entity_id
  from (select entity_id from entity_users where user_id = $1 limit ${Number.MAX_SAFE_INTEGER}) m
  join entities e on e.id = m.entity_id and e.kind = ${entityKindCode('group')}
  limit 1`
