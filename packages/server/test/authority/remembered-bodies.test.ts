import { expect, test } from 'bun:test'
import { RememberedBodies, type RememberedBody } from '../../src/authority/remembered-bodies.ts'
import type { ParseBytes, PresentedToken } from '../../src/authority/presented-token.ts'
import { verifyToken } from '../../src/authority/verify.ts'
import { givenTenant } from '../store/samples.ts'
import {
  ACCESS,
  openWorld,
  PRESENTATION,
  verdictOf,
  type VerificationWorld,
} from './support/verification-world.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const parser: ParseBytes = (bytes, tokens) => {
  const { token, peerIp } = JSON.parse(new TextDecoder().decode(bytes))
  return { token: tokens.decode(token), peerIp }
}
const QUESTION = { purpose: ACCESS, presentation: PRESENTATION }
const PLACES_OF_ONE_SET = 16

function remembered(changes: Partial<RememberedBody> = {}): RememberedBody {
  const form = { parser, name: 'token', body: { peerIp: null, token: undefined }, question: QUESTION }
  return { form, ground: { place: 7, stamp: 3 }, validUntil: undefined, ...changes }
}

test('a body is found by that parser and all of its bytes, and by nothing else', () => {
  const bodies = new RememberedBodies(64)
  const text = '{"token":"MDAx"}'
  const longLived = remembered({ validUntil: 2 ** 40 })
  bodies.remember(bytesOf(text), remembered())
  bodies.remember(bytesOf('longer'), longLived)
  expect(bodies.find(parser, bytesOf(text))).toEqual(remembered())
  expect(bodies.find(parser, bytesOf('longer'))).toEqual(longLived)
  expect(bodies.find(() => undefined, bytesOf(text))).toBeUndefined()
  for (const other of [` ${text}`, `${text} `, text.replace('x', 'y'), text.slice(0, -1), ''])
    expect(bodies.find(parser, bytesOf(other))).toBeUndefined()
})

test('a body that was looked for in vain is remembered as itself, whatever was looked for since', () => {
  for (const between of [[], ['other'], ['known'], ['other', 'known'], ['known', 'other']]) {
    const bodies = new RememberedBodies(64)
    const bytes = bytesOf('late')
    bodies.remember(bytesOf('known'), remembered())
    expect(bodies.find(parser, bytes)).toBeUndefined()
    for (const each of between) bodies.find(parser, bytesOf(each))
    bodies.remember(bytes, remembered({ validUntil: 5 }))
    expect(bodies.find(parser, bytesOf('late'))).toEqual(remembered({ validUntil: 5 }))
    expect(bodies.find(parser, bytesOf('other'))).toBeUndefined()
    expect(bodies.find(parser, bytesOf('known'))).toEqual(remembered())
  }
})

test('of a body that comes again the last is remembered', () => {
  const bodies = new RememberedBodies(64)
  bodies.remember(bytesOf('again'), remembered())
  const later = remembered({ ground: { place: 9, stamp: 2 ** 40 } })
  bodies.remember(bytesOf('again'), later)
  expect(bodies.find(parser, bytesOf('again'))).toEqual(later)
  expect(bodies.size).toBe(1)
})

test('neither a body longer than a token has use for is remembered, nor a time that is no exact number', () => {
  const bodies = new RememberedBodies(64)
  const long = bytesOf('x'.repeat(6000))
  bodies.remember(long, remembered())
  bodies.remember(bytesOf('far'), remembered({ validUntil: 2n ** 70n }))
  expect(bodies.find(parser, long)).toBeUndefined()
  expect(bodies.find(parser, bytesOf('far'))).toBeUndefined()
  expect(bodies.size).toBe(0)
})

test('remembered bodies stay within their places, and what is found again outlives what comes once', () => {
  const bodies = new RememberedBodies(PLACES_OF_ONE_SET)
  const often = bytesOf('often')
  bodies.remember(often, remembered())
  for (let each = 0; each < 1000; each += 1) {
    expect(bodies.find(parser, often)).toBeDefined()
    bodies.remember(bytesOf(`once ${each}`), remembered())
    expect(bodies.size).toBeLessThanOrEqual(PLACES_OF_ONE_SET)
  }
})

