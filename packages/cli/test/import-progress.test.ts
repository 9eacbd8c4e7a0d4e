import { expect, test } from 'bun:test'
import { fixedAmbient } from '../../server/testing/fixed-ambient.ts'
import { ProgressLine } from '../src/import/progress-line.ts'
import { CapturedTerminal } from './support/captured-terminal.ts'

function progressOf(totalBytes: number | undefined) {
  const ambient = fixedAmbient()
  const captured = new CapturedTerminal()
  const terminal = Object.assign(captured, { ambient })
  return { ambient, captured, line: new ProgressLine(terminal, totalBytes) }
}

test('progress is told every two seconds, on standard error, with the share and the rate', () => {
  const { ambient, captured, line } = progressOf(1000)
  line.show({ lines: 10, bytes: 100 })
  ambient.advanceSeconds(2)
  line.show({ lines: 4000, bytes: 250 })
  ambient.advanceSeconds(1)
  line.show({ lines: 6000, bytes: 300 })
  ambient.advanceSeconds(1)
  line.show({ lines: 10_000, bytes: 999 })
  expect(captured.err).toBe('4000 lines, 25 %, 2000 a second\n10000 lines, 99 %, 2500 a second\n')
  expect(captured.out).toBe('')
})

test('what takes less than two seconds says nothing', () => {
  const { ambient, captured, line } = progressOf(1000)
  ambient.advanceSeconds(1)
  line.show({ lines: 1000, bytes: 1000 })
  expect(captured.err).toBe('')
})

test('of standard input nobody knows the share', () => {
  const { ambient, captured, line } = progressOf(undefined)
  ambient.advanceSeconds(4)
  line.show({ lines: 100, bytes: 100 })
  expect(captured.err).toBe('100 lines, 25 a second\n')
})
