import { describe, expect, test } from 'bun:test'
import { RequestCounts } from '../../src/http/request-counts.ts'
import { listen, testDialect } from './support/listener.ts'

describe('requests are counted', () => {
  const statuses = [200, 204, 302, 404, 503] as const

  test('by dialect, operation and class of status, and what reached no route as such', async () => {
    const requestCounts = new RequestCounts()
    const dialect = testDialect(async ({ path }) => {
      const status = Number(path.split('/').at(-1))
      return status === 404 ? { status } : { status, operationId: 'read' }
    })
    const { url } = listen({ dialects: [dialect], requestCounts })
    for (const status of statuses) await fetch(`${url}/test/${status}`, { redirect: 'manual' })
    await fetch(`${url}/elsewhere`)
    expect([...requestCounts.entries()]).toEqual([
      ['test', 'read', { '1xx': 0, '2xx': 2, '3xx': 1, '4xx': 0, '5xx': 1 }],
      ['test', 'none', { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 1, '5xx': 0 }],
      ['none', 'none', { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 1, '5xx': 0 }],
    ])
  })

  test('as in flight until they have their answer, also when that is a bug’s', async () => {
    const requestCounts = new RequestCounts()
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const { promise: failure, reject: fail } = Promise.withResolvers<never>()
    const dialect = testDialect(() => {
      arrive()
      return failure
    })
    const { url } = listen({ dialects: [dialect], requestCounts })
    const answer = fetch(`${url}/test`)
    await arrived
    expect(requestCounts.inFlight).toBe(1)
    fail(new Error('a bug'))
    expect((await answer).status).toBe(500)
    expect(requestCounts.inFlight).toBe(0)
  })
})
