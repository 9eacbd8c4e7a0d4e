import { describe, expect, test } from 'bun:test'
import type { User } from '../../src/directory/user.ts'
import { as, HOUR_SECONDS, onEachSeededZone, outcomeOf, type SeededProvider } from './seeded-zone.ts'

const ABSENT = 'c0ffee00c0ffee00c0ffee00c0ffee00ch0000'

onEachSeededZone((zone) => {
  const asAdministrator = async () => {
    const user = await zone().user()
    await zone().grantAdmin(user, 'oz_tokens_manage')
    return { user, ...as(await zone().token(user)) }
  }
  const outcome = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ) => outcomeOf(await zone().ask(method, path, { headers, ...(body !== undefined && { body }) }))
  const temporaryBody = () => ({
    caveats: [{ type: 'time', validUntil: zone().ambient.now() + HOUR_SECONDS }],
  })

  for (const whose of ['users', 'providers']) {
    describe(`/${whose}/{id}/tokens of an id that is not there`, () => {
      const path = `/${whose}/${ABSENT}/tokens`

      test('are forbidden to who may not manage tokens, as those of anybody else', async () => {
        const { headers } = as(await zone().token(await zone().user()))
        for (const collection of ['named', 'temporary', 'named/name/root token']) {
          expect(await outcome('GET', `${path}/${collection}`, headers)).toBe('403 forbidden')
        }
        expect(await outcome('POST', `${path}/named`, headers, { name: 'ok' })).toBe('403 forbidden')
      })

      test('are none to an administrator, who can neither make one nor find one', async () => {
        const { headers } = await asAdministrator()
        const get = (collection: string) => zone().ask('GET', `${path}/${collection}`, { headers })
        expect(await outcome('POST', `${path}/named`, headers, { name: 'ok' })).toBe(
          '400 tokenSubjectInvalid',
        )
        expect(await outcome('POST', `${path}/temporary`, headers, temporaryBody())).toBe(
          '400 tokenSubjectInvalid',
        )
        expect((await get('named')).parsed).toEqual({ tokens: [] })
        expect(outcomeOf(await get('named/name/root token'))).toBe('404 notFound')
        expect((await get('temporary')).parsed).toEqual({ generation: 1 })
        for (const collection of ['named', 'temporary']) {
          expect((await zone().ask('DELETE', `${path}/${collection}`, { headers })).status).toBe(204)
        }
        // Asking and revoking have made nothing either.
        expect((await get('temporary')).parsed).toEqual({ generation: 1 })
      })
    })
  }

  describe('/provider/tokens of a user who manages tokens', () => {
    test('are those of a provider that is not there, and not his own', async () => {
      const { user, headers } = await asAdministrator()
      expect(await outcome('POST', '/provider/tokens/named', headers, { name: 'ok' })).toBe(
        '400 tokenSubjectInvalid',
      )
      expect(await outcome('POST', '/provider/tokens/temporary', headers, temporaryBody())).toBe(
        '400 tokenSubjectInvalid',
      )
      expect((await zone().ask('GET', '/provider/tokens/named', { headers })).parsed).toEqual({ tokens: [] })
      expect(await outcome('GET', '/provider/tokens/named/name/token', headers)).toBe('404 notFound')
      expect((await zone().ask('DELETE', '/provider/tokens/named', { headers })).status).toBe(204)
      expect((await zone().ask('DELETE', '/provider/tokens/temporary', { headers })).status).toBe(204)
      const own = await zone().ask('GET', `/users/${user.onezoneId}/tokens/named`, { headers })
      expect(own.json.tokens).toHaveLength(1)
    })
  })

  describe('tokens of a provider', () => {
    const managed = async (): Promise<{
      provider: SeededProvider
      manager: User
      headers: Record<string, string>
    }> => {
      const provider = await zone().provider()
      const manager = await zone().user()
      await zone().join({ kind: 'cluster', onezoneId: provider.onezoneId }, manager, ['cluster_update'])
      return { provider, manager, headers: { ...as(await zone().token(manager)).headers } }
    }
    const verified = (token: string) => zone().ask('POST', '/tokens/verify_access_token', { body: { token } })

    test('are made, shown, renamed and deleted by who updates its cluster, and speak for the provider', async () => {
      const { provider, headers } = await managed()
      const path = `/providers/${provider.onezoneId}/tokens`
      const made = await zone().ask('POST', `${path}/named`, { headers, body: { name: 'for a job' } })
      expect(made.status).toBe(201)
      const { tokenId, token } = made.json
      expect(made.headers.get('location')).toEndWith(`/tokens/named/${tokenId}`)
      expect((await verified(token)).json.subject).toEqual({ type: 'oneprovider', id: provider.onezoneId })
      expect((await zone().ask('GET', `${path}/named`, { headers })).json.tokens).toContain(tokenId)
      const shown = await zone().ask('GET', `${path}/named/name/for a job`, { headers })
      expect(shown.json).toMatchObject({ id: tokenId, token, subject: { type: 'oneprovider' } })
      const named = `/tokens/named/${tokenId}`
      expect((await zone().ask('PATCH', named, { headers, body: { name: 'renamed' } })).status).toBe(204)
      expect((await zone().ask('GET', `${named}/status`, { headers })).parsed).toEqual({ revoked: false })
      expect((await zone().ask('DELETE', named, { headers })).status).toBe(204)
      expect(outcomeOf(await verified(token))).toBe('400 tokenInvalid')
    })

    test('include its root token; deleting all of them takes that, too', async () => {
      const { provider, headers } = await managed()
      const path = `/providers/${provider.onezoneId}/tokens/named`
      expect((await zone().ask('GET', path, { headers })).json.tokens).toHaveLength(1)
      expect((await zone().ask('GET', '/provider', as(provider.rootToken))).status).toBe(200)
      expect((await zone().ask('DELETE', path, { headers })).status).toBe(204)
      expect(outcomeOf(await zone().ask('GET', '/provider', as(provider.rootToken)))).toBe(
        '401 unauthorized tokenInvalid',
      )
    })

    test('that are temporary die with the generation, which a mere member of the cluster sees', async () => {
      const { provider, headers } = await managed()
      const member = await zone().user()
      await zone().join({ kind: 'cluster', onezoneId: provider.onezoneId }, member, [])
      const path = `/providers/${provider.onezoneId}/tokens/temporary`
      const { token } = (await zone().ask('POST', path, { headers, body: temporaryBody() })).json
      expect(outcomeOf(await verified(token))).toBe('accepted')
      const asMember = as(await zone().token(member))
      expect((await zone().ask('DELETE', path, asMember)).status).toBe(403)
      expect((await zone().ask('DELETE', path, { headers })).status).toBe(204)
      expect(outcomeOf(await verified(token))).toBe('400 tokenRevoked')
      expect((await zone().ask('GET', path, asMember)).parsed).toEqual({ generation: 2 })
      expect((await zone().ask('GET', '/provider', as(provider.rootToken))).status).toBe(200)
    })

    test('invite into its own cluster and nowhere else', async () => {
      const { provider, headers } = await managed()
      const other = await zone().provider()
      const invite = (clusterId: string) =>
        outcome('POST', `/providers/${provider.onezoneId}/tokens/named`, headers, {
          name: `into ${clusterId}`.slice(0, 60),
          type: { inviteToken: { inviteType: 'userJoinCluster', clusterId } },
        })
      expect(await invite(provider.onezoneId)).toBe('accepted')
      expect(await invite(other.onezoneId)).toBe('400 inviteTokenSubjectNotAuthorized')
    })

    test('are all listed with those of users', async () => {
      const { headers } = await asAdministrator()
      const provider = await zone().provider()
      const { deps, tenant } = zone()
      const listed = (await zone().ask('GET', '/tokens/named', { headers })).json.tokens
      const [rootId = ''] = await deps.tokens.list({
        tenantId: tenant.id,
        audience: 'onezone',
        subject: { kind: 'provider', id: provider.id },
      })
      expect(listed).toContain(rootId)
    })
  })

  describe('tokens of a user', () => {
    test('show a supporting provider their status and their generation, and nothing else', async () => {
      const user = await zone().user()
      const provider = await zone().provider()
      await zone().support(await zone().entity('space', user), provider)
      const { id } = await zone().named(user)
      const headers = as(provider.rootToken)
      const statuses = async (paths: readonly string[]) =>
        Promise.all(paths.map(async (path) => (await zone().ask('GET', path, headers)).status))
      const ofUser = `/users/${user.onezoneId}/tokens`
      expect(await statuses([`/tokens/named/${id}/status`, `${ofUser}/temporary`])).toEqual([200, 200])
      expect(await statuses([`/tokens/named/${id}`, `${ofUser}/named`, `${ofUser}/named/name/x`])).toEqual([
        403, 403, 403,
      ])
    })

    test('of both kinds are made for him by an administrator', async () => {
      const { headers } = await asAdministrator()
      const user = await zone().user()
      const path = `/users/${user.onezoneId}/tokens`
      for (const [collection, body] of [
        ['named', { name: 'by the administrator' }],
        ['temporary', temporaryBody()],
      ] as const) {
        const { token } = (await zone().ask('POST', `${path}/${collection}`, { headers, body })).json
        expect((await verified(token)).json.subject).toEqual({ type: 'user', id: user.onezoneId })
      }
    })

    const verified = (token: string) => zone().ask('POST', '/tokens/verify_access_token', { body: { token } })
  })
})
