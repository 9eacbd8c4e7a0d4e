import { describe, expect, test } from 'bun:test'
import { deleteAllNamedTokens, revokeTemporaryTokens } from '../../src/authority/revoke.ts'
import { forgedToken } from './forged-token.ts'
import { as, nameOfSubject, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

/** Ids come out of caveats and token texts, which are anybody's to write. */
const STRANGE = ['\u0000', 'a\u0000b', "' or 1=1 --", '%', '*-*', 'ü', 'x'.repeat(10_000)]

onEachSeededZone((zone) => {
  const verify = async (token: string, more: object = {}, headers: Record<string, string> = {}) =>
    outcomeOf(await zone().ask('POST', '/tokens/verify_access_token', { headers, body: { token, ...more } }))

  describe.each(STRANGE.map((id) => [id.slice(0, 20), id]))('the id %j', (_, id) => {
    test('is no service’s', async () => {
      const token = await zone().token(await zone().user())
      for (const type of ['opw', 'opp', 'ozp', 'ozw']) {
        const caveats = [{ type: 'service', whitelist: [`${type}-${id}`] }]
        const confined = await zone().ask('POST', '/tokens/confine', { body: { token, caveats } })
        expect(outcomeOf(confined)).toBe('400 tokenServiceForbidden')
      }
    })

    test('is no group’s', async () => {
      const { headers } = as(await zone().token(await zone().user()))
      const token = forgedToken('2/nmd/usr-u1/act/t1', [`consumer = grp-${id}|grp-${id}2`])
      expect(await verify(token, {}, headers)).toMatch(/^400 (tokenCaveatUnverified|tokenInvalid)$/)
    })

    test('is no provider’s, and no service’s proof', async () => {
      for (const token of [forgedToken(`2/tmp-1/prv-${id}/act/t1`), forgedToken(`2/nmd/prv-p1/act/${id}`)]) {
        expect(await verify(token)).toBe('400 tokenInvalid')
        const proven = await verify(await zone().token(await zone().user()), { serviceToken: token })
        expect(proven).toBe('400 badServiceToken tokenInvalid')
      }
    })

    test('is no target’s', async () => {
      const issuer = await zone().user()
      for (const [inviteType, key] of [
        ['userJoinSpace', 'spaceId'],
        ['registerOneprovider', 'adminUserId'],
      ] as const) {
        const made = await zone().ask('POST', '/user/tokens/named', {
          headers: as(await zone().token(issuer)).headers,
          body: { name: 'strange', type: { inviteToken: { inviteType, [key]: id } } },
        })
        expect(outcomeOf(made)).toBe('400 inviteTokenTargetIdInvalid')
      }
    })
  })

  test.each([
    ['temporary', revokeTemporaryTokens],
    ['named', deleteAllNamedTokens],
  ])(
    'whoever is removed while his %s tokens are revoked has none, and that is no error',
    async (_, revoke) => {
      const user = await zone().user()
      const temporary = await zone().temporary(user)
      const { deps, store, tenant } = zone()
      const users = {
        ...deps.users,
        async findByOnezoneId(...asked: Parameters<typeof deps.users.findByOnezoneId>) {
          const found = await deps.users.findByOnezoneId(...asked)
          await store.atomically((writes) => writes.users.remove(user.id))
          return found
        },
      }
      await revoke({ ...deps, users }, tenant.id, 'onezone', nameOfSubject(user))
      expect(await verify(temporary)).toBe('400 tokenInvalid')
    },
  )
})
