import { newEntity } from '../../directory/entities.ts'
import { newProvider, insertProviderIn } from '../../directory/providers.ts'
import { each, KNOWN, refused, TAKEN, type Taking } from './taking.ts'

/** With its cluster, which has no members before memberships are taken. */
export const takingProviders: Taking<'provider'> = {
  isRelating: true,
  take: each(async ({ tenantId, ambient }, ports, { id, createdAt, ...record }) => {
    const { name, domain, subdomain, adminEmail, latitude, longitude } = record
    const drafted = newProvider(ambient, {
      tenantId,
      name,
      domain,
      subdomain,
      adminEmail,
      latitude,
      longitude,
    })
    const provider = { ...drafted, onezoneId: id, createdAt: createdAt ?? drafted.createdAt }
    await insertProviderIn(ports, ambient, provider, undefined)
    return TAKEN
  }),
}

export const takingEntities: Taking<'entity'> = {
  isRelating: false,
  take: each(async ({ tenantId, ambient }, { entities }, record) => {
    const present = await entities.find(tenantId, record.entity)
    if (present?.isProtected === true) return KNOWN
    if (present !== undefined) return refused(ID_TAKEN)
    const drafted = newEntity(ambient, {
      ...record.entity,
      tenantId,
      name: record.name,
      type: record.type,
      // Who made it there is not in the export.
      creator: { kind: 'nobody' },
    })
    const entity = { ...drafted, createdAt: record.createdAt ?? drafted.createdAt }
    await entities.insert(entity)
    if (record.privileges.length > 0) await entities.changeAdminPrivileges(entity, record.privileges, [])
    return TAKEN
  }),
}

export const ID_TAKEN = 'its id is taken here by something that was not imported'
