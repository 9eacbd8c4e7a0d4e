import { systemAmbient } from '../../../src/ambient-system.ts'
import { DEFAULT_HTTP_LIMITS } from '../../../src/http/limits.ts'
import { startHttp } from '../../../src/http/start-http.ts'
import { stopOnSignals } from '../../../src/http/stop-on-signals.ts'
import { createLog } from '../../../src/log.ts'
import { stderrSink } from '../../../src/stderr-sink.ts'

/*
 * A server in a process of its own. Prints its port, then `arrived` for each request. `/test/slow` is answered once
 * SIGUSR2 comes, `/test/never` never.
 */

const log = createLog({ ambient: systemAmbient, level: 'info', sink: stderrSink() })
const { promise: released, resolve: release } = Promise.withResolvers<void>()
process.on('SIGUSR2', () => release())
const http = startHttp({
  dialects: [
    {
      name: 'test',
      owns: () => true,
      async answer({ path }) {
        process.stdout.write('arrived\n')
        if (path === '/test/slow') await released
        if (path === '/test/never') await new Promise(() => undefined)
        return { status: 200 }
      },
      answerBug: () => ({ status: 500 }),
      answerUnavailable: () => ({ status: 503 }),
    },
  ],
  ambient: systemAmbient,
  log,
  accessLog: true,
  limits: DEFAULT_HTTP_LIMITS,
  host: '127.0.0.1',
  port: 0,
  trustedProxies: [],
  stopTimeoutSeconds: Number(process.argv[2]),
})
stopOnSignals({
  stop() {
    process.stdout.write('stopping\n')
    return http.stop()
  },
  beforeExit: () => log.flush(),
})
process.stdout.write(`${http.port}\n`)
