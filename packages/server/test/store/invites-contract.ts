import { describe, expect, test } from 'bun:test'
import { givenLine, givenToken, refusalOf, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What is kept of invites, on whichever database. */
export function invitesContract(store: () => TestStore): void {
  describe('an invite', () => {
    const type = { kind: 'invite', inviteType: 'userJoinSpace', targetId: 's1' } as const
    const invite = {
      privileges: ['space_add_group', 'space_write_data'],
      usageLimit: 2,
      usageCount: 0,
    }

    test.each([
      ['with privileges and a limit', type, invite],
      ['with no privileges and no limit', type, { ...invite, privileges: [], usageLimit: 'infinity' }],
      ['with a limit of many digits', type, { ...invite, usageLimit: 12345678901234567890n }],
      [
        'of a type that carries none',
        { ...type, inviteType: 'supportSpace' },
        { ...invite, privileges: undefined },
      ],
      [
        'to register with',
        { ...type, inviteType: 'registerOneprovider' },
        { ...invite, privileges: undefined },
      ],
    ] as const)('%s comes back as it was', async (_, tokenType, terms) => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line, { type: tokenType, invite: terms })
      expect((await store().reads.tokens.find(tenant.id, 'onezone', id))?.invite).toEqual(terms)
    })

    test('is counted up, which is no change', async () => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line, { type, invite })
      const use = () => store().atomically(({ tokens }) => tokens.countUse(tenant.id, 'onezone', id))
      expect((await use())?.invite?.usageCount).toBe(1)
      expect((await use())?.invite?.usageCount).toBe(2)
      expect((await store().reads.tokens.find(tenant.id, 'onezone', id))?.invite?.usageCount).toBe(2)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('that is dead is not counted', async () => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line, { type, invite })
      await store().atomically(({ tokens }) => tokens.raiseEpoch(line))
      const use = () => store().atomically(({ tokens }) => tokens.countUse(tenant.id, 'onezone', id))
      expect(await use()).toBeUndefined()
    })

    test('is not counted by a work that is refused', async () => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line, { type, invite })
      const refused = store().atomically(async ({ tokens }) => {
        await tokens.countUse(tenant.id, 'onezone', id)
        await tokens.insert(sampleToken(line, { id }))
      })
      expect(await refusalOf(refused)).toBe('id_taken')
      expect((await store().reads.tokens.find(tenant.id, 'onezone', id))?.invite?.usageCount).toBe(0)
    })

    test('that many use at once is counted once for each', async () => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line, { type, invite })
      const counts = await Promise.all(
        Array.from({ length: 20 }, () =>
          store().atomically(async ({ tokens }) => (await tokens.countUse(tenant.id, 'onezone', id))?.invite),
        ),
      )
      const seen = counts.map((terms) => terms?.usageCount ?? 0).toSorted((a, b) => a - b)
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    })

    test('no other token has terms', async () => {
      const { tenant, line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      expect(await store().reads.tokens.find(tenant.id, 'onezone', id)).not.toHaveProperty('invite')
    })
  })
}
