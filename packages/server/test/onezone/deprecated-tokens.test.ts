import { describe, expect, test } from 'bun:test'
import { as, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

onEachSeededZone((zone) => {
  const post = (path: string, token: string, body?: unknown) =>
    zone().ask('POST', path, { ...as(token), ...(body !== undefined && { body }) })
  const shownOf = async (serialized: string, token: string) => {
    const { id } = (await zone().ask('POST', '/tokens/examine', { body: { token: serialized } })).parsed as {
      id: string
    }
    return (await zone().ask('GET', `/tokens/named/${id}`, as(token))).parsed
  }

  describe('a deprecated invite', () => {
    test.each([
      ['groups/{group}/users', 'userJoinGroup', 'user invite to group', 'groupId'],
      ['groups/{group}/children', 'groupJoinGroup', 'group invite to group', 'groupId'],
      ['spaces/{space}/users', 'userJoinSpace', 'user invite to space', 'spaceId'],
      ['spaces/{space}/groups', 'groupJoinSpace', 'group invite to space', 'spaceId'],
      ['spaces/{space}/providers', 'supportSpace', 'support request for space', 'spaceId'],
      ['clusters/{cluster}/users', 'userJoinCluster', 'user invite to cluster', 'clusterId'],
      ['clusters/{cluster}/groups', 'groupJoinCluster', 'group invite to cluster', 'clusterId'],
      ['harvesters/{harvester}/users', 'userJoinHarvester', 'user invite to harvester', 'harvesterId'],
      ['harvesters/{harvester}/groups', 'groupJoinHarvester', 'group invite to harvester', 'harvesterId'],
      ['harvesters/{harvester}/spaces', 'spaceJoinHarvester', 'space invite to harvester', 'harvesterId'],
    ])(
      'of /%s/token is a named one of the caller that is good once',
      async (path, inviteType, purpose, key) => {
        const user = await zone().user()
        const kind = /\{(\w+)\}/.exec(path)?.[1] ?? ''
        const { onezoneId } =
          kind === 'cluster' ? await zone().provider(user) : await zone().entity(kind as 'group', user)
        const token = await zone().token(user)
        const answer = await post(`/${path.replace(`{${kind}}`, onezoneId)}/token`, token)
        expect(answer.status).toBe(200)
        expect(await shownOf(answer.json.token, token)).toMatchObject({
          subject: { type: 'user', id: user.onezoneId },
          type: { inviteToken: { inviteType, [key]: onezoneId } },
          name: expect.stringMatching(new RegExp(`^${purpose} - .+ [0-9a-f]{6}$`)),
          metadata: { usageLimit: 1, usageCount: 0 },
          caveats: [],
        })
      },
    )

    test('is a provider’s own for its own cluster', async () => {
      const provider = await zone().provider()
      const path = (id: string) => `/clusters/${id}/users/token`
      const answer = await post(path(provider.onezoneId), provider.rootToken)
      const { subject } = (
        await zone().ask('POST', '/tokens/verify_invite_token', { body: { token: answer.json.token } })
      ).json
      expect(subject).toEqual({ type: 'oneprovider', id: provider.onezoneId })
      const other = await zone().provider()
      expect(outcomeOf(await post(path(other.onezoneId), provider.rootToken))).toBe('403 forbidden')
      const whitelist = [`ozw/create/cluster.${provider.onezoneId}.invite_user_token:private`]
      const confined = () => zone().token(provider, { caveats: [{ type: 'api', whitelist }] })
      expect(outcomeOf(await post(path(provider.onezoneId), await confined()))).toBe(
        '401 unauthorized tokenCaveatUnverified',
      )
      whitelist.push(`ozw/create/token.null.provider_named_token,${provider.onezoneId}:private`)
      expect(outcomeOf(await post(path(provider.onezoneId), await confined()))).toBe('accepted')
    })

    test('is the administrator’s when he asks for a user’s registration token', async () => {
      const [user, admin] = [await zone().user(), await zone().user()]
      await zone().grantAdmin(admin, 'oz_providers_invite')
      const token = await zone().token(admin)
      const path = `/users/${user.onezoneId}/clusters/provider_registration_token`
      const answer = await post(path, token)
      expect(await shownOf(answer.json.token, token)).toMatchObject({
        subject: { id: admin.onezoneId },
        type: { inviteToken: { inviteType: 'registerOneprovider', adminUserId: user.onezoneId } },
        name: expect.stringMatching(/^Oneprovider rgstr\. token for - .+ [0-9a-f]{6}$/),
      })
      const own = await post('/user/clusters/provider_registration_token', await zone().token(user))
      const { subject } = (
        await zone().ask('POST', '/tokens/verify_invite_token', { body: { token: own.json.token } })
      ).json
      expect(subject).toEqual({ type: 'user', id: user.onezoneId })
    })

    test('keeps its name to fifty characters, and to those that names have', async () => {
      const user = await zone().user({ fullName: `O'Brien, the Administrator of Everything There Is` })
      const token = await zone().token(user)
      const answer = await post('/user/clusters/provider_registration_token', token)
      const { name } = (await shownOf(answer.json.token, token)) as { name: string }
      expect(name).toMatch(/^Oneprovider rgstr\. token for - O-Brien- \.\.\. [0-9a-f]{6}$/)
      expect(name.length).toBeLessThanOrEqual(50)
    })

    test('takes a body that is any object', async () => {
      const user = await zone().user()
      const path = '/user/clusters/provider_registration_token'
      const token = await zone().token(user)
      expect(outcomeOf(await post(path, token, { name: 7 }))).toBe('accepted')
      expect(outcomeOf(await post(path, token, []))).toBe('400 malformedData')
    })
  })

  describe('/user/client_tokens', () => {
    test('gives a named access token for a year', async () => {
      const user = await zone().user()
      const token = await zone().token(user)
      const answer = await post('/user/client_tokens', token)
      expect(answer.status).toBe(200)
      expect(await shownOf(answer.json.token, token)).toMatchObject({
        name: expect.stringMatching(/^access token 2027-01-15T08\.00\.00Z [0-9a-f]{6}$/),
        type: { accessToken: {} },
        caveats: [{ type: 'time', validUntil: zone().ambient.now() + 31_536_000 }],
      })
    })

    test('lists every named access token of the caller and nothing else', async () => {
      const user = await zone().user()
      const token = await zone().token(user)
      await zone().token(user, { type: { kind: 'identity' } })
      await zone().temporary(user)
      const made = (await post('/user/client_tokens', token)).json.token
      const { tokens } = (await zone().ask('GET', '/user/client_tokens', as(token))).json
      expect(tokens.toSorted()).toEqual([token, made].toSorted())
    })

    test('lets others have their turns between so many tokens', async () => {
      const user = await zone().user()
      const token = await zone().token(user)
      for (let count = 1; count < 80; count += 1) await zone().token(user)
      let turns = 0
      const takeTurn = () => {
        turns += 1
        next = setImmediate(takeTurn)
      }
      let next = setImmediate(takeTurn)
      const { tokens } = (await zone().ask('GET', '/user/client_tokens', as(token))).json
      clearImmediate(next)
      expect(tokens).toHaveLength(80)
      expect(turns).toBeGreaterThanOrEqual(5)
    })

    test('deletes one by its text, confined or not, and no second time', async () => {
      const user = await zone().user()
      const token = await zone().token(user)
      const made = (await post('/user/client_tokens', token)).json.token
      const remove = async (text: string) =>
        outcomeOf(await zone().ask('DELETE', `/user/client_tokens/${text}`, as(token)))
      expect(await remove(made)).toBe('accepted')
      const verified = await zone().ask('POST', '/tokens/verify_access_token', { body: { token: made } })
      expect(outcomeOf(verified)).toBe('400 tokenInvalid')
      for (const none of [made, 'no token', await zone().temporary(user)])
        expect(await remove(none)).toBe('404 notFound')
    })
  })
})
