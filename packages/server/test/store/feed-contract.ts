import { describe, expect, test } from 'bun:test'
import type { TokenLine } from '../../src/authority/named-token.ts'
import { givenLine, givenTenant, givenToken, givenUser, sampleKey } from './samples.ts'
import type { TestStore } from './test-store.ts'

/** What `FeedReads`, `FeedWrites` and `Commit` promise, on whichever database. */
export function feedContract(store: () => TestStore): void {
  const raise = (line: TokenLine) =>
    store().atomically(({ tokens }) => tokens.raiseGeneration(line, sampleKey()))
  /** @returns also the head before them */
  const givenChanges = async (count: number) => {
    const { line } = await givenLine(store())
    const { number, incarnation } = await store().feed.head()
    for (let made = 0; made < count; made++) await raise(line)
    return { line, number, incarnation }
  }

  describe('a commit', () => {
    test('tells the number of its last change, which is then the head', async () => {
      const { tenant, user, line } = await givenLine(store())
      const before = await store().feed.head()
      const { result, lastNumber } = await store().commit(async ({ tokens, users }) => {
        await tokens.raiseGeneration(line, sampleKey())
        await users.setBlocked(user.id, true)
        return tenant.id
      })
      expect(result).toBe(tenant.id)
      expect(lastNumber).toBe(before.number + 2)
      expect((await store().feed.head()).number).toBe(before.number + 2)
    })

    test('that changes no verdict tells no number', async () => {
      const user = await givenUser(store(), await givenTenant(store()))
      const unchanged = await store().commit(({ users }) => users.setBlocked(user.id, false))
      expect(unchanged.lastNumber).toBeUndefined()
    })
  })

  describe('reading the feed', () => {
    test('gives what came after a number, in order and with the head, and nothing when nothing did', async () => {
      const { line, number, incarnation } = await givenChanges(3)
      const page = await store().feed.changesAfter(number, 10)
      const key = `onezone/user/${line.subject.id}`
      expect(page).toEqual({
        incarnation,
        head: number + 3,
        oldest: expect.any(Number) as never,
        changes: [1, 2, 3].map((step) => ({
          number: number + step,
          kind: 'generation',
          tenantId: line.tenantId,
          key,
        })),
      })
      expect(await store().feed.changesAfter(number + 3, 10)).toEqual({ ...page, changes: [] })
    })

    test('gives the first of them when there are more than were asked for', async () => {
      const { number } = await givenChanges(5)
      const { changes, head } = await store().feed.changesAfter(number, 2)
      expect(changes.map((each) => each.number)).toEqual([number + 1, number + 2])
      expect(head).toBe(number + 5)
    })

    test('gives a kind of change that this version does not know', async () => {
      const { line, number } = await givenChanges(1)
      await store().rows(
        `update changes set kind = 'from the future' where number = ${number + 1} returning 1`,
      )
      const { changes } = await store().feed.changesAfter(number, 1)
      expect(changes[0]).toMatchObject({ kind: 'from the future', tenantId: line.tenantId })
    })

    test('is one statement, and so is asking for the head', async () => {
      const reads = [() => store().feed.changesAfter(0, 10), () => store().feed.head()]
      for (const read of reads) expect((await store().statementsOf(read)).length).toBe(1)
    })

    test('tells of a new incarnation, whose numbers go on', async () => {
      await givenChanges(1)
      const before = await store().feed.head()
      await store().newIncarnation()
      const after = await store().feed.head()
      expect(after.incarnation).not.toBe(before.incarnation)
      expect(after.number).toBe(before.number)
      expect((await store().feed.changesAfter(0, 1)).incarnation).toBe(after.incarnation)
    })
  })

  describe('trimming the feed', () => {
    test('removes what is below a number, in slices, and the oldest number moves with it', async () => {
      await givenChanges(7)
      const { number: head } = await store().feed.head()
      while ((await store().feed.trimBelow(head - 6, 1000)) > 0);
      const removed: number[] = []
      for (let slice = 0; slice < 4; slice++) removed.push(await store().feed.trimBelow(head - 1, 2))
      expect(removed).toEqual([2, 2, 1, 0])
      const { oldest, changes } = await store().feed.changesAfter(0, 100)
      expect(oldest).toBe(head - 1)
      expect(changes.map(({ number }) => number)).toEqual([head - 1, head])
    })

    test('of everything leaves a feed that goes on where it was', async () => {
      const { line } = await givenChanges(2)
      const { number: head } = await store().feed.head()
      while ((await store().feed.trimBelow(head + 1000, 1000)) > 0);
      expect(await store().feed.changesAfter(0, 100)).toMatchObject({ head, oldest: head + 1, changes: [] })
      await raise(line)
      const page = await store().feed.changesAfter(head, 100)
      expect(page).toMatchObject({ head: head + 1, oldest: head + 1 })
      expect(page.changes.length).toBe(1)
    })

    test('by several at once removes each row once and none too many', async () => {
      await givenChanges(40)
      const { number: head } = await store().feed.head()
      const { oldest } = await store().feed.changesAfter(head, 1)
      const trim = () => store().feed.trimBelow(head - 9, 5)
      const removed = await Promise.all(Array.from({ length: 20 }, trim))
      for (let slice = 1; slice > 0; removed.push(slice)) slice = await trim()
      const page = await store().feed.changesAfter(0, 100)
      expect(page.oldest).toBe(head - 9)
      expect(page.changes.length).toBe(10)
      expect(removed.reduce((sum, each) => sum + each, 0)).toBe(head - 9 - oldest)
    })
  })

  test('the feed does not grow by what changes no verdict', async () => {
    const { line } = await givenLine(store())
    const before = await store().feed.head()
    await givenToken(store(), line)
    expect(await store().feed.head()).toEqual(before)
  })
}
