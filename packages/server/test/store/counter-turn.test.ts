import { expect, test } from 'bun:test'
import { CounterTurns } from '../../src/store/postgres/counter-turn.ts'

test('of several transactions one at a time is between its number and its commit', async () => {
  const turns = new CounterTurns()
  const [first, second, third] = [turns.next(), turns.next(), turns.next()]
  const begun: string[] = []
  await first.begin()
  const others = [
    second.begin().then(() => begun.push('second')),
    third.begin().then(() => begun.push('third')),
  ]
  await Bun.sleep(0)
  expect(begun).toEqual([])
  first.end()
  await others[0]
  await Bun.sleep(0)
  expect(begun).toEqual(['second'])
  second.end()
  await others[1]
  expect(begun).toEqual(['second', 'third'])
})

test('a transaction that never took a number is in nobody’s way', async () => {
  const turns = new CounterTurns()
  turns.next().end()
  turns.next()
  await turns.next().begin()
})
