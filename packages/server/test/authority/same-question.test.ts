import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Caveat, Purpose } from '@jeton/token'
import { type Presentation } from '../../src/authority/same-question.ts'
import { verifyToken } from '../../src/authority/verify.ts'
import {
  ACCESS,
  openWorld,
  PRESENTATION,
  verdictOf,
  type VerificationWorld,
} from './support/verification-world.ts'

let world: VerificationWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.store.close())

async function asked(text: string, presentation: Partial<Presentation>, purpose: Purpose, deps = world.deps) {
  const presented = world.memory.decode(text)
  const shown = { ...PRESENTATION, ...presentation }
  return verdictOf(await verifyToken(deps, world.tenant.id, 'onezone', presented, purpose, shown))
}

interface Case {
  readonly title: string
  readonly caveat: Caveat
  readonly accepted?: Partial<Presentation>
  readonly refused: Partial<Presentation>
}

const cases: readonly Case[] = [
  {
    title: 'it comes from another address',
    caveat: { type: 'ip', whitelist: ['10.0.0.0/8'] },
    refused: { ip: '11.1.2.3' },
  },
  {
    title: 'nobody knows where it comes from',
    caveat: { type: 'ip', whitelist: ['10.0.0.0/8'] },
    refused: { ip: undefined },
  },
  {
    title: 'it comes over another interface',
    caveat: { type: 'interface', interface: 'rest' },
    refused: { interface: 'graphsync' },
  },
  {
    title: 'another service presents it',
    caveat: { type: 'service', whitelist: ['ozw-onezone'] },
    refused: { service: { type: 'ozw', id: 'another' } },
  },
  {
    title: 'another consumer presents it',
    caveat: { type: 'consumer', whitelist: ['usr-ada'] },
    accepted: { consumer: { type: 'user', id: 'ada' } },
    refused: { consumer: { type: 'user', id: 'bob' } },
  },
  {
    title: 'a provider of the same id presents it',
    caveat: { type: 'consumer', whitelist: ['usr-ada'] },
    accepted: { consumer: { type: 'user', id: 'ada' } },
    refused: { consumer: { type: 'oneprovider', id: 'ada' } },
  },
  {
    title: 'nobody says that he keeps to what it says of data',
    caveat: { type: 'data.readonly' },
    accepted: { allowDataAccessCaveats: true },
    refused: {},
  },
  {
    title: 'its caveats are no longer ignored',
    caveat: { type: 'interface', interface: 'graphsync' },
    accepted: { ignoredCaveats: new Set(['interface'] as const) },
    refused: {},
  },
]

describe('a token that was accepted again and again is refused when', () => {
  test.each(cases)('$title', async ({ caveat, accepted = {}, refused }) => {
    const { text } = await world.named(world.user, [caveat])
    for (let round = 0; round < 2; round += 1) {
      for (let again = 0; again < 3; again += 1) expect(await asked(text, accepted, ACCESS)).toBe('accepted')
      expect(await asked(text, refused, ACCESS)).toBe('caveat_unverified')
    }
  })

  test('it is to prove an identity, which is not its purpose', async () => {
    const { text } = await world.named(world.user)
    for (let again = 0; again < 3; again += 1) expect(await asked(text, {}, ACCESS)).toBe('accepted')
    expect(await asked(text, {}, { kind: 'identity' })).toBe('not_an_identity_token')
    expect(await asked(text, {}, ACCESS)).toBe('accepted')
  })

  test('its time is over, and not a second before', async () => {
    const validUntil = world.ambient.now() + 10
    const { text } = await world.named(world.user, [{ type: 'time', validUntil }])
    for (let again = 0; again < 3; again += 1) expect(await asked(text, {}, ACCESS)).toBe('accepted')
    world.ambient.advanceSeconds(9)
    expect(await asked(text, {}, ACCESS)).toBe('accepted')
    world.ambient.advanceSeconds(1)
    expect(await asked(text, {}, ACCESS)).toBe('caveat_unverified')
  })

  test.each([
    ['system', { type: 'asn', whitelist: [1] }],
    ['country', { type: 'geo.country', filter: 'whitelist', list: ['PL'] }],
    ['continent', { type: 'geo.region', filter: 'whitelist', list: ['Europe'] }],
  ] as const)('a newer database puts its address into another %s', async (_, caveat) => {
    const { text } = await world.named(world.user, [caveat])
    const inPoland = { asnOf: () => 1, countryOf: () => ({ country: 'PL', continent: 'EU', isInEu: true }) }
    const inPeru = { asnOf: () => 2, countryOf: () => ({ country: 'PE', continent: 'SA', isInEu: false }) }
    for (let again = 0; again < 3; again += 1) {
      expect(await asked(text, {}, ACCESS, { ...world.deps, ipFacts: inPoland })).toBe('accepted')
    }
    expect(await asked(text, {}, ACCESS, { ...world.deps, ipFacts: inPeru })).toBe('caveat_unverified')
  })
})
