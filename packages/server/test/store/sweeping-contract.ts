import { describe, expect, test } from 'bun:test'
import type { TokenLine } from '../../src/authority/named-token.ts'
import { givenLine, givenToken, lineOf, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What `DeadTokens` promises, on whichever database. */
export function sweepingContract(store: () => TestStore): void {
  const raiseEpoch = (line: TokenLine) => store().atomically(({ tokens }) => tokens.raiseEpoch(line))
  describe('sweeping', () => {
    test('removes dead rows in batches of at most the limit, and then says 0', async () => {
      while ((await store().deadTokens.sweep(100)) > 0);
      const { line } = await givenLine(store())
      for (let count = 0; count < 7; count++) await givenToken(store(), line)
      await raiseEpoch(line)
      const living = await givenToken(store(), line)
      const removed: number[] = []
      for (let batch = 0; batch < 4; batch++) removed.push(await store().deadTokens.sweep(3))
      expect(removed).toEqual([3, 3, 1, 0])
      expect(await store().reads.tokens.list(line)).toEqual([living.id])
      expect(await storedRows(store(), line)).toBe(1)
    })

    test('is taken up where it was left, over several lines and an epoch that was raised meanwhile', async () => {
      const { user, line } = await givenLine(store())
      const lines = [line, lineOf(user, 'astra'), lineOf(user, 'jeton')]
      for (const each of lines) {
        for (let count = 0; count < 3; count++) await givenToken(store(), each)
        await raiseEpoch(each)
      }
      expect(await store().deadTokens.sweep(2)).toBe(2)
      await givenToken(store(), line)
      await raiseEpoch(line)
      const living = await givenToken(store(), line)
      while ((await store().deadTokens.sweep(2)) > 0);
      expect(await storedRows(store(), line)).toBe(1)
      expect(await store().reads.tokens.list(line)).toEqual([living.id])
    })

    test('writes no change', async () => {
      const { tenant, line } = await givenLine(store())
      await givenToken(store(), line)
      await raiseEpoch(line)
      while ((await store().deadTokens.sweep(100)) > 0);
      expect((await changesOf(store(), tenant)).length).toBe(1)
      expect(await store().rows('select * from sweeps')).toEqual([])
    })

    test('ends before its limit when it has taken its time, and goes on from there', async () => {
      const { line } = await givenDeadTokens(store(), 600)
      const removed = await store().deadTokens.sweep(1000, 0)
      expect(removed).toBeGreaterThan(0)
      expect(removed).toBeLessThan(600)
      expect(await storedRows(store(), line)).toBe(600 - removed)
      while ((await store().deadTokens.sweep(1000, 0)) > 0);
      expect(await storedRows(store(), line)).toBe(0)
    })

    test('by several at once removes every row once', async () => {
      await givenDeadTokens(store(), 600)
      const { line } = await givenDeadTokens(store(), 600)
      const sweeper = async (): Promise<number> => {
        let removed = 0
        for (let slice = 1; slice > 0; removed += slice) slice = await store().deadTokens.sweep(50)
        return removed
      }
      const removed = await Promise.all([sweeper(), sweeper(), sweeper()])
      const rest = await sweeper()
      expect(removed.reduce((sum, each) => sum + each, rest)).toBe(1200)
      expect(await storedRows(store(), line)).toBe(0)
      expect(await store().rows('select * from sweeps')).toEqual([])
    })
  })
}

/** Tokens of an epoch that has ended, and none that has not. What was dead before is swept. */
export async function givenDeadTokens(store: TestStore, count: number): Promise<{ line: TokenLine }> {
  const { line } = await givenLine(store)
  await store.atomically(async ({ tokens }) => {
    for (let made = 0; made < count; made++) await tokens.insert(sampleToken(line))
    await tokens.raiseEpoch(line)
  })
  return { line }
}

/** Rows of the line's tokens, alive or dead. */
export async function storedRows(store: TestStore, line: TokenLine): Promise<number> {
  const where = `tenant_id = ${line.tenantId} and subject_id = ${line.subject.id}`
  return (await store.rows(`select id from named_tokens where ${where}`)).length
}
