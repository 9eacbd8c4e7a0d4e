import { describe, expect, test } from 'bun:test'
import { decodeToken } from '@jeton/token'
import { ADMIN, BASE, basic, send } from './zone.ts'
import { forgedToken } from './forged-token.ts'
import {
  asAdmin,
  type Installation,
  invite,
  newPerson,
  newTemporaryToken,
  newToken,
  onEachInstallation,
  outcomeOf,
  type Person,
  placeOf,
  succeeded,
} from './installations.ts'

/**
 * What ends a token, and what does not: every row of the API's table of revocation, deletion and blocking. Each change is
 * made at one node and asked about, once it is acknowledged, at the other.
 */
onEachInstallation((installation) => {
  const admin = (method: string, path: string, body?: unknown) => asAdmin(installation(), method, path, body)
  const verdict = async (token: string, kind = 'access', more: object = {}) =>
    outcomeOf(
      await installation().askElsewhere('POST', `/tokens/verify_${kind}_token`, undefined, {
        token,
        ...more,
      }),
    )
  const calling = async (token: string, path = '/user') =>
    outcomeOf(await installation().askElsewhere('GET', path, token))
  const confined = async (token: string) => {
    const caveats = [{ type: 'time', validUntil: installation().ambient.now() + 3600 }]
    const answer = await installation().ask('POST', '/tokens/confine', undefined, { token, caveats })
    return succeeded(answer).json.token
  }
  const login = async (person: Person) => {
    const url = installation().urls.at(-1) ?? ''
    return outcomeOf(await send(`${url}${BASE}/user`, 'GET', { headers: basic(person) }))
  }
  const join = async (guest: Person, token: string, collection = 'groups') =>
    outcomeOf(await installation().askElsewhere('POST', `/user/${collection}/join`, guest.token, { token }))

  describe('a named token that is revoked', () => {
    test('is tokenRevoked at once, with all that were confined from it, until it is not', async () => {
      const person = await newPerson(installation())
      const { tokenId, token } = await newToken(installation(), person.id)
      const all = [token, await confined(token)]
      for (const each of all) expect(await verdict(each)).toBe('accepted')
      await admin('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
      for (const each of all) {
        expect(await verdict(each)).toBe('400 tokenRevoked')
        expect(await calling(each)).toBe('401 unauthorized tokenRevoked')
      }
      const shown = await installation().askElsewhere(
        'GET',
        `/tokens/named/${tokenId}`,
        installation().adminToken,
      )
      expect(shown.json).toMatchObject({ revoked: true, token })
      await admin('PATCH', `/tokens/named/${tokenId}`, { revoked: false })
      for (const each of all) expect(await verdict(each)).toBe('accepted')
    })

    test('may be born so', async () => {
      const person = await newPerson(installation())
      const { token } = await newToken(installation(), person.id, { revoked: true })
      expect(await verdict(token)).toBe('400 tokenRevoked')
    })

    test('invites nobody any more, neither verified nor consumed', async () => {
      const [person, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { tokenId, token } = await newGroupInvite(installation(), person)
      await admin('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
      expect(await verdict(token, 'invite')).toBe('400 tokenRevoked')
      expect(await join(guest, token)).toBe('400 tokenRevoked')
      await admin('PATCH', `/tokens/named/${tokenId}`, { revoked: false })
      expect(await join(guest, token)).toBe('accepted')
    })
  })

  describe('a named token that is deleted', () => {
    test('is tokenInvalid with all that were confined from it; its id is gone and its name free', async () => {
      const person = await newPerson(installation())
      const { tokenId, token } = await newToken(installation(), person.id, { name: 'a name' })
      const all = [token, await confined(token)]
      await admin('DELETE', `/tokens/named/${tokenId}`)
      for (const each of all) expect(await verdict(each)).toBe('400 tokenInvalid')
      const path = `/tokens/named/${tokenId}`
      for (const method of ['GET', 'DELETE']) {
        const answer = await installation().askElsewhere(method, path, installation().adminToken)
        expect(outcomeOf(answer)).toBe('404 notFound')
      }
      await newToken(installation(), person.id, { name: 'a name' })
    })
  })

  describe('all named tokens of a user that are deleted at once', () => {
    test('are tokenInvalid, the temporary ones are not, and there need not be any', async () => {
      const person = await newPerson(installation())
      const { token } = await newToken(installation(), person.id)
      const temporary = await newTemporaryToken(installation(), person.id)
      for (let times = 0; times < 2; times += 1) await admin('DELETE', `/users/${person.id}/tokens/named`)
      for (const each of [token, person.token]) expect(await verdict(each)).toBe('400 tokenInvalid')
      expect(await verdict(temporary)).toBe('accepted')
    })
  })

  describe('all named tokens of a provider that are deleted at once', () => {
    test('take its root token along: it has lost access', async () => {
      const { id, rootToken } = await newProvider(installation(), await newPerson(installation()))
      expect(await calling(rootToken, '/provider')).toBe('accepted')
      await admin('DELETE', `/providers/${id}/tokens/named`)
      expect(await calling(rootToken, '/provider')).toBe('401 unauthorized tokenInvalid')
      expect(await verdict(rootToken)).toBe('400 tokenInvalid')
    })
  })

  describe('temporary tokens that are revoked', () => {
    test('are tokenRevoked of every kind, the one that asked for it included; named ones are not', async () => {
      const person = await newPerson(installation())
      const groupId = await newGroup(installation(), person)
      const access = await newTemporaryToken(installation(), person.id)
      const identity = await newTemporaryToken(installation(), person.id, { type: { identityToken: {} } })
      const inviting = await newTemporaryToken(
        installation(),
        person.id,
        invite('userJoinGroup', { groupId }),
      )
      for (const [token, kind] of [[access], [identity, 'identity'], [inviting, 'invite']] as const)
        expect(await verdict(token, kind)).toBe('accepted')
      succeeded(await installation().ask('DELETE', '/user/tokens/temporary', access))
      for (const [token, kind] of [[access], [identity, 'identity'], [inviting, 'invite']] as const)
        expect(await verdict(token, kind)).toBe('400 tokenRevoked')
      expect(await calling(access)).toBe('401 unauthorized tokenRevoked')
      expect(await verdict(person.token)).toBe('accepted')
      const { generation } = (await admin('GET', `/users/${person.id}/tokens/temporary`)).json
      expect(generation).toBe(2)
      expect(await verdict(await newTemporaryToken(installation(), person.id))).toBe('accepted')
    })

    test('of a generation that has not been are tokenInvalid', async () => {
      const person = await newPerson(installation())
      const { identifier } = decodeToken(await newTemporaryToken(installation(), person.id))
      const fromTheFuture = forgedToken(identifier.replace('/tmp-1/', '/tmp-2/'))
      expect(fromTheFuture).not.toBe(forgedToken(identifier))
      expect(await verdict(fromTheFuture)).toBe('400 tokenInvalid')
    })
  })

  describe('a token whose time is over', () => {
    test('is tokenCaveatUnverified, and when it is named stays listed', async () => {
      const person = await newPerson(installation())
      const caveats = [{ type: 'time', validUntil: installation().ambient.now() }]
      const { tokenId, token } = await newToken(installation(), person.id, { caveats })
      expect(await verdict(token)).toBe('400 tokenCaveatUnverified')
      expect((await admin('GET', `/users/${person.id}/tokens/named`)).json.tokens).toContain(tokenId)
    })
  })

  describe('a user who is deleted', () => {
    test('leaves no token that is good: tokenInvalid, and nobody with that name or password', async () => {
      const person = await newPerson(installation())
      const temporary = await newTemporaryToken(installation(), person.id)
      const identity = (await newToken(installation(), person.id, { type: { identityToken: {} } })).token
      for (const token of [person.token, temporary]) expect(await verdict(token)).toBe('accepted')
      expect(await login(person)).toBe('accepted')
      await admin('DELETE', `/users/${person.id}`)
      for (const token of [person.token, temporary]) {
        expect(await verdict(token)).toBe('400 tokenInvalid')
        expect(await calling(token)).toBe('401 unauthorized tokenInvalid')
      }
      expect(await verdict(identity, 'identity')).toBe('400 tokenInvalid')
      expect(await login(person)).toBe('401 unauthorized badBasicCredentials')
      expect(
        (await installation().askElsewhere('GET', `/users/${person.id}`, installation().adminToken)).status,
      ).toBe(404)
      const again = await installation().ask('DELETE', `/users/${person.id}`, installation().adminToken)
      expect(again.status).toBe(404)
    })

    test('takes the invites that he issued along, and leaves what was joined by them', async () => {
      const [person, early, late] = await Promise.all([
        newPerson(installation()),
        newPerson(installation()),
        newPerson(installation()),
      ])
      const { groupId, token } = await newGroupInvite(installation(), person)
      expect(await join(early, token)).toBe('accepted')
      await admin('DELETE', `/users/${person.id}`)
      expect(await join(late, token)).toBe('400 tokenInvalid')
      expect(await calling(early.token, `/user/groups/${groupId}`)).toBe('accepted')
    })
  })

  describe('a provider that is deleted', () => {
    test('leaves no token that is good, no cluster, and nobody who was a member of it', async () => {
      const [manager, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { id, rootToken } = await newProvider(installation(), manager)
      const clusterInvite = await newToken(
        installation(),
        manager.id,
        invite('userJoinCluster', { clusterId: id }),
      )
      expect(await join(guest, clusterInvite.token, 'clusters')).toBe('accepted')
      const service = await newToken(installation(), guest.id, {
        caveats: [{ type: 'service', whitelist: [`opp-${id}`] }],
      })
      const caveats = [{ type: 'time', validUntil: installation().ambient.now() + 3600 }]
      const temporary = succeeded(
        await installation().ask('POST', '/provider/tokens/temporary', rootToken, { caveats }),
      ).json.token
      expect(await verdict(rootToken)).toBe('accepted')
      succeeded(await installation().ask('DELETE', '/provider', rootToken))
      for (const token of [rootToken, temporary]) expect(await verdict(token)).toBe('400 tokenInvalid')
      expect(await calling(rootToken, '/provider')).toBe('401 unauthorized tokenInvalid')
      for (const person of [manager, guest]) {
        const { text } = await installation().askElsewhere('GET', '/user/clusters', person.token)
        expect(text).not.toContain(id)
      }
      expect((await admin('GET', '/clusters')).text).not.toContain(id)
      expect(await calling(service.token)).not.toBe('accepted')
    })
  })

  describe('a user who is blocked', () => {
    const block = (person: Person, blocked: boolean) =>
      admin('PATCH', `/users/${person.id}/access_block`, { blocked })

    test('is userBlocked with every token and password; everything is back when he is not, but sessions', async () => {
      const person = await newPerson(installation())
      const temporary = await newTemporaryToken(installation(), person.id)
      await block(person, true)
      for (const token of [person.token, temporary]) {
        expect(await verdict(token)).toBe('400 userBlocked')
        expect(await calling(token)).toBe('401 unauthorized userBlocked')
        const inferred = await installation().askElsewhere(
          'POST',
          '/tokens/infer_access_token_scope',
          undefined,
          {
            token,
          },
        )
        expect(outcomeOf(inferred)).toBe('400 userBlocked')
        const narrowed = await installation().askElsewhere('POST', '/tokens/confine', undefined, {
          token,
          caveats: [],
        })
        expect(outcomeOf(narrowed)).toBe('400 userBlocked')
      }
      expect(await login(person)).toBe('401 unauthorized userBlocked')
      await block(person, false)
      for (const token of [person.token, temporary]) expect(await verdict(token)).toBe('accepted')
      expect(await login(person)).toBe('accepted')
      const bound = await installation().ask('POST', '/user/tokens/named', person.token, {
        name: 'of a session',
        type: { accessToken: { sessionId: 's1' } },
      })
      expect(outcomeOf(bound)).toBe('400 tokenSessionInvalid')
    })

    test('gets no new token, and the administrator still sees, changes and deletes those he has', async () => {
      const person = await newPerson(installation())
      const { tokenId } = await newToken(installation(), person.id)
      await block(person, true)
      const { ask, adminToken, ambient } = installation()
      const path = `/users/${person.id}/tokens`
      const named = await ask('POST', `${path}/named`, adminToken, { name: 'new' })
      expect(outcomeOf(named)).toBe('400 userBlocked')
      const caveats = [{ type: 'time', validUntil: ambient.now() + 60 }]
      expect(outcomeOf(await ask('POST', `${path}/temporary`, adminToken, { caveats }))).toBe(
        '400 userBlocked',
      )
      expect((await admin('GET', `${path}/named`)).json.tokens).toContain(tokenId)
      await admin('PATCH', `/tokens/named/${tokenId}`, { name: 'renamed' })
      expect((await admin('GET', `/tokens/named/${tokenId}`)).json.name).toBe('renamed')
      await admin('DELETE', `/tokens/named/${tokenId}`)
    })

    test('invites nobody: to the guest he is one who may not, and again may when he is not', async () => {
      const [person, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { token } = await newGroupInvite(installation(), person)
      await block(person, true)
      expect(await verdict(token, 'invite')).toBe('400 userBlocked')
      expect(await join(guest, token)).toBe('400 inviteTokenSubjectNotAuthorized')
      await block(person, false)
      expect(await join(guest, token)).toBe('accepted')
    })
  })

  describe('an invite', () => {
    test('whose target is deleted is inviteTokenTargetIdInvalid, and still verified', async () => {
      const [person, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { groupId, tokenId, token } = await newGroupInvite(installation(), person)
      await admin('DELETE', `/groups/${groupId}`)
      expect(await join(guest, token)).toBe('400 inviteTokenTargetIdInvalid')
      expect(await verdict(token, 'invite')).toBe('accepted')
      await admin('GET', `/tokens/named/${tokenId}`)
    })

    test('whose issuer has lost the right is inviteTokenSubjectNotAuthorized, until he has it again', async () => {
      const [person, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { groupId, token } = await newGroupInvite(installation(), person)
      const right = `/groups/${groupId}/users/${person.id}/privileges`
      await admin('PATCH', right, { revoke: ['group_add_user'] })
      expect(await join(guest, token)).toBe('400 inviteTokenSubjectNotAuthorized')
      await admin('PATCH', right, { grant: ['group_add_user'] })
      expect(await join(guest, token)).toBe('accepted')
    })

    test('that is used up is inviteTokenUsageLimitReached, still verified, and its limit stays', async () => {
      const person = await newPerson(installation())
      const guests = await Promise.all([0, 1, 2].map(() => newPerson(installation())))
      const { tokenId, token } = await newGroupInvite(installation(), person, { usageLimit: 2 })
      const outcomes: string[] = []
      for (const guest of guests) outcomes.push(await join(guest, token))
      expect(outcomes).toEqual(['accepted', 'accepted', '400 inviteTokenUsageLimitReached'])
      expect(await verdict(token, 'invite')).toBe('accepted')
      await admin('PATCH', `/tokens/named/${tokenId}`, { name: 'more of it', usageLimit: 5 })
      expect((await admin('GET', `/tokens/named/${tokenId}`)).json.metadata).toMatchObject({
        usageCount: 2,
        usageLimit: 2,
      })
    })

    test('that leads nowhere new is not counted', async () => {
      const [person, guest] = [await newPerson(installation()), await newPerson(installation())]
      const { tokenId, token } = await newGroupInvite(installation(), person, { usageLimit: 2 })
      expect(await join(guest, token)).toBe('accepted')
      expect(await join(guest, token)).toBe('409 relationAlreadyExists')
      expect((await admin('GET', `/tokens/named/${tokenId}`)).json.metadata).toMatchObject({ usageCount: 1 })
    })

    test('for 10, consumed by 100 at once on all nodes, lets 10 in', async () => {
      const person = await newPerson(installation())
      const { groupId, tokenId, token } = await newGroupInvite(installation(), person, { usageLimit: 10 })
      const guests: Person[] = []
      for (let index = 0; index < 100; index += 1) guests.push(await newPerson(installation()))
      const { ask, askElsewhere } = installation()
      const answers = await Promise.all(
        guests.map((guest, index) =>
          (index % 2 === 0 ? ask : askElsewhere)('POST', '/user/groups/join', guest.token, { token }),
        ),
      )
      const outcomes = Map.groupBy(answers.map(outcomeOf), (outcome) => outcome)
      expect(Object.fromEntries([...outcomes].map(([outcome, each]) => [outcome, each.length]))).toEqual({
        accepted: 10,
        '400 inviteTokenUsageLimitReached': 90,
      })
      expect((await admin('GET', `/tokens/named/${tokenId}`)).json.metadata).toMatchObject({ usageCount: 10 })
      // With who invites.
      expect((await admin('GET', `/groups/${groupId}/users`)).json.users).toHaveLength(11)
    }, 60_000)
  })

  describe('a token for a service', () => {
    test('whose provider supports the user no longer is tokenServiceForbidden', async () => {
      const person = await newPerson(installation())
      const spaceId = placeOf(
        await installation().ask('POST', '/user/spaces', person.token, { name: 'Gamma' }),
      )
      const provider = await newProvider(installation(), await newPerson(installation()))
      await support(installation(), 'PUT', spaceId, provider.id)
      const caveats = [{ type: 'service', whitelist: [`opw-${provider.id}`] }]
      const { token } = await newToken(installation(), person.id, { caveats })
      const serviceToken = succeeded(
        await installation().ask('POST', '/provider/tokens/named', provider.rootToken, {
          name: 'identity',
          type: { identityToken: {} },
        }),
      ).json.token
      expect(await verdict(token, 'access', { serviceToken })).toBe('accepted')
      await support(installation(), 'DELETE', spaceId, provider.id)
      expect(await verdict(token, 'access', { serviceToken })).toBe('400 tokenServiceForbidden')
      await support(installation(), 'PUT', spaceId, provider.id)
      expect(await verdict(token, 'access', { serviceToken })).toBe('accepted')
      const member = `/spaces/${spaceId}/users/${person.id}`
      await admin('DELETE', member)
      expect(await verdict(token, 'access', { serviceToken })).toBe('400 tokenServiceForbidden')
    })
  })

  describe('a caveat', () => {
    test('that names a group goes by who is in it now, and a deleted group has nobody', async () => {
      const [person, consumer] = [await newPerson(installation()), await newPerson(installation())]
      const groupId = await newGroup(installation(), person)
      const caveats = [{ type: 'consumer', whitelist: [`grp-${groupId}`] }]
      const { tokenId, token } = await newToken(installation(), person.id, { caveats })
      const asked = async () =>
        outcomeOf(
          await installation().askElsewhere('POST', '/tokens/verify_access_token', consumer.token, { token }),
        )
      expect(await asked()).toBe('400 tokenCaveatUnverified')
      await admin('PUT', `/groups/${groupId}/users/${consumer.id}`)
      expect(await asked()).toBe('accepted')
      await admin('DELETE', `/groups/${groupId}/users/${consumer.id}`)
      expect(await asked()).toBe('400 tokenCaveatUnverified')
      await admin('PUT', `/groups/${groupId}/users/${consumer.id}`)
      await admin('DELETE', `/groups/${groupId}`)
      expect(await asked()).toBe('400 tokenCaveatUnverified')
      await admin('GET', `/tokens/named/${tokenId}`)
    })
  })
})

function newGroup({ ask }: Installation, { token }: Person): Promise<string> {
  return ask('POST', '/user/groups', token, { name: 'A group' }).then(placeOf)
}

async function newGroupInvite(
  installation: Installation,
  person: Person,
  more: object = {},
): Promise<{ readonly groupId: string; readonly tokenId: string; readonly token: string }> {
  const groupId = await newGroup(installation, person)
  const issued = await newToken(installation, person.id, { ...invite('userJoinGroup', { groupId }), ...more })
  return { groupId, ...issued }
}

async function newProvider(
  installation: Installation,
  manager: Person,
): Promise<{ readonly id: string; readonly rootToken: string }> {
  const type = invite('registerOneprovider', { adminUserId: manager.id })
  const { token } = await newToken(installation, manager.id, type)
  const answer = await installation.ask('POST', '/providers', undefined, {
    token,
    name: 'Krakow',
    adminEmail: 'admin@krakow.example.org',
    subdomainDelegation: false,
    domain: 'krakow.example.org',
  })
  // Safe: the answer was held against the document, which says so.
  const { providerId, providerRootToken } = succeeded(answer).parsed as Record<string, string>
  return { id: providerId ?? '', rootToken: providerRootToken ?? '' }
}

async function support(
  { urls }: Installation,
  method: 'PUT' | 'DELETE',
  spaceId: string,
  providerId: string,
) {
  const answer = await fetch(`${urls[0]}/v1/onezone/spaces/${spaceId}/supports/${providerId}`, {
    method,
    headers: { ...basic(ADMIN), 'content-type': 'application/json' },
    ...(method === 'PUT' && { body: '{"readonly":false}' }),
  })
  expect(answer.status).toBe(204)
}
