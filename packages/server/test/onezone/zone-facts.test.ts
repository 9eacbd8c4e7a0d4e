import { describe, expect, test } from 'bun:test'
import { ADMIN_PRIVILEGES, VIEWER_PRIVILEGES } from '../../src/directory/privileges.ts'
import { onEachDatabase } from './on-each-database.ts'
import { type Ask, bearer, until, ZONE_DOMAIN } from './zone.ts'

onEachDatabase((zone) => {
  describe('the zone', () => {
    test('tells its privileges: 91, and the 29 that only look', async () => {
      const { parsed, json } = await zone().ask('GET', '/privileges')
      expect(parsed).toEqual({ viewer: VIEWER_PRIVILEGES, admin: ADMIN_PRIVILEGES })
      expect([json.viewer.length, json.admin.length]).toEqual([29, 91])
    })

    test('tells its configuration', async () => {
      expect((await zone().ask('GET', '/configuration')).parsed).toMatchObject({
        name: 'default',
        domain: ZONE_DOMAIN,
        version: '21.02.7',
        build: '0.1.0',
        subdomainDelegationSupported: false,
        supportedIdPs: [],
        compatibleOneproviderVersions: [],
        availableSpaceTags: {},
      })
    })

    test('tells that it is well, what time it is, and where the asker is', async () => {
      expect((await zone().ask('GET', '/health')).parsed).toEqual({ status: 'healthy' })
      expect((await zone().ask('GET', '/provider/public/get_current_time')).parsed).toEqual({
        timeMillis: zone().ambient.nowMillis(),
      })
      const ip = await zone().ask('GET', '/provider/public/check_my_ip')
      expect(ip.text).toBe('"127.0.0.1"')
      expect(ip.headers.get('content-type')).toBe('application/json')
    })
  })

  test.each<[string, string, string, Ask]>([
    ['a new token', 'POST', '/user/tokens/temporary', {}],
    ['a user', 'GET', '/user', {}],
    ['an error', 'GET', '/tokens/named/none', {}],
    ['a credential that is refused', 'GET', '/user', { headers: bearer('no-token') }],
  ])('says of %s that no cache may keep it', async (_, method, path, ask) => {
    const body = { caveats: [until(zone().ambient.now() + 60)] }
    const headers = bearer(zone().adminToken)
    const answer = await zone().ask(method, path, { headers, ...(method === 'POST' && { body }), ...ask })
    expect(answer.text).not.toBe('')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
