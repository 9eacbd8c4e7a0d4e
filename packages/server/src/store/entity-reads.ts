import type { Kysely } from 'kysely'
import { privilegesOfMask } from '../directory/entity-privileges.ts'
import type { Entity, EntityRef } from '../directory/entity.ts'
import type { EntityReads } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { entityKindCode } from './entity-codes.ts'
import { idsOf, ofTenant } from './entity-query.ts'
import { entityFromRow } from './entity-rows.ts'
import type { Schema } from './schema.ts'
import { supportReads } from './support-reads.ts'

export async function findEntity(
  db: Kysely<Schema>,
  tenantId: TenantId,
  entity: EntityRef,
): Promise<Entity | undefined> {
  const row = await ofTenant(db, tenantId, entity).selectAll('entities').executeTakeFirst()
  return row && entityFromRow(row)
}

export function entityReads(db: Kysely<Schema>): EntityReads {
  return {
    find: (tenantId, entity) => findEntity(db, tenantId, entity),
    ...entityLists(db),
    ...privilegeReads(db),
    ...supportReads(db),
  }
}

type EntityLists = Pick<
  EntityReads,
  'list' | 'listOfUser' | 'listEffectiveOfUser' | 'listMembers' | 'listEffectiveUsers' | 'listSpaceOwners'
>

function entityLists(db: Kysely<Schema>): EntityLists {
  return {
    list: (tenantId, kind) =>
      idsOf(
        db
          .selectFrom('entities')
          .select('onezone_id')
          .where('tenant_id', '=', tenantId)
          .where('kind', '=', entityKindCode(kind))
          .orderBy('onezone_id'),
      ),

    listOfUser: (userId, kind) =>
      idsOf(
        db
          .selectFrom('entity_users')
          .innerJoin('entities', 'entities.id', 'entity_users.entity_id')
          .select('entities.onezone_id')
          .where('entity_users.user_id', '=', userId)
          .where('entities.kind', '=', entityKindCode(kind))
          .orderBy('entities.onezone_id'),
      ),

    listEffectiveOfUser: (userId, kind) =>
      idsOf(
        db
          .selectFrom('effective_members')
          .innerJoin('entities', 'entities.id', 'effective_members.entity_id')
          .select('entities.onezone_id')
          .where('effective_members.user_id', '=', userId)
          .where('entities.kind', '=', entityKindCode(kind))
          .orderBy('entities.onezone_id'),
      ),

    listMembers: (tenantId, entity, kind) =>
      idsOf(
        kind === 'user'
          ? ofTenant(db, tenantId, entity)
              .innerJoin('entity_users', 'entity_users.entity_id', 'entities.id')
              .innerJoin('users', 'users.id', 'entity_users.user_id')
              .select('users.onezone_id')
              .orderBy('users.onezone_id')
          : ofTenant(db, tenantId, entity)
              .innerJoin('entity_groups', 'entity_groups.entity_id', 'entities.id')
              .innerJoin('entities as groups', 'groups.id', 'entity_groups.group_id')
              .select('groups.onezone_id')
              .orderBy('groups.onezone_id'),
      ),

    listEffectiveUsers: (tenantId, entity) =>
      idsOf(
        ofTenant(db, tenantId, entity)
          .innerJoin('effective_members', 'effective_members.entity_id', 'entities.id')
          .innerJoin('users', 'users.id', 'effective_members.user_id')
          .select('users.onezone_id')
          .orderBy('users.onezone_id'),
      ),

    listSpaceOwners: (tenantId, spaceId) =>
      idsOf(
        ofTenant(db, tenantId, { kind: 'space', onezoneId: spaceId })
          .innerJoin('entity_users', 'entity_users.entity_id', 'entities.id')
          .innerJoin('users', 'users.id', 'entity_users.user_id')
          .where('entity_users.is_owner', '=', 1)
          .select('users.onezone_id')
          .orderBy('users.onezone_id'),
      ),
  }
}

type PrivilegeReads = Pick<
  EntityReads,
  'directPrivileges' | 'listAdminPrivileges' | 'listEffectiveAdminPrivileges'
>

function privilegeReads(db: Kysely<Schema>): PrivilegeReads {
  return {
    async directPrivileges(tenantId, entity, member): Promise<readonly string[] | undefined> {
      const ofEntity = ofTenant(db, tenantId, entity)
      const row = await (member.kind === 'user'
        ? ofEntity
            .innerJoin('entity_users', 'entity_users.entity_id', 'entities.id')
            .innerJoin('users', 'users.id', 'entity_users.user_id')
            .where('users.tenant_id', '=', tenantId)
            .where('users.onezone_id', '=', member.onezoneId)
            .select('entity_users.privileges')
        : ofEntity
            .innerJoin('entity_groups', 'entity_groups.entity_id', 'entities.id')
            .innerJoin('entities as groups', 'groups.id', 'entity_groups.group_id')
            .where('groups.tenant_id', '=', tenantId)
            .where('groups.kind', '=', entityKindCode('group'))
            .where('groups.onezone_id', '=', member.onezoneId)
            .select('entity_groups.privileges')
      ).executeTakeFirst()
      return row && privilegesOfMask(entity.kind, row.privileges)
    },

    async listAdminPrivileges(group): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('group_privileges')
        .select('privilege')
        .where('group_id', '=', group)
        .orderBy('privilege')
        .execute()
      return rows.map(({ privilege }) => privilege)
    },

    async listEffectiveAdminPrivileges(tenantId, userId): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('group_privileges')
        .innerJoin('effective_members', 'effective_members.entity_id', 'group_privileges.group_id')
        .select('group_privileges.privilege')
        .where('group_privileges.tenant_id', '=', tenantId)
        .where('effective_members.user_id', '=', userId)
        .union(db.selectFrom('user_privileges').select('privilege').where('user_id', '=', userId))
        .orderBy('privilege')
        .execute()
      return rows.map(({ privilege }) => privilege)
    },
  }
}
