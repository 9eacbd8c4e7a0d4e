import { describe, expect, test } from 'bun:test'
import type { TenantId } from '../../src/directory/tenant.ts'
import { givenTenant, randomHex, randomId, refusalOf, sampleTenant } from './samples.ts'
import { allChangesOf, changesOf, type TestStore } from './test-store.ts'

/** What `TenantReads` and `TenantWrites` promise, on whichever database. */
export function tenantsContract(store: () => TestStore): void {
  describe('tenants', () => {
    test('a tenant is found again by id and by domain, as it was inserted', async () => {
      const tenant = await givenTenant(store(), { name: 'Überall GmbH' })
      expect(await store().reads.tenants.findById(tenant.id)).toEqual(tenant)
      expect(await store().reads.tenants.findByOnezoneDomain(tenant.onezoneDomain)).toEqual(tenant)
    })

    test('nothing is found by an id or a domain that nobody has', async () => {
      expect(await store().reads.tenants.findById(randomId() as TenantId)).toBeUndefined()
      expect(await store().reads.tenants.findByOnezoneDomain('nobody.example.org')).toBeUndefined()
    })

    test('there is one default tenant: it is found, and a second one is refused', async () => {
      expect(await store().reads.tenants.findDefault()).toBeUndefined()
      const tenant = await givenTenant(store(), { isDefault: true })
      expect(await store().reads.tenants.findDefault()).toEqual(tenant)
      expect(await refusalOf(givenTenant(store(), { isDefault: true }))).toBe('id_taken')
    })

    test.each([
      ['id', 'id_taken'],
      ['onezoneDomain', 'domain_taken'],
      ['astraAccountId', 'id_taken'],
      ['sdwanTenantId', 'id_taken'],
    ] as const)('a second tenant with the same %s is refused as %s', async (key, refusal) => {
      const first = await givenTenant(store())
      expect(await refusalOf(givenTenant(store(), { [key]: first[key] }))).toBe(refusal)
    })

    test('a new tenant is a change: hosts may be its own now', async () => {
      const tenant = await givenTenant(store())
      expect(await allChangesOf(store(), tenant.id)).toEqual([`tenant ${tenant.id}`])
    })

    test('a new domain is found, the old one is not, and it is one change; again it is none', async () => {
      const tenant = await givenTenant(store())
      const onezoneDomain = `${randomHex(4)}.example.net`
      for (let time = 0; time < 2; time++) {
        await store().atomically(({ tenants }) => tenants.setOnezoneDomain(tenant.id, onezoneDomain))
      }
      expect(await store().reads.tenants.findByOnezoneDomain(onezoneDomain)).toEqual({
        ...tenant,
        onezoneDomain,
      })
      expect(await store().reads.tenants.findByOnezoneDomain(tenant.onezoneDomain)).toBeUndefined()
      expect(await changesOf(store(), tenant)).toEqual([`tenant ${tenant.id}`])
    })
  })

  test('a tenant that is refused leaves nothing behind', async () => {
    const tenant = sampleTenant()
    const work = store().atomically(async ({ tenants }) => {
      await tenants.insert(tenant)
      await tenants.insert(tenant)
    })
    expect(await refusalOf(work)).toBe('id_taken')
    expect(await store().reads.tenants.findById(tenant.id)).toBeUndefined()
  })
}
