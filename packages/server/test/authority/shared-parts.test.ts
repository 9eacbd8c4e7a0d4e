import { expect, test } from 'bun:test'
import { SharedParts } from '../../src/authority/shared-parts.ts'

const DISTINCT = 30_000

test('the caveat of a text is one object for all tokens that have it', () => {
  const shared = new SharedParts()
  const caveat = shared.caveat('ip = 10.0.0.0/8')
  expect(caveat).toEqual({ type: 'ip', whitelist: ['10.0.0.0/8'] })
  // Of another string with the same characters.
  expect(shared.caveat(['ip', '=', '10.0.0.0/8'].join(' '))).toBe(caveat)
  expect(shared.caveat('ip = 10.0.0.0/9')).toEqual({ type: 'ip', whitelist: ['10.0.0.0/9'] })
})

test('what is no caveat stays none, and what somebody makes up stays within bounds', () => {
  const shared = new SharedParts()
  const often = shared.caveat('interface = rest')
  const long = `data.path = ${Buffer.from(`/${'x'.repeat(600)}`).toString('base64')}`
  for (const unknown of ['', 'unheard of', 'ip = nowhere', 'ip'])
    for (let times = 0; times < 2; times += 1)
      expect([unknown, shared.caveat(unknown)]).toEqual([unknown, undefined])
  for (let each = 0; each < DISTINCT; each += 1) {
    shared.caveat(`time < ${each}`)
    if (each % 100 === 0) expect(shared.caveat('interface = rest')).toBe(often)
  }
  expect(shared.caveat('time < 0')).not.toBe(shared.caveat(`time < ${DISTINCT}`))
  expect(shared.caveat(long)).not.toBe(shared.caveat(long))
  expect(shared.caveat(long)).toEqual(shared.caveat(long))
})
