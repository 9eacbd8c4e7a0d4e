import { expect, test } from 'bun:test'
import { tenantByHost } from '../../src/directory/tenant-by-host.ts'
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
  const none = async () => undefined
  return { asked, at: tenantByHost({ findByOnezoneDomain, findDefault: none, findById: none }, byDefault) }
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
