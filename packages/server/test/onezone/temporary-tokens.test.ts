import { beforeAll, describe, expect, test } from 'bun:test'
import { onEachDatabase } from './on-each-database.ts'
import { bearer, errorIds, MAX_TTL_SECONDS, newTemporaryToken, newUser, type TestUser } from './zone.ts'

onEachDatabase((zone) => {
  let user: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
  })

  const create = (caveats: readonly unknown[], more: object = {}) =>
    zone().ask('POST', '/user/tokens/temporary', {
      headers: bearer(user.token),
      body: { caveats, ...more },
    })
  const until = (seconds: number) => ({ type: 'time', validUntil: zone().ambient.now() + seconds })
  const verdict = async (token: string) => {
    const answer = await zone().ask('POST', '/tokens/verify_access_token', { body: { token } })
    return answer.status === 200 ? 'accepted' : errorIds(answer)
  }
  const generationOf = async (id: string) =>
    (await zone().asAdmin('GET', `/users/${id}/tokens/temporary`)).json.generation

  test('is created with its text alone', async () => {
    const answer = await create([until(60)])
    expect(answer.status).toBe(201)
    expect(answer.parsed).toEqual({ token: answer.json.token })
    expect(answer.headers.get('location')).toBeNull()
    expect(await verdict(answer.json.token)).toBe('accepted')
  })

  test('is listed nowhere', async () => {
    const { tokens } = (await zone().ask('GET', '/user/tokens/named', { headers: bearer(user.token) })).json
    await create([until(60)])
    const after = (await zone().ask('GET', '/user/tokens/named', { headers: bearer(user.token) })).json
    expect(after.tokens).toEqual(tokens)
  })

  test('ignores what only named tokens have', async () => {
    const answer = await create([until(60)], { name: 1, usageLimit: 0, privileges: 1, revoked: 1 })
    expect(answer.status).toBe(201)
  })

  describe('its lifetime', () => {
    test('must be said', async () => {
      for (const caveats of [[], [{ type: 'interface', interface: 'rest' }]]) {
        const answer = await create(caveats)
        expect(answer.status).toBe(400)
        expect(answer.parsed).toEqual({
          error: {
            id: 'tokenTimeCaveatRequired',
            details: { maxTtl: MAX_TTL_SECONDS },
            description: `You must specify a time caveat with maximum TTL of ${MAX_TTL_SECONDS} seconds.`,
          },
        })
      }
    })

    test('may be the longest to the second, and not one more', async () => {
      expect((await create([until(MAX_TTL_SECONDS)])).status).toBe(201)
      expect(errorIds(await create([until(MAX_TTL_SECONDS + 1)]))).toBe('tokenTimeCaveatRequired')
    })

    test('is the shortest of several', async () => {
      expect((await create([until(MAX_TTL_SECONDS * 2), until(60)])).status).toBe(201)
    })

    test('may be over from the beginning', async () => {
      const answer = await create([until(-60)])
      expect(answer.status).toBe(201)
      expect(await verdict(answer.json.token)).toBe('tokenCaveatUnverified')
    })
  })

  describe('the generation', () => {
    test('is 1 before there is any token, also of a user who is not there', async () => {
      const fresh = await newUser(zone())
      expect(await generationOf(fresh.id)).toBe(1)
      expect(await generationOf('none')).toBe(1)
    })

    test('goes up by one with every revocation, and starts at 1 with the first one', async () => {
      const fresh = await newUser(zone())
      const path = `/users/${fresh.id}/tokens/temporary`
      await zone().asAdmin('DELETE', path)
      expect(await generationOf(fresh.id)).toBe(1)
      await zone().asAdmin('DELETE', path)
      expect(await generationOf(fresh.id)).toBe(2)
      await newTemporaryToken(zone(), fresh.id)
      expect(await generationOf(fresh.id)).toBe(2)
      const own = await zone().ask('GET', '/user/tokens/temporary', { headers: bearer(fresh.token) })
      expect(own.parsed).toEqual({ generation: 2 })
    })

    test('revokes all temporary tokens at once, the one that asked for it too, and no named one', async () => {
      const fresh = await newUser(zone())
      const access = await newTemporaryToken(zone(), fresh.id)
      const identity = await newTemporaryToken(zone(), fresh.id, { type: { identityToken: {} } })
      const answer = await zone().ask('DELETE', '/user/tokens/temporary', { headers: bearer(access) })
      expect(answer.status).toBe(204)
      expect(await verdict(access)).toBe('tokenRevoked')
      const verified = await zone().ask('POST', '/tokens/verify_identity_token', {
        body: { token: identity },
      })
      expect(errorIds(verified)).toBe('tokenRevoked')
      expect(await verdict(fresh.token)).toBe('accepted')
      expect(await verdict(await newTemporaryToken(zone(), fresh.id))).toBe('accepted')
    })

    test("revokes one user's tokens alone", async () => {
      const fresh = await newUser(zone())
      const neighbour = await newTemporaryToken(zone(), user.id)
      await zone().asAdmin('DELETE', `/users/${fresh.id}/tokens/temporary`)
      expect(await verdict(neighbour)).toBe('accepted')
    })

    test('of an unknown user is revoked without a word', async () => {
      expect((await zone().asAdmin('DELETE', '/users/none/tokens/temporary')).status).toBe(204)
    })
  })
})
