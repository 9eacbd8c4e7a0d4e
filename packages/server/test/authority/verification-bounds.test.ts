import { expect, test } from 'bun:test'
import { openWorld } from './support/verification-world.ts'

test('the memory of verifications stays within its bytes, whatever is accepted', async () => {
  const maxBytes = 2 ** 21
  const world = await openWorld({ maxBytes })
  const { text } = await world.named(world.user)
  const often = await world.named(world.user)
  for (let copy = 0; copy < 5000; copy += 1) {
    const confined = world.confined(text, [{ type: 'time', validUntil: 4_000_000_000 + copy }])
    expect(await world.verdict(confined)).toBe('accepted')
    expect(world.memory.usage.bytes).toBeLessThanOrEqual(maxBytes)
    // What is asked for all the time is not pushed out.
    if (copy % 10 === 0) {
      expect(await world.cost(often.text)).toMatchObject({ queries: copy === 0 ? 1 : 0 })
    }
  }
  expect(world.memory.usage.texts).toBeGreaterThan(50)
  await world.store.close()
})

test('a text too long for any header is judged each time and not kept, but its record is', async () => {
  const world = await openWorld()
  const { text } = await world.named(world.user, [
    {
      type: 'consumer',
      whitelist: ['usr-*', ...Array.from({ length: 400 }, (_, user) => `usr-user${user}`)],
    },
  ])
  expect(text.length).toBeGreaterThan(4096)
  const consumer = { type: 'user', id: world.user.onezoneId } as const
  const verify = () => world.verify(text, { consumer })
  expect((await verify()).ok).toBe(true)
  expect(world.memory.usage).toMatchObject({ texts: 0, grounds: 1 })
  expect(await world.store.statementsOf(verify)).toEqual([])
  await world.store.close()
})

test('what comes once does not push out of a full memory what has come twice', async () => {
  const world = await openWorld({ maxBytes: 2 ** 21 })
  const { text } = await world.named(world.user)
  const confined = (copy: number): string =>
    world.confined(text, [{ type: 'time', validUntil: 4_000_000_000 + copy }])
  const verifyAll = async (from: number, count: number): Promise<void> => {
    for (let copy = from; copy < from + count; copy += 1) {
      expect(await world.verdict(confined(copy))).toBe('accepted')
    }
  }
  await verifyAll(0, 1000)
  // Twice in a full memory: in it from now on.
  await verifyAll(2000, 10)
  await verifyAll(2000, 10)
  await verifyAll(3000, 5000)
  for (let copy = 2000; copy < 2010; copy += 1) {
    expect(await world.cost(confined(copy))).toMatchObject({ queries: 0, hmacs: 0 })
  }
  await world.store.close()
})
