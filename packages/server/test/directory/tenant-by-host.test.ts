import { expect, test } from 'bun:test'
import { TenantByHost } from '../../src/directory/tenant-by-host.ts'
import type { Tenant } from '../../src/directory/tenant.ts'

const tenant = (onezoneDomain: string, isDefault: boolean) => ({ onezoneDomain, isDefault }) as Tenant
const byDefault = tenant('localhost', true)
const other = tenant('other.example.org', false)

function counted() {
  const asked: string[] = []
  const findByOnezoneDomain = async (domain: string) => {
    asked.push(domain)
    return domain === other.onezoneDomain ? other : undefined
  }
  const tenants = new TenantByHost({ findByOnezoneDomain }, byDefault)
  return { asked, tenants, at: (host: string) => tenants.at(host) }
}

test('a host is the tenant’s whose domain it is, else the default one’s; each is looked up once', async () => {
  const { asked, at } = counted()
  for (let round = 0; round < 2; round += 1) {
    expect(await at('localhost')).toBe(byDefault)
    expect(await at('127.0.0.1')).toBe(byDefault)
    expect(await at('other.example.org')).toBe(other)
  }
  expect(asked).toEqual(['127.0.0.1', 'other.example.org'])
})

test('a flood of invented hosts costs a tenant a look-up, not its place', async () => {
  const { asked, at } = counted()
  await at('other.example.org')
  for (let host = 0; host < 1500; host += 1) await at(`host${host}`)
  asked.length = 0
  expect(await at('other.example.org')).toBe(other)
  expect(await at('other.example.org')).toBe(other)
  expect(await at('localhost')).toBe(byDefault)
  expect(asked).toEqual(['other.example.org'])
})

const change = (kind: string) => ({ number: 1, kind, tenantId: 17 as Tenant['id'], key: '17' })

test.each(['tenant', 'a kind of a newer version'])('a change of %s makes it look again', async (kind) => {
  const { asked, tenants, at } = counted()
  await at('other.example.org')
  tenants.apply(change(kind))
  await at('other.example.org')
  expect(asked).toHaveLength(2)
})

test('a change of something else does not', async () => {
  const { asked, tenants, at } = counted()
  await at('other.example.org')
  for (const kind of ['token', 'role', 'membership']) tenants.apply(change(kind))
  await at('other.example.org')
  expect(asked).toHaveLength(1)
})

test('what was read before a change is not remembered after it', async () => {
  const { asked, tenants, at } = counted()
  const looking = at('other.example.org')
  tenants.apply(change('tenant'))
  await looking
  await at('other.example.org')
  expect(asked).toHaveLength(2)
})
