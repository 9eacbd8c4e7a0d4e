import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Installation, startTwo } from '../onezone/installations.ts'
import { ADMIN } from '../onezone/zone.ts'
import { basic, PASSWORD } from './support/start-jeton.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startTwo()
}, 60_000)
afterAll(() => installation.stop())

async function userAt(url: string | undefined, host: string, login: Readonly<Record<string, string>>) {
  const response = await fetch(`${url}/api/v3/onezone/user`, { headers: { ...login, host } })
  return response.status
}

test('a host that one node knew as the default tenant is the new one’s on both, once the answer is there', async () => {
  const { urls } = installation
  const onezoneDomain = 'acme.example.org'
  const admin = basic(ADMIN.username, ADMIN.password)
  for (const url of urls) expect(await userAt(url, onezoneDomain, admin)).toBe(200)
  const administrator = { username: 'acme', email: 'acme@example.org', password: PASSWORD }
  const made = await fetch(`${urls[0]}/v1/tenants`, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Acme', onezoneDomain, administrator }),
  })
  expect(made.status).toBe(201)
  for (const url of urls) {
    expect(await userAt(url, onezoneDomain, admin)).toBe(401)
    expect(await userAt(url, onezoneDomain, basic('acme'))).toBe(200)
  }
})
