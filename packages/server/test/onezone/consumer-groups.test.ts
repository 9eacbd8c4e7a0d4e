import { describe, expect, test } from 'bun:test'
import type { User } from '../../src/directory/user.ts'
import { forgedCopy } from './forged-token.ts'
import { as, IDENTITY, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

onEachSeededZone((zone) => {
  const forConsumers = async (...whitelist: readonly string[]) =>
    zone().token(await zone().user(), { caveats: [{ type: 'consumer', whitelist }] })
  const verifyAs = async (token: string, consumer: User | undefined) => {
    const headers = consumer === undefined ? {} : as(await zone().token(consumer)).headers
    return outcomeOf(await zone().ask('POST', '/tokens/verify_access_token', { headers, body: { token } }))
  }

  describe('a token for the members of a group', () => {
    test('is good for members of it, through any depth, and for nobody else', async () => {
      const [member, distant, stranger] = [await zone().user(), await zone().user(), await zone().user()]
      const [group, child, grandchild] = [
        await zone().entity('group', member),
        await zone().entity('group'),
        await zone().entity('group', distant),
      ]
      await zone().join(group, child)
      await zone().join(child, grandchild)
      const token = await forConsumers(`grp-${group.onezoneId}`)
      expect(await verifyAs(token, member)).toBe('accepted')
      expect(await verifyAs(token, distant)).toBe('accepted')
      expect(await verifyAs(token, stranger)).toBe('400 tokenCaveatUnverified')
      expect(await verifyAs(token, undefined)).toBe('400 tokenCaveatUnverified')
      expect(await verifyAs(await forConsumers(`grp-${grandchild.onezoneId}`), member)).toBe(
        '400 tokenCaveatUnverified',
      )
    })

    test('is good for him whose identity token goes with it', async () => {
      const member = await zone().user()
      const group = await zone().entity('group', member)
      const token = await forConsumers(`grp-${group.onezoneId}`)
      const consumerToken = await zone().token(member, { type: IDENTITY })
      const verified = await zone().ask('POST', '/tokens/verify_access_token', {
        body: { token, consumerToken },
      })
      expect(outcomeOf(verified)).toBe('accepted')
      const headers = { ...as(token).headers, 'x-onedata-consumer-token': consumerToken }
      expect(outcomeOf(await zone().ask('GET', '/user', { headers }))).toBe('accepted')
    })

    test('is not good for him any more the moment he has left', async () => {
      const member = await zone().user()
      const group = await zone().entity('group', member)
      const token = await forConsumers(`grp-${group.onezoneId}`)
      expect(await verifyAs(token, member)).toBe('accepted')
      await zone().store.atomically(async ({ relations }) => {
        await relations.hold(zone().tenant.id)
        await relations.remove(group, { kind: 'user', id: member.id })
      })
      expect(await verifyAs(token, member)).toBe('400 tokenCaveatUnverified')
    })

    test('is found among more groups than are asked for one by one', async () => {
      const member = await zone().user()
      const group = await zone().entity('group', member)
      const others = Array.from({ length: 20 }, (_, index) => `grp-other${index}`)
      expect(await verifyAs(await forConsumers(...others, `grp-${group.onezoneId}`), member)).toBe('accepted')
      expect(await verifyAs(await forConsumers(...others), member)).toBe('400 tokenCaveatUnverified')
    })

    test('needs each of its consumer caveats', async () => {
      const member = await zone().user()
      const [one, other] = [await zone().entity('group', member), await zone().entity('group')]
      const token = await zone().token(await zone().user(), {
        caveats: [one, other].map(({ onezoneId }) => ({ type: 'consumer', whitelist: [`grp-${onezoneId}`] })),
      })
      expect(await verifyAs(token, member)).toBe('400 tokenCaveatUnverified')
      await zone().join(other, member)
      expect(await verifyAs(token, member)).toBe('accepted')
    })

    test('is told of by the caveat, even if it is forged', async () => {
      const forged = forgedCopy(await forConsumers('grp-g1'))
      expect(await verifyAs(forged, await zone().user())).toBe('400 tokenCaveatUnverified')
    })
  })

  test('a token for anybody with a group is good for direct members of any', async () => {
    const [member, loner] = [await zone().user(), await zone().user()]
    await zone().entity('group', member)
    const token = await forConsumers('grp-*')
    expect(await verifyAs(token, member)).toBe('accepted')
    expect(await verifyAs(token, loner)).toBe('400 tokenCaveatUnverified')
  })

  test('a provider is a member of no group', async () => {
    const token = await forConsumers('grp-*', 'grp-g1')
    const { rootToken } = await zone().provider()
    const asked = await zone().ask('POST', '/tokens/verify_access_token', {
      ...as(rootToken),
      body: { token },
    })
    expect(outcomeOf(asked)).toBe('400 tokenCaveatUnverified')
  })
})
