import { describe, expect, test } from 'bun:test'
import { createLog } from '../src/log.ts'
import { describeError, maskMessage } from '../src/log-error.ts'
import type { LogLevel } from '../src/log-level.ts'
import { fixedAmbient } from '../testing/fixed-ambient.ts'

function logAt(level: LogLevel) {
  const lines: string[] = []
  const sink = { write: (line: string) => lines.push(line), flushSync: () => undefined }
  return { log: createLog({ ambient: fixedAmbient(1_800_000_000), level, sink }), lines }
}

describe('the log', () => {
  test('is one JSON object a line: time in milliseconds, level, fields, message', () => {
    const { log, lines } = logAt('info')
    log.info({ a: 1, b: 'x\ny', c: undefined }, 'hello')
    expect(lines).toEqual(['{"level":"info","time":1800000000000,"a":1,"b":"x\\ny","msg":"hello"}\n'])
  })

  test.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['silent', []],
  ])('at level %s has %p', (level, levels) => {
    const { log, lines } = logAt(level)
    log.debug({}, 'm')
    log.info({}, 'm')
    log.warn({}, 'm')
    log.error({}, 'm')
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels)
  })
})

describe('an error in the log', () => {
  test.each([
    ['database disk image is malformed', 'database disk image is malformed'],
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED *'],
    ["undefined is not an object (evaluating 'a.b')", 'undefined is not an object (evaluating *'],
    ['invalid input syntax for type bigint: "12x"', 'invalid input syntax for type bigint: *'],
    ['bad MDAxY2xvY2F00aW9u', 'bad *'],
    [`bad ${'a'.repeat(25)}`, 'bad *'],
    ['token=abc', '*'],
    ['', ''],
  ])('with the message %p says %p', (message, masked) => {
    expect(maskMessage(message)).toBe(masked)
  })

  test('keeps name, code and causes, each with its own frames', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNRESET' })
    const described = describeError(new Error('outer', { cause }))
    expect(described).toMatchObject({ name: 'Error', message: 'outer' })
    expect(described.cause).toMatchObject({ name: 'TypeError', message: 'inner', code: 'ECONNRESET' })
    expect(described.stack[0]).toContain('log.test.ts')
    expect(described.cause?.stack[0]).toContain('log.test.ts')
  })

  test('that causes itself ends', () => {
    const error = new Error('round')
    error.cause = error
    expect(JSON.stringify(describeError(error))).not.toBe('')
  })
})
