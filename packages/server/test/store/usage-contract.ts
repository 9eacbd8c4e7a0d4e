import { describe, expect, test } from 'bun:test'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { TokenUse } from '../../src/authority/ports.ts'
import type { NamedToken } from '../../src/authority/named-token.ts'
import { changesOf, type TestStore } from './test-store.ts'
import { givenLine, givenToken, sampleToken } from './samples.ts'

/** What `UsageWrites` and `UsageReads` promise, on whichever database. */
export function usageContract(store: () => TestStore): void {
  const useOf = async ({ line, id }: NamedToken, at: number, uses: number): Promise<TokenUse> => {
    const found = await store().reads.verification.findNamed(line.tenantId, line.audience, id)
    return { serial: found?.token.serial ?? 0, lastUsedAt: at as UnixSeconds, uses }
  }
  const record = (batch: readonly TokenUse[]) => store().usage.record(batch, 'soon')
  const find = ({ line, id }: NamedToken) => store().reads.usage.find(line.tenantId, line.audience, id)

  describe('the use of tokens', () => {
    test('adds up, and the latest time stays, in whichever order it is written', async () => {
      const token = await givenToken(store(), (await givenLine(store())).line)
      expect(await find(token)).toBeUndefined()
      for (const [at, uses] of [
        [100, 2],
        [300, 1],
        [200, 4],
      ] as const) {
        await record([await useOf(token, at, uses)])
      }
      expect(await find(token)).toEqual({ lastUsedAt: 300 as UnixSeconds, uses: 7 })
    })

    test.each([0, 1, 2, 16, 17, 250, 300])(
      'of %d tokens is written in one transaction, each to its own',
      async (count) => {
        const { line } = await givenLine(store())
        const tokens = Array.from({ length: count }, () => sampleToken(line))
        await store().atomically(async (ports) => {
          for (const token of tokens) await ports.tokens.insert(token)
        })
        const batch = await Promise.all(tokens.map((token, index) => useOf(token, 1000 + index, index + 1)))
        const statements = await store().statementsOf(() => record(batch))
        expect(statements.filter((each) => each.includes('token_usage')).length).toBe(count === 0 ? 0 : 1)
        for (const [index, token] of tokens.entries()) {
          expect(await find(token)).toEqual({ lastUsedAt: (1000 + index) as UnixSeconds, uses: index + 1 })
        }
      },
    )

    test('of a token that is not there is left out, and the others are written', async () => {
      const { line } = await givenLine(store())
      const usedRows = () => store().rows<{ serial: number }>('select serial from token_usage')
      const before = (await usedRows()).length
      const [gone, present] = [await givenToken(store(), line), await givenToken(store(), line)]
      const batch = [await useOf(gone, 1, 1), await useOf(present, 1, 1)]
      await store().atomically((ports) => ports.tokens.remove(line.tenantId, 'onezone', gone.id))
      await record(batch)
      expect(await usedRows()).toHaveLength(before + 1)
      expect(await find(present)).toBeDefined()
    })

    test('goes with the token, one by one and by the epoch', async () => {
      const { tenant, line } = await givenLine(store())
      const [removed, swept, kept] = [sampleToken(line), sampleToken(line), sampleToken(line)]
      const given = [removed, swept]
      for (const token of given) await store().atomically(({ tokens }) => tokens.insert(token))
      await record(await Promise.all(given.map((token) => useOf(token, 1, 1))))
      await store().atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', removed.id))
      expect(await find(removed)).toBeUndefined()
      await store().atomically(({ tokens }) => tokens.raiseEpoch(line))
      await store().atomically(({ tokens }) => tokens.insert(kept))
      await record([await useOf(kept, 1, 1)])
      while ((await store().deadTokens.sweep(100)) > 0);
      expect(await find(swept)).toBeUndefined()
      expect(await find(kept)).toBeDefined()
    })

    test('of one audience is not another’s, and is no change', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      await record([await useOf(token, 1, 1)])
      expect(await store().reads.usage.find(tenant.id, 'astra', token.id)).toBeUndefined()
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('written by many at once, in opposite orders and while tokens go away, loses nothing', async () => {
      const { tenant, line } = await givenLine(store())
      const tokens = Array.from({ length: 40 }, () => sampleToken(line))
      await store().atomically(async (ports) => {
        for (const token of tokens) await ports.tokens.insert(token)
      })
      const batch = await Promise.all(tokens.map((token) => useOf(token, 1, 1)))
      const going = tokens.slice(0, 10)
      await Promise.all([
        ...Array.from({ length: 12 }, (_, index) => record(index % 2 === 0 ? batch : batch.toReversed())),
        ...going.map(({ id }) =>
          store().atomically((ports) => ports.tokens.remove(tenant.id, 'onezone', id)),
        ),
      ])
      for (const token of tokens) {
        expect((await find(token))?.uses).toBe(going.includes(token) ? undefined : 12)
      }
    })
  })
}
