import { expect, test } from 'bun:test'
import { RememberedBodies } from '../../src/authority/remembered-bodies.ts'
import { openWorld } from './support/verification-world.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const parser = () => undefined
const noted = (text: string) => ({ parser, bytes: bytesOf(text), body: { text }, tokens: [], toldAt: 0 })

/** The generator of CRC-32 as bytes, lowest bit first: what differs by it has the same remainder (ISO 3309). */
const GENERATOR = [0x41, 0x06, 0x71, 0xdb, 0x01]

function withSameHash(text: string): Uint8Array {
  return bytesOf(text).map((byte, at) => byte ^ (GENERATOR[at] ?? 0))
}

test('a body is found by that parser and all of its bytes, and by nothing else', () => {
  const bodies = new RememberedBodies<never>(1_000_000)
  const text = '{"token":"MDAx"}'
  bodies.remember(noted(text))
  expect(bodies.find(parser, bytesOf(text))?.body).toEqual({ text })
  expect(bodies.find(() => undefined, bytesOf(text))).toBeUndefined()
  for (const other of [` ${text}`, `${text} `, text.replace('x', 'y'), text.slice(0, -1), ''])
    expect(bodies.find(parser, bytesOf(other))).toBeUndefined()
})

test('a body with the hash of another is not taken for it', () => {
  const text = '{"token":"MDAx"}'
  const other = withSameHash(text)
  expect(Bun.hash.crc32(other)).toBe(Bun.hash.crc32(text))
  const bodies = new RememberedBodies<never>(1_000_000)
  bodies.remember(noted(text))
  expect(bodies.find(parser, other)).toBeUndefined()
  bodies.remember({ ...noted(text), bytes: other })
  expect(bodies.find(parser, other)).toBeDefined()
  expect(bodies.find(parser, bytesOf(text))).toBeUndefined()
})

test('remembered bodies stay within their bytes, and none is longer than a token has use for', () => {
  const bodies = new RememberedBodies<never>(100_000)
  for (let each = 0; each < 1000; each += 1) {
    bodies.remember(noted(`{"token":"${each}"}`))
    expect(bodies.bytes).toBeLessThanOrEqual(100_000)
  }
  const long = 'x'.repeat(6000)
  bodies.remember(noted(long))
  expect(bodies.find(parser, bytesOf(long))).toBeUndefined()
})

test('of a body something is remembered only if each token in it was accepted before', async () => {
  const world = await openWorld()
  const { memory } = world
  const [accepted, unseen] = [await world.named(world.user), await world.named(world.user)]
  expect(await world.verdict(accepted.text)).toBe('accepted')
  const cases = [
    { body: { token: memory.decode(accepted.text), peerIp: null }, isRemembered: true },
    { body: { token: memory.decode(unseen.text) }, isRemembered: false },
    {
      body: { token: memory.decode(accepted.text), consumerToken: memory.decode(unseen.text) },
      isRemembered: false,
    },
    { body: {}, isRemembered: false },
  ]
  for (const [index, { body, isRemembered }] of cases.entries()) {
    const bytes = bytesOf(String(index))
    memory.noteBody(parser, bytes, body)
    expect(memory.bodyBefore(parser, bytes)).toBe(isRemembered ? body : undefined)
  }
  memory.flush()
  expect(memory.bodyBefore(parser, bytesOf('0'))).toBeUndefined()
  await world.store.close()
})

test('a token in a remembered body is judged as it is now: revoked, given back, and then at no cost again', async () => {
  const world = await openWorld()
  const { memory } = world
  const { id, text } = await world.named(world.user)
  await world.verdict(text)
  const presented = memory.decode(text)
  const bytes = bytesOf(text)
  memory.noteBody(parser, bytes, { token: presented })
  for (const [isRevoked, verdict] of [
    [true, 'token_revoked'],
    [false, 'accepted'],
  ] as const) {
    await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, isRevoked))
    expect(await world.cost(text)).toMatchObject({ verdict, queries: 1 })
    expect(memory.bodyBefore(parser, bytes)).toEqual({ token: memory.decode(text) })
    expect(memory.decode(text)).toBe(presented)
    expect(await world.cost(text)).toEqual({ verdict, queries: 0, hmacs: 0 })
  }
  await world.store.close()
})

test('a token that is known by its body alone stays remembered, whatever else comes', async () => {
  const world = await openWorld({ maxBytes: 256 * 1024 })
  const { memory } = world
  const { text } = await world.named(world.user)
  await world.verdict(text)
  const presented = memory.decode(text)
  memory.noteBody(parser, bytesOf(text), { token: presented })
  for (let copy = 0; copy < 2000; copy += 1) {
    const confined = world.confined(text, [{ type: 'time', validUntil: 4_000_000_000 + copy }])
    // Twice, so that it gets in.
    await world.verdict(confined)
    await world.verdict(confined)
    if (copy % 5 === 0) expect(memory.bodyBefore(parser, bytesOf(text))).toBeDefined()
  }
  expect(memory.decode(text)).toBe(presented)
  await world.store.close()
})
