import { describe, expect, test } from 'bun:test'
import type { Lease, Leases } from '../../src/cluster/ports.ts'
import { givenLine, randomHex, sampleKey } from './samples.ts'
import type { TestStore } from './test-store.ts'

/** What `Leases` promises, on a database that several nodes can share. */
export function leasesContract(store: () => TestStore): void {
  const leases = (): Leases => {
    const { cluster } = store()
    if (cluster === undefined) throw new Error('a store of one node has no leases')
    return cluster.leases
  }
  const givenLease = async (): Promise<string> => {
    const nodeId = randomHex(16)
    await leases().acquire({ nodeId, address: '127.0.0.1:1', ttlMillis: 2000 })
    return nodeId
  }
  const find = async (nodeId: string): Promise<Lease | undefined> =>
    (await leases().list()).find((lease) => lease.nodeId === nodeId)

  describe('a lease', () => {
    test('begins at renewal 1 with nothing applied, and stands in the list', async () => {
      const nodeId = await givenLease()
      expect(await find(nodeId)).toEqual({
        nodeId,
        address: '127.0.0.1:1',
        ttlMillis: 2000,
        renewal: 1,
        applied: 0,
        isFenced: false,
      })
    })

    test('is renewed from the number that it has, with what has been applied', async () => {
      const { number } = await givenChange(store())
      const nodeId = await givenLease()
      expect(await leases().renew(nodeId, 1, number)).toBe(true)
      expect(await leases().renew(nodeId, 2, number)).toBe(true)
      expect(await find(nodeId)).toMatchObject({ renewal: 3, applied: number })
    })

    test.each([0, 2, 100])('is not renewed from %d, which is not its number', async (renewal) => {
      const nodeId = await givenLease()
      expect(await leases().renew(nodeId, renewal, 0)).toBe(false)
      expect(await find(nodeId)).toMatchObject({ renewal: 1 })
    })

    test('tells how far its node has applied, between renewals', async () => {
      const { number } = await givenChange(store())
      const nodeId = await givenLease()
      expect(await leases().reportApplied(nodeId, number)).toBe(true)
      expect(await find(nodeId)).toMatchObject({ renewal: 1, applied: number })
    })

    test('whose node has applied more than there is belongs to a feed that is lost, and is lost too', async () => {
      const nodeId = await givenLease()
      const { number } = await store().feed.head()
      expect(await leases().reportApplied(nodeId, number + 1)).toBe(false)
      expect(await leases().renew(nodeId, 1, number + 1)).toBe(false)
      expect(await find(nodeId)).toMatchObject({ renewal: 1, applied: 0 })
    })

    test('that is fenced can neither be renewed nor say anything any more', async () => {
      const nodeId = await givenLease()
      expect(await leases().fence(nodeId, 1)).toBe(true)
      expect(await leases().renew(nodeId, 1, 0)).toBe(false)
      expect(await leases().reportApplied(nodeId, 0)).toBe(false)
      expect(await find(nodeId)).toMatchObject({ renewal: 1, isFenced: true })
    })

    test('that was renewed meanwhile is not fenced', async () => {
      const nodeId = await givenLease()
      await leases().renew(nodeId, 1, 0)
      expect(await leases().fence(nodeId, 1)).toBe(false)
      expect(await leases().renew(nodeId, 2, 0)).toBe(true)
    })

    test('that is renewed and fenced in the same moment is either one or the other', async () => {
      for (let round = 0; round < 20; round++) {
        const nodeId = await givenLease()
        const outcome = await Promise.all([leases().renew(nodeId, 1, 0), leases().fence(nodeId, 1)])
        expect(outcome.filter((hasSucceeded) => hasSucceeded).length).toBe(1)
      }
    })

    test('that is released is gone, and whatever is asked of it is refused', async () => {
      const nodeId = await givenLease()
      await leases().release(nodeId)
      await leases().release(nodeId)
      expect(await find(nodeId)).toBeUndefined()
      expect(await leases().renew(nodeId, 1, 0)).toBe(false)
      expect(await leases().reportApplied(nodeId, 0)).toBe(false)
      expect(await leases().fence(nodeId, 1)).toBe(false)
    })

    test('costs one statement to renew, to report and to fence', async () => {
      const nodeId = await givenLease()
      const calls = [
        () => leases().renew(nodeId, 1, 0),
        () => leases().reportApplied(nodeId, 0),
        () => leases().fence(nodeId, 2),
      ]
      for (const call of calls) expect((await store().statementsOf(call)).length).toBe(1)
    })

    test('of one node is not another’s', async () => {
      const [first, second] = [await givenLease(), await givenLease()]
      await leases().fence(first, 1)
      expect(await leases().renew(second, 1, 0)).toBe(true)
      expect(await find(first)).toMatchObject({ renewal: 1 })
    })
  })
}

async function givenChange(store: TestStore): Promise<{ number: number }> {
  const { line } = await givenLine(store)
  await store.atomically(({ tokens }) => tokens.raiseGeneration(line, sampleKey()))
  return store.feed.head()
}
