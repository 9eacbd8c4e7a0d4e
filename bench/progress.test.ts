import { expect, test } from 'bun:test'
import { Progress } from './progress.ts'

test('what is left is the rest of this part and all the later ones, and never less than those', () => {
  let nowMillis = 0
  const progress = new Progress({ first: 60, second: 120, third: 20 }, () => nowMillis)
  progress.begin('second')
  const atFirst = progress.left()
  nowMillis = 30_000
  const later = progress.left()
  nowMillis = 999_000

  expect([atFirst, later, progress.left()]).toEqual(['4 min left', '3 min left', '80 s left'])
})