test('of more forms than there is room for the latest are known, and none is taken for another', () => {
  const bodies = new RememberedBodies(2 ** 17)
  const asked = (each: number) =>
    remembered({ form: { ...remembered().form, body: { peerIp: `of ${each}`, token: undefined } } })
  const count = 20_000
  for (let each = 0; each < count; each += 1) bodies.remember(bytesOf(`body ${each}`), asked(each))
  let known = 0
  for (let each = 0; each < count; each += 1) {
    const found = bodies.find(parser, bytesOf(`body ${each}`))
    if (found !== undefined) expect(found).toEqual(asked(each))
    if (found !== undefined && each >= count - 16_000) known += 1
  }
  // Now and then seventeen bodies have the same set, and there is room for sixteen.
  expect(known).toBeGreaterThan(0.99 * 16_000)
})

/** As a route does it. */
async function ask(
  world: VerificationWorld,
  bytes: Uint8Array,
  make: () => Record<string, unknown>,
  presentation = PRESENTATION,
) {
  const { memory, deps, tenant } = world
  const before = memory.bodyBefore(parser, bytes)
  const body = before ?? make()
  // Safe: both have one.
  const presented = Reflect.get(body, 'token') as PresentedToken
  const verified = await verifyToken(deps, tenant.id, 'onezone', presented, ACCESS, presentation)
  if (before === undefined) memory.noteBody(parser, bytes, body)
  return { verified, isRecalled: before !== undefined, body }
}

test('a body is remembered when its only token was accepted, and comes back as it was', async () => {
  const world = await openWorld()
  const { memory } = world
  const { text } = await world.named(world.user, [{ type: 'ip', whitelist: ['10.0.0.0/8'] }])
  // As nobody writes it, but one may.
  const bytes = bytesOf(`{"token":"\\u004d${text.slice(1)}","peerIp":null}`)
  const make = () => ({ token: memory.decode(text), peerIp: null })
  const first = await ask(world, bytes, make)
  const second = await ask(world, bytes, () => expect.unreachable())
  expect([first.isRecalled, second.isRecalled]).toEqual([false, true])
  if (!first.verified.ok || !second.verified.ok) return expect.unreachable()
  const { subject, caveats, validUntil } = second.verified
  expect({ subject, caveats, validUntil }).toEqual({
    subject: first.verified.subject,
    caveats: first.verified.caveats,
    validUntil: first.verified.validUntil,
  })
  expect(second.body).toMatchObject({ peerIp: null, token: { text } })
  memory.flush()
  expect(memory.bodyBefore(parser, bytes)).toBeUndefined()
  expect(memory.usage).toMatchObject({ bodies: 0, grounds: 0 })
  await world.store.close()
})

test('a body that another tenant remembers says nothing here', async () => {
  const world = await openWorld()
  const other = await givenTenant(world.store)
  const { memory } = world
  const { text } = await world.named(world.user)
  const bytes = bytesOf(`{"token":"${text}"}`)
  const make = () => ({ token: memory.decode(text) })
  expect((await ask(world, bytes, make)).verified.ok).toBe(true)
  const elsewhere = await ask({ ...world, tenant: other }, bytes, make)
  expect([elsewhere.isRecalled, verdictOf(elsewhere.verified)]).toEqual([true, 'token_invalid'])
  await world.store.close()
})

test('nothing is noted of a body that would not come back the same, or has nothing that was accepted', async () => {
  const world = await openWorld()
  const { memory } = world
  const accepted = await world.named(world.user)
  const unseen = await world.named(world.user)
  await world.verdict(accepted.text)
  const token = memory.decode(accepted.text)
  const cases: readonly (readonly [title: string, body: Record<string, unknown>])[] = [
    ['a token that was not accepted', { token: memory.decode(unseen.text) }],
    ['another token', { token, consumerToken: memory.decode(unseen.text) }],
    ['a list', { token, more: [] }],
    ['something that is made when it is asked for', { token, later: () => token }],
    ['an integer that JSON does not hold', { token, more: 2n ** 70n }],
    ['no token', { peerIp: null }],
  ]
  for (const [title, body] of cases) {
    const bytes = bytesOf(`{"token":"${accepted.text}","title":"${title}"}`)
    memory.noteBody(parser, bytes, body)
    expect([title, memory.bodyBefore(parser, bytes)]).toEqual([title, undefined])
  }
  expect(memory.usage.bodies).toBe(0)
  await world.store.close()
})

/** As many grounds of tokens that nobody asks for. */
async function foreseeOthers({ memory, store }: VerificationWorld, count: number): Promise<void> {
  const [sample] = await store.reads.grounds.list(0, Number.MAX_SAFE_INTEGER)
  if (sample === undefined) return expect.unreachable()
  for (let each = 0; each < count; each += 1) {
    const hash = new Bun.CryptoHasher('md5').update(String(each)).digest('hex')
    memory.foresee(memory.position, { ...sample, tokenId: `${hash}ch0000` })
  }
}

