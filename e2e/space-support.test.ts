import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OnezoneClient } from '../packages/server/testing/onezone-client.ts'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { Person } from './support/run-jeton.ts'

setDefaultTimeout(60_000)

const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-space-'))
let server: ServerProcess
let admin: Person
let onezone: OnezoneClient
let spaceId = ''
let providerId = ''

beforeAll(async () => {
  server = await startServer({ dataFolder })
  const { username, password } = ADMINISTRATOR
  admin = new Person({ JETON_URL: server.url, JETON_USERNAME: username, JETON_PASSWORD: password })
  onezone = new OnezoneClient(server.url, { kind: 'password', username, password })
  const space = await onezone.request('POST', '/user/spaces', { name: 'Space' })
  spaceId = space.headers.get('location')?.split('/').at(-1) ?? ''
  providerId = await newProvider()
}, 60_000)
afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function newProvider(): Promise<string> {
  const self = (await onezone.request('GET', '/user')).json
  const inviteToken = { inviteType: 'registerOneprovider', adminUserId: self?.['userId'] }
  const { token } = await onezone.createNamedToken('self', { name: 'registration', type: { inviteToken } })
  const { json } = await onezone.request('POST', '/providers', {
    token,
    name: 'Provider',
    adminEmail: 'admin@example.org',
    subdomainDelegation: false,
    domain: 'provider.example.org',
  })
  return String(json?.['providerId'])
}

const providers = async () => (await onezone.request('GET', `/spaces/${spaceId}/providers`)).json

describe('jeton space support', () => {
  test('records who supports a space, how, and that it is over', async () => {
    expect(await admin.succeed(['space', 'support', spaceId, providerId])).toBe(
      `Provider ${providerId} supports space ${spaceId}.`,
    )
    expect(await providers()).toEqual({ providers: [providerId] })
    expect(await admin.json(['space', 'support', spaceId, providerId, '--readonly'])).toEqual({
      spaceId,
      providerId,
      supported: true,
      readonly: true,
    })
    expect(await admin.succeed(['space', 'support', spaceId, providerId, '--end'])).toBe(
      `Provider ${providerId} no longer supports space ${spaceId}.`,
    )
    expect(await providers()).toEqual({ providers: [] })
  })

  test('fails for a space and for a provider that are not there', async () => {
    for (const [space, provider] of [
      ['none', providerId],
      [spaceId, 'none'],
    ] as const) {
      const { exit, err } = await admin.jeton(['space', 'support', space, provider])
      expect(exit).toBe(1)
      expect(err).toContain('HTTP 404')
    }
  })
})
