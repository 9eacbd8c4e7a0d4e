import { describe, expect, test } from 'bun:test'
import { addressBlock } from '../../src/address-block.ts'
import { FairQueue } from '../../src/directory/fair-queue.ts'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../src/directory/password-throttle.ts'
import type { UserId } from '../../src/directory/user.ts'
import { Refused } from '../../src/failure.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const user = 5 as UserId
const cheap = { memoryCost: 8, timeCost: 1 }
const failureOf = (error: unknown) => (error instanceof Refused ? error.failure.kind : error)

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

const wrong = async () => false
const right = async () => true

/** A throttle whose delays are noted and pass at once, with the clock. */
function recorded() {
  const ambient = fixedAmbient()
  const delays: number[] = []
  const throttle = passwordThrottle(ambient, async (millis) => {
    delays.push(millis)
    ambient.advanceSeconds(millis / 1000)
  })
  const guess = async (times: number, account = 'alice', address = '192.0.2.1') => {
    for (let attempt = 0; attempt < times; attempt += 1) await throttle.attempt(account, address, wrong)
  }
  return { ambient, delays, throttle, guess }
}

describe('guessing a password', () => {
  test('is slowed from the sixth attempt on, up to four seconds each', async () => {
    const { delays, guess } = recorded()
    await guess(12)
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000])
  })

  test('of one account from one address slows neither another account nor another address', async () => {
    const { delays, guess } = recorded()
    await guess(5)
    await guess(5, 'bob')
    await guess(5, 'alice', '192.0.2.2')
    expect(delays).toEqual([])
  })

  test('in parallel gains nothing: each waits behind the one before', async () => {
    const ambient = fixedAmbient()
    const turns: number[] = []
    const throttle = passwordThrottle(ambient, async (millis) => void turns.push(millis))
    await Promise.all(Array.from({ length: 9 }, () => throttle.attempt('alice', '192.0.2.1', wrong)))
    expect(turns).toEqual([250, 250 + 500, 250 + 500 + 1000, 250 + 500 + 1000 + 2000])
  })

  test('keeps at most four waiting for one account; the next is told so at once and is not counted', async () => {
    const throttle = passwordThrottle(fixedAmbient(), () => new Promise(() => undefined))
    for (let attempt = 0; attempt < 5; attempt += 1) await throttle.attempt('alice', '192.0.2.1', wrong)
    for (let waiting = 0; waiting < 4; waiting += 1) void throttle.attempt('alice', '192.0.2.1', right)
    expect(await throttle.attempt('alice', '192.0.2.1', right).catch(failureOf)).toBe('password_queue_full')
    expect(await throttle.attempt('alice', '192.0.2.2', right)).toBe(true)
  })

  test('is forgiven by a success and after a quarter of an hour', async () => {
    const { ambient, delays, throttle, guess } = recorded()
    await guess(4)
    await throttle.attempt('alice', '192.0.2.1', right)
    await guess(5)
    ambient.advanceSeconds(15 * 60)
    await guess(5)
    expect(delays).toEqual([])
  })

  test('of many accounts from one address is slowed too, and an own account does not help', async () => {
    const { delays, throttle, guess } = recorded()
    for (let account = 0; account < 50; account += 1) {
      await guess(1, `account ${account}`)
      await throttle.attempt('mine', '192.0.2.1', right)
    }
    await guess(1, 'one more')
    await guess(1, 'another')
    await guess(1, 'the last')
    expect(delays.slice(-3)).toEqual([250, 500, 1000])
  })

  test('from all over one IPv6 block is guessing from one address', async () => {
    const { delays, guess } = recorded()
    for (let host = 1; host <= 6; host += 1) await guess(1, 'alice', `2001:db8::${host}`)
    expect(delays).toEqual([250])
  })

  test('a check that could not be made is no failure', async () => {
    const { delays, throttle, guess } = recorded()
    const busy = () => Promise.reject(new Refused({ kind: 'password_queue_full' }))
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await throttle.attempt('alice', '192.0.2.1', busy).catch(failureOf)
    }
    delays.length = 0
    await guess(5)
    expect(delays).toEqual([])
  })
})

describe('an address stands for', () => {
  const blocks = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002'],
    ['2001:0DB8:1:2::6', '20010db800010002'],
    ['2001:db8::1', '20010db800000000'],
    ['::1', '0000000000000000'],
    ['unknown', 'unknown'],
  ] as const
  for (const [address, block] of blocks) {
    test(`${block}: ${address}`, () => expect(addressBlock(address)).toBe(block))
  }
})

describe('password hashing', () => {
  test('tells right from wrong', async () => {
    const hashing = passwordHashing(cheap)
    const hash = await hashing.hash('correct horse')
    expect(hash).toStartWith('$argon2id$')
    expect(await hashing.verify('correct horse', hash, 'here')).toBe(true)
    expect(await hashing.verify('wrong horse', hash, 'here')).toBe(false)
    expect(await hashing.verifyNobody('nobody has this password', 'here')).toBe(false)
  })
})

describe('password hashing has two places and a queue of 64, in which', () => {
  /** Works that go on until they are told to end, and in which order they began. */
  function queueOf() {
    const queue = new FairQueue(2, 64)
    const begun: string[] = []
    const ends: (() => void)[] = []
    const run = (asker: string) =>
      queue
        .run(asker, () => {
          begun.push(asker)
          return new Promise<string>((resolve) => ends.push(() => resolve('done')))
        })
        .catch(failureOf)
    return { queue, begun, ends, run }
  }

  test('an asker that fills it loses its own, never somebody else’s', async () => {
    const { queue, run } = queueOf()
    for (let each = 0; each < 66; each += 1) void run('crowd')
    const last = await run('crowd')
    expect(last).toBe('password_queue_full')
    expect(queue.length).toEqual({ running: 2, waiting: 64 })
  })

  test('somebody new gets the place of the crowd’s newest, and is next after one of the crowd', async () => {
    const { begun, ends, run } = queueOf()
    const crowd = Array.from({ length: 66 }, () => run('crowd'))
    const single = run('single')
    expect(await crowd.at(-1)).toBe('password_queue_full')
    ends[0]?.()
    ends[1]?.()
    await Promise.all(crowd.slice(0, 2))
    expect(begun).toEqual(['crowd', 'crowd', 'crowd', 'single'])
    ends[3]?.()
    expect(await single).toBe('done')
  })
})