const meanwhiles: readonly (readonly [
  title: string,
  maxBytes: number,
  happens: (world: VerificationWorld) => Promise<void>,
])[] = [
  ['moved by a table that grows', 2 ** 23, (world) => foreseeOthers(world, 20_000)],
  ['pushed out by others', 2 ** 17, (world) => foreseeOthers(world, 5000)],
  [
    'read ahead again',
    2 ** 20,
    async ({ memory, store }) => {
      const grounds = await store.reads.grounds.list(0, Number.MAX_SAFE_INTEGER)
      for (const ground of grounds) memory.foresee(memory.position, ground)
    },
  ],
]

for (const [title, maxBytes, happens] of meanwhiles) {
  test(`a body is remembered though the ground of its token was ${title} since that was verified`, async () => {
    const world = await openWorld({ maxBytes })
    const { memory } = world
    const texts: string[] = []
    for (let each = 0; each < 8; each += 1) texts.push((await world.named(world.user)).text)
    for (const text of texts) await world.verdict(text)
    await happens(world)
    for (const text of texts) {
      const [bytes, make] = [bytesOf(`{"token":"${text}"}`), () => ({ token: memory.decode(text) })]
      expect(await ask(world, bytes, make)).toMatchObject({ verified: { ok: true }, isRecalled: false })
      expect(await ask(world, bytes, make)).toMatchObject({ verified: { ok: true }, isRecalled: true })
    }
    await world.store.close()
  })
}

test('a body stays remembered whatever others present of the same token, and are refused', async () => {
  const world = await openWorld()
  const { memory } = world
  const { text } = await world.named(world.user)
  const bytes = bytesOf(`{"token":"${text}"}`)
  const make = () => ({ token: memory.decode(text) })
  await ask(world, bytes, make)
  expect(await world.verdict(world.confined(text, [{ type: 'ip', whitelist: ['192.0.2.1'] }]))).toBe(
    'caveat_unverified',
  )
  expect((await ask(world, bytes, make)).isRecalled).toBe(true)
  await world.store.close()
})

test('a token in a remembered body is judged as it is now: revoked, given back, and then at no cost again', async () => {
  const world = await openWorld()
  const { memory } = world
  const { id, text } = await world.named(world.user)
  const bytes = bytesOf(`{"token":"${text}"}`)
  const verdict = async () =>
    verdictOf((await ask(world, bytes, () => ({ token: memory.decode(text) }))).verified)
  expect(await verdict()).toBe('accepted')
  for (const [isRevoked, expected] of [
    [true, 'token_revoked'],
    [false, 'accepted'],
  ] as const) {
    await world.store.atomically(({ tokens }) => tokens.setRevoked(world.tenant.id, 'onezone', id, isRevoked))
    expect(await verdict()).toBe(expected)
    expect(await world.store.statementsOf(verdict)).toEqual([])
  }
  await world.store.close()
})

test('a remembered body answers what was asked, and of another asker is judged anew', async () => {
  const world = await openWorld()
  const { memory } = world
  const { text } = await world.named(world.user, [{ type: 'ip', whitelist: ['10.0.0.0/8'] }])
  const bytes = bytesOf(`{"token":"${text}"}`)
  const make = () => ({ token: memory.decode(text) })
  expect((await ask(world, bytes, make)).verified.ok).toBe(true)
  const elsewhere = await ask(world, bytes, make, { ...PRESENTATION, ip: '192.0.2.1' })
  expect([elsewhere.isRecalled, verdictOf(elsewhere.verified)]).toEqual([true, 'caveat_unverified'])
  expect((await ask(world, bytes, make)).verified.ok).toBe(true)
  await world.store.close()
})

test('a remembered body is not accepted a second longer than its token', async () => {
  const world = await openWorld()
  const { memory, ambient } = world
  const { text } = await world.named(world.user, [{ type: 'time', validUntil: ambient.now() + 10 }])
  const bytes = bytesOf(`{"token":"${text}"}`)
  const verdict = async () =>
    verdictOf((await ask(world, bytes, () => ({ token: memory.decode(text) }))).verified)
  expect(await verdict()).toBe('accepted')
  ambient.advanceSeconds(9)
  expect(await verdict()).toBe('accepted')
  ambient.advanceSeconds(1)
  expect(await verdict()).toBe('caveat_unverified')
  await world.store.close()
})
