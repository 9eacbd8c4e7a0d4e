import { describe, expect, test } from 'bun:test'
import { CLOSED } from '../../testing/raw-connection.ts'
import { connectTo, head, JSON_TYPE, listen } from './support/listener.ts'

/** As large as what lists are sent in. */
const TEXT = 'x'.repeat(100_000)

describe('a body that is sent as it is made', () => {
  test('arrives whole, one text after another', async () => {
    async function* texts() {
      yield 'one,'
      yield 'two,'
      yield 'three'
    }
    const listener = listen({ answer: async () => ({ status: 200, headers: JSON_TYPE, body: texts() }) })
    const connection = await connectTo(listener)
    expect(await connection.exchange(head('GET /test'))).toMatchObject({ status: 200, body: 'one,two,three' })
    // The framing holds: the next answer on the connection is its own.
    expect(await connection.exchange(head('GET /test'))).toMatchObject({ body: 'one,two,three' })
  })

  test('that breaks off cuts the connection, so that nobody takes what has come for all, and is logged', async () => {
    async function* texts() {
      yield 'half'
      await Bun.sleep(0)
      throw new Error('the store is gone')
    }
    const listener = listen({ answer: async () => ({ status: 200, headers: JSON_TYPE, body: texts() }) })
    const connection = await connectTo(listener)
    expect(await connection.exchange(head('GET /test'))).toBe(CLOSED)
    expect(listener.lines()).toContainEqual(
      expect.objectContaining({ msg: 'an answer broke off', level: 'error' }),
    )
  })

  test('is not made any further once nobody reads it', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<number>()
    async function* texts() {
      let made = 0
      try {
        for (; made < 10_000; made += 1) {
          yield TEXT
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        end(made)
      }
    }
    const listener = listen({ answer: async () => ({ status: 200, headers: JSON_TYPE, body: texts() }) })
    const reader = (await fetch(`${listener.url}/test`)).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(await ended).toBeLessThan(10_000)
  })
})
