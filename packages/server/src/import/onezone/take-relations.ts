import type { EntityRef, MemberRef } from '../../directory/entity.ts'
import { each, KNOWN, missing, nameOfRecord, refused, TAKEN, type Taking } from './taking.ts'

export const takingMemberships: Taking<'membership'> = {
  isRelating: true,
  take: each(async ({ tenantId }, { entities, relations }, record) => {
    const entity = await entities.find(tenantId, record.entity)
    const member = await entities.findMember(tenantId, record.member)
    if (entity === undefined || member === undefined) {
      return missing(
        ...(entity === undefined ? [nameOfEntity(record.entity)] : []),
        ...(member === undefined ? [nameOfMember(record.member)] : []),
      )
    }
    const isGroupInGroup = entity.kind === 'group' && member.kind === 'group'
    if (isGroupInGroup && (await relations.isWithin(entity.id, member.id))) {
      return refused('the group would be a member of itself, directly or through others')
    }
    if ((await relations.findMembership(entity, member)) !== undefined) return KNOWN
    await relations.add(entity, member, { privileges: record.privileges, isOwner: record.isOwner })
    return TAKEN
  }),
}

export const takingSupports: Taking<'support'> = {
  isRelating: true,
  take: each(async ({ tenantId }, { entities, providers, supports }, { spaceId, providerId, isReadonly }) => {
    const space = { kind: 'space', onezoneId: spaceId } as const
    const entity = await entities.find(tenantId, space)
    const provider = await providers.find(tenantId, providerId)
    if (entity === undefined || provider === undefined) {
      return missing(
        ...(entity === undefined ? [nameOfEntity(space)] : []),
        ...(provider === undefined ? [nameOfRecord('provider', providerId)] : []),
      )
    }
    await supports.set(entity, provider, isReadonly)
    return TAKEN
  }),
}

export const takingHarvestedSpaces: Taking<'harvested_space'> = {
  isRelating: true,
  take: each(async ({ tenantId }, { entities, supports }, record) => {
    const space = { kind: 'space', onezoneId: record.spaceId } as const
    const harvester = { kind: 'harvester', onezoneId: record.harvesterId } as const
    const from = await entities.find(tenantId, space)
    const by = await entities.find(tenantId, harvester)
    if (from === undefined || by === undefined) {
      return missing(
        ...(from === undefined ? [nameOfEntity(space)] : []),
        ...(by === undefined ? [nameOfEntity(harvester)] : []),
      )
    }
    return (await supports.addHarvester(from, by)) ? TAKEN : KNOWN
  }),
}

/** The cluster of a provider comes with his record. */
function nameOfEntity({ kind, onezoneId }: EntityRef): string {
  return kind === 'cluster'
    ? nameOfRecord('provider', onezoneId)
    : nameOfRecord('entity', `${kind}:${onezoneId}`)
}

function nameOfMember({ kind, onezoneId }: MemberRef): string {
  return kind === 'user' ? nameOfRecord('user', onezoneId) : nameOfEntity({ kind, onezoneId })
}
