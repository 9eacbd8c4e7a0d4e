import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startJeton } from './support/start-jeton.ts'

let jeton: Awaited<ReturnType<typeof startJeton>>
beforeAll(async () => {
  jeton = await startJeton()
})
afterAll(() => jeton.stop())

test('GET /metrics is for anybody, in the text format that Prometheus reads', async () => {
  const response = await fetch(`${jeton.url}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(await response.text()).toBe('jeton_things 1\n')
})
