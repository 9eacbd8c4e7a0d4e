import { expect, test } from 'bun:test'
import { counter, gauge, textFormat } from '../../src/metrics/text-format.ts'

test('a metric has its help, its type, and a line for each value', () => {
  const metric = counter('jeton_things_total', 'Things that happened.', [
    { labels: { kind: 'good', size: 'small' }, value: 3 },
    { labels: { kind: 'bad' }, value: 0 },
  ])
  expect(textFormat([metric, gauge('jeton_room', 'Room left.', 0.25)])).toBe(
    '# HELP jeton_things_total Things that happened.\n' +
      '# TYPE jeton_things_total counter\n' +
      'jeton_things_total{kind="good",size="small"} 3\n' +
      'jeton_things_total{kind="bad"} 0\n' +
      '# HELP jeton_room Room left.\n' +
      '# TYPE jeton_room gauge\n' +
      'jeton_room 0.25\n',
  )
})

test('what would end a line or a label does not', () => {
  const metric = gauge('jeton_x', 'One \\ line\nis "one".', [{ labels: { a: 'b"\\\n' }, value: 1 }])
  expect(textFormat([metric])).toBe(
    '# HELP jeton_x One \\\\ line\\nis "one".\n# TYPE jeton_x gauge\njeton_x{a="b\\"\\\\\\n"} 1\n',
  )
})

test('what is no finite number is spelled as the format has it', () => {
  const values = [Infinity, -Infinity, Number.NaN].map((value) => ({ value }))
  expect(textFormat([gauge('jeton_x', 'X.', values)])).toEndWith('jeton_x +Inf\njeton_x -Inf\njeton_x NaN\n')
})

test('a metric without a value is left out', () => {
  expect(textFormat([gauge('jeton_x', 'X.', [])])).toBe('')
})
