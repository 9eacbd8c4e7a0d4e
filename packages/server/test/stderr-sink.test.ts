import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const SOURCE = `${import.meta.dir}/../src`

/** A process that is told by its standard input to go, and then does `work` with a sink. */
function started(work: string) {
  const script = `
    import { stderrSink } from '${SOURCE}/stderr-sink.ts'
    const sink = stderrSink()
    await Bun.stdin.stream().getReader().read()
    ${work}`
  return spawn(process.execPath, ['-e', script], { stdio: 'pipe' })
}

test('all lines come, in their order, however the process ends', async () => {
  const child = started(`
    for (let line = 0; line < 20_000; line += 1) {
      sink.write(line + '\\n')
      if (line % 1000 === 0) await Bun.sleep(1)
    }
    process.exit(3)`)
  child.stdin.write('go')
  let text = ''
  for await (const chunk of child.stderr) text += String(chunk)
  expect(text.split('\n').slice(0, -1)).toEqual(Array.from({ length: 20_000 }, (_, line) => String(line)))
})

test('a line is written although nothing comes after it and the process stays', async () => {
  const child = started("sink.write('only\\n'); setInterval(() => undefined, 1000)")
  child.stdin.write('go')
  const [chunk] = await once(child.stderr, 'data')
  expect(String(chunk)).toBe('only\n')
  child.kill()
})

test.each([
  ['with lines that wait', "sink.write('late\\n')"],
  [
    'with lines that were being written',
    "sink.write('x'.repeat(100_000)); await Bun.sleep(50); sink.write('late\\n')",
  ],
])('a process whose reader is gone ends, %s', async (_, work) => {
  const child = started(`${work}; process.exit(3)`)
  child.stderr.destroy()
  child.stdin.write('go')
  expect(await once(child, 'exit')).toEqual([3, null])
})
