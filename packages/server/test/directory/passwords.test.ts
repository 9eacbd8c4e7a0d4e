import { describe, expect, test } from 'bun:test'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../src/directory/password-memory.ts'
import { delayMillis, passwordThrottle } from '../../src/directory/password-throttle.ts'
import type { UserId } from '../../src/directory/user.ts'
import { Refused } from '../../src/failure.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const user = 5 as UserId
const cheap = { memoryCost: 8, timeCost: 1 }
const failureOf = (error: unknown) => (error instanceof Refused ? error.failure.kind : error)

function recorded() {
  const ambient = fixedAmbient()
  const delays: number[] = []
  const throttle = passwordThrottle(ambient, async (millis) => void delays.push(millis))
  return { ambient, delays, throttle }
}

describe('a remembered password', () => {
  const ambient = fixedAmbient()
  const memory = passwordMemory(ambient, hmacSha256)
  memory.remember(user, 1, 'right')

  test('is known again without hashing', () => expect(memory.isRemembered(user, 1, 'right')).toBe(true))
  const others = [
    ['another password', user, 1, 'wrong'],
    ['another version of the password', user, 2, 'right'],
    ['another user', 6 as UserId, 1, 'right'],
  ] as const
  for (const [what, id, version, password] of others) {
    test(`is not ${what}`, () => expect(memory.isRemembered(id, version, password)).toBe(false))
  }
  test('is forgotten after 60 seconds', () => {
    memory.remember(user, 3, 'right')
    ambient.advanceSeconds(59)
    expect(memory.isRemembered(user, 3, 'right')).toBe(true)
    ambient.advanceSeconds(1)
    expect(memory.isRemembered(user, 3, 'right')).toBe(false)
  })
})

describe('guessing a password', () => {
  test('is slowed from the sixth attempt on, up to four seconds', () => {
    expect([1, 5, 6, 7, 8, 9, 10, 11, 1000].map(delayMillis)).toEqual([
      0, 0, 250, 500, 1000, 2000, 4000, 4000, 4000,
    ])
  })

  test('of one account from one address slows neither another account nor another address', async () => {
    const { delays, throttle } = recorded()
    for (let attempt = 0; attempt < 5; attempt += 1) await throttle.admit('alice', '192.0.2.1')
    await throttle.admit('alice', '192.0.2.2')
    await throttle.admit('bob', '192.0.2.1')
    expect(delays).toEqual([])
    await throttle.admit('alice', '192.0.2.1')
    expect(delays).toEqual([250])
  })

  test('in parallel is slowed like one after the other', async () => {
    const { delays, throttle } = recorded()
    await Promise.all(Array.from({ length: 8 }, () => throttle.admit('alice', '192.0.2.1')))
    expect(delays).toEqual([250, 500, 1000])
  })

  test('is forgiven by a success and after a quarter of an hour', async () => {
    const { ambient, delays, throttle } = recorded()
    for (let attempt = 0; attempt < 5; attempt += 1) await throttle.admit('alice', '192.0.2.1')
    throttle.succeeded('alice', '192.0.2.1')
    for (let attempt = 0; attempt < 5; attempt += 1) await throttle.admit('alice', '192.0.2.1')
    ambient.advanceSeconds(15 * 60)
    await throttle.admit('alice', '192.0.2.1')
    expect(delays).toEqual([])
  })

  test('keeps at most 256 waiting; the next one is told so at once', async () => {
    const throttle = passwordThrottle(fixedAmbient(), () => new Promise(() => {}))
    for (let attempt = 0; attempt < 5; attempt += 1) await throttle.admit('alice', '192.0.2.1')
    for (let waiting = 0; waiting < 256; waiting += 1) void throttle.admit('alice', '192.0.2.1')
    expect(await throttle.admit('alice', '192.0.2.1').catch(failureOf)).toBe('password_queue_full')
  })
})

describe('password hashing', () => {
  test('tells right from wrong', async () => {
    const hashing = passwordHashing(cheap)
    const hash = await hashing.hash('correct horse')
    expect(hash).toStartWith('$argon2id$')
    expect(await hashing.verify('correct horse', hash)).toBe(true)
    expect(await hashing.verify('wrong horse', hash)).toBe(false)
  })

  test('lets two work and 64 wait; the 67th is told to come back', async () => {
    const hashing = passwordHashing(cheap)
    const asked = Array.from({ length: 67 }, () => hashing.hash('correct horse').catch(failureOf))
    expect(hashing.queue()).toEqual({ running: 2, waiting: 64 })
    const outcomes = await Promise.all(asked)
    expect(hashing.queue()).toEqual({ running: 0, waiting: 0 })
    expect(outcomes.filter((outcome) => outcome === 'password_queue_full')).toHaveLength(1)
    expect(outcomes.at(-1)).toBe('password_queue_full')
  })
})
