import { expect, test } from 'bun:test'

const SOURCE = `${import.meta.dir}/../src`

test.each([
  ['an exception', "throw new Error('no place for CanaryOfASecret17')"],
  ['a rejection', "void Promise.reject(new Error('no place for CanaryOfASecret17'))"],
])('%s that nobody caught ends the process with 1 and one line without its values', async (_, broken) => {
  const script = `
    import { systemAmbient } from '${SOURCE}/ambient-system.ts'
    import { createLog } from '${SOURCE}/log.ts'
    import { logCrashes } from '${SOURCE}/log-crashes.ts'
    import { stderrSink } from '${SOURCE}/stderr-sink.ts'
    logCrashes(createLog({ ambient: systemAmbient, level: 'info', sink: stderrSink() }))
    setTimeout(() => { ${broken} }, 0)
    setInterval(() => undefined, 1000)`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  expect(await child.exited).toBe(1)
  expect(output).toBe('')
  expect(JSON.parse(errors)).toMatchObject({
    level: 'error',
    msg: 'a bug that nobody caught; the process ends',
    error: { name: 'Error', message: 'no place for *' },
  })
})
