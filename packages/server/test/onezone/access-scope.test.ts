import type { Caveat } from '@jeton/token'
import { describe, expect, test } from 'bun:test'
import type { Entity } from '../../src/directory/entity.ts'
import { IDENTITY, onEachSeededZone, outcomeOf, type SeededProvider, type SeededZone } from './seeded-zone.ts'

/** A user of two spaces, one of them through a group; the first is supported by both providers, the second by none. */
async function cast(zone: SeededZone) {
  const user = await zone.user()
  const [first, second, foreign] = [
    await zone.entity('space', user),
    await zone.entity('space'),
    await zone.entity('space', await zone.user()),
  ]
  await zone.join(second, await zone.entity('group', user))
  const [writable, readonly] = [await zone.provider(), await zone.provider()]
  await zone.support(first, writable)
  await zone.support(first, readonly, true)
  await zone.support(foreign, await zone.provider())
  return { user, first, second, writable, readonly }
}

function path(space: Entity, rest = '/dir/file.txt'): string {
  return Buffer.from(`/${space.onezoneId}${rest}`).toString('base64')
}

function objectId(space: Entity): string {
  return `00000000000AF107${Buffer.from(`guid#f1#${space.onezoneId}`).toString('hex')}`
}

function provided({ name, domain }: SeededProvider): object {
  return { name, domain, version: '18.02.*', online: false }
}

onEachSeededZone((zone) => {
  const infer = (token: string, more: object = {}) =>
    zone().ask('POST', '/tokens/infer_access_token_scope', { body: { token, ...more } })
  /** The ids of spaces, each with those of its supports, and the ids of providers. */
  const reach = async (token: string) => {
    const { dataAccessScope } = (await infer(token)).parsed as {
      dataAccessScope: { spaces: Record<string, { supports: object }>; providers: object }
    }
    const { spaces, providers } = dataAccessScope
    return {
      spaces: Object.fromEntries(
        Object.entries(spaces).map(([id, { supports }]) => [id, Object.keys(supports)]),
      ),
      providers: Object.keys(providers),
    }
  }

  describe('the scope of an access token', () => {
    test('holds the spaces of its user and who supports them', async () => {
      const { user, first, second, writable, readonly } = await cast(zone())
      const { parsed } = await infer(await zone().token(user))
      expect(parsed).toEqual({
        validUntil: null,
        dataAccessScope: {
          readonly: false,
          spaces: {
            [first.onezoneId]: {
              name: first.name,
              supports: {
                [writable.onezoneId]: { readonly: false },
                [readonly.onezoneId]: { readonly: true },
              },
            },
            [second.onezoneId]: { name: second.name, supports: {} },
          },
          providers: {
            [writable.onezoneId]: provided(writable),
            [readonly.onezoneId]: provided(readonly),
          },
        },
      })
    })

    test('ends with its earliest time caveat, and is readonly by its caveat', async () => {
      const { user } = await cast(zone())
      const now = zone().ambient.now()
      const caveats: readonly Caveat[] = [
        { type: 'time', validUntil: now + 50 },
        { type: 'time', validUntil: now + 20 },
        { type: 'data.readonly' },
      ]
      expect((await infer(await zone().token(user, { caveats }))).parsed).toMatchObject({
        validUntil: now + 20,
        dataAccessScope: { readonly: true },
      })
    })

    test('of a provider is no access to data', async () => {
      const { rootToken } = await zone().provider()
      expect((await infer(rootToken)).parsed).toEqual({ validUntil: null, dataAccessScope: null })
    })

    test('is left with the spaces that each path caveat and each object id caveat names', async () => {
      const { user, first, second } = await cast(zone())
      const spacesOf = async (...caveats: readonly Caveat[]) =>
        Object.keys((await reach(await zone().token(user, { caveats }))).spaces)
      const paths = (...spaces: readonly Entity[]): Caveat => ({
        type: 'data.path',
        whitelist: spaces.map((space) => path(space)),
      })
      const objects = (...spaces: readonly Entity[]): Caveat => ({
        type: 'data.objectid',
        whitelist: spaces.map(objectId),
      })
      expect(await spacesOf(paths(first))).toEqual([first.onezoneId])
      expect(await spacesOf(objects(second))).toEqual([second.onezoneId])
      expect(await spacesOf({ type: 'data.path', whitelist: [path(first, '')] })).toEqual([first.onezoneId])
      expect((await spacesOf(paths(first, second))).length).toBe(2)
      expect(await spacesOf(paths(first, second), objects(second))).toEqual([second.onezoneId])
      expect(await spacesOf(paths(first), objects(second))).toEqual([])
      expect(
        await spacesOf({ type: 'data.path', whitelist: [Buffer.from('/nowhere').toString('base64')] }),
      ).toEqual([])
    })

    test('is left with the providers whose workers each service caveat lists', async () => {
      const { user, first, second, writable, readonly } = await cast(zone())
      const [one, other] = [`opw-${writable.onezoneId}`, `opw-${readonly.onezoneId}`]
      const reachOf = async (...whitelists: readonly (readonly string[])[]) =>
        reach(
          await zone().token(user, {
            caveats: whitelists.map((whitelist) => ({ type: 'service', whitelist })),
          }),
        )
      const left = (...providers: readonly SeededProvider[]) => {
        const ids = providers.map(({ onezoneId }) => onezoneId).toSorted()
        return { spaces: { [first.onezoneId]: ids, [second.onezoneId]: [] }, providers: ids }
      }
      expect(await reachOf([one])).toEqual(left(writable))
      expect(await reachOf(['opw-*'])).toEqual(left(writable, readonly))
      expect(await reachOf(['opw-*'], [other, 'ozw-onezone'])).toEqual(left(readonly))
      expect(await reachOf([one], [other])).toEqual(left())
      // Data is had from workers, and neither from the zone nor from panels.
      expect(await reachOf(['ozw-onezone', 'opp-*'])).toEqual(left())
    })

    test('lists a provider of two spaces once', async () => {
      const { user, second, writable } = await cast(zone())
      await zone().support(second, writable)
      const { spaces, providers } = await reach(await zone().token(user))
      expect(spaces[second.onezoneId]).toEqual([writable.onezoneId])
      expect(providers.filter((id) => id === writable.onezoneId).length).toBe(1)
    })

    test('is asked for whatever the interface, and for data', async () => {
      const { user } = await cast(zone())
      const caveats: readonly Caveat[] = [
        { type: 'interface', interface: 'oneclient' },
        { type: 'api', whitelist: ['opw/get/op_space.*.*:*'] },
      ]
      expect(outcomeOf(await infer(await zone().token(user, { caveats })))).toBe('accepted')
    })
  })

  describe('the consumer of the token', () => {
    test('is its subject, a member of his groups, unless another one is shown', async () => {
      const [user, other] = [await zone().user(), await zone().user()]
      const group = await zone().entity('group', user)
      const whitelist = [`grp-${group.onezoneId}`]
      const token = await zone().token(user, { caveats: [{ type: 'consumer', whitelist }] })
      expect(outcomeOf(await infer(token))).toBe('accepted')
      const consumerToken = await zone().token(other, { type: IDENTITY })
      expect(outcomeOf(await infer(token, { consumerToken }))).toBe('400 tokenCaveatUnverified')
    })

    test('is shown by a token whose interface does not matter either', async () => {
      const user = await zone().user()
      const consumerToken = await zone().token(user, {
        type: IDENTITY,
        caveats: [{ type: 'interface', interface: 'graphsync' }],
      })
      expect(outcomeOf(await infer(await zone().token(user), { consumerToken }))).toBe('accepted')
    })
  })
})
