import { expect, spyOn, test } from 'bun:test'
import { openTestSqlite } from '../store/test-store.ts'
import { openSeededZone, outcomeOf } from './seeded-zone.ts'

test('a body that comes for the second time is neither parsed nor decoded, and judged all the same', async () => {
  const zone = await openSeededZone(openTestSqlite)
  const user = await zone.user()
  const { id, text } = await zone.named(user)
  const parses = spyOn(JSON, 'parse')
  const decodes = spyOn(zone.deps.memory, 'decode')
  const verify = async (kind: string, body: object = { token: text }) => {
    parses.mockClear()
    decodes.mockClear()
    const outcome = outcomeOf(await zone.ask('POST', `/tokens/verify_${kind}_token`, { body }))
    const ofBody = parses.mock.calls.filter(([parsed]) => parsed === JSON.stringify(body))
    return { outcome, parses: ofBody.length, decodes: decodes.mock.calls.length }
  }
  expect(await verify('access')).toEqual({ outcome: 'accepted', parses: 1, decodes: 1 })
  expect(await verify('access')).toEqual({ outcome: 'accepted', parses: 0, decodes: 0 })
  // Another operation makes something else of it.
  expect((await verify('identity')).outcome).toBe('400 notAnIdentityToken')
  expect((await verify('access', { token: text, peerIp: 'nowhere' })).outcome).toStartWith('400 badValueIPv4')
  await verify('access')
  await zone.store.atomically(({ tokens }) => tokens.setRevoked(zone.tenant.id, 'onezone', id as never, true))
  expect((await verify('access')).outcome).toContain('tokenRevoked')
  parses.mockRestore()
  await zone.store.close()
})
