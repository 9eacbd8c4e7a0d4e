import { LoadConnection } from './connection.ts'
import { Latencies } from './latencies.ts'
import type { LoadJob, LoadResult } from './load.ts'
import { readRequestFile } from './request-file.ts'

/**
 * Asks one server, or some, as fast as they answer, over a fixed number of connections with one request under way on
 * each. A process of its own, so that its work is never a server's; it writes finished bytes to raw sockets, so that it is
 * not what limits the figure.
 */
// Safe: bench/load/drive.ts writes a LoadJob and nothing else.
const job = JSON.parse(await Bun.stdin.text()) as LoadJob
if (job.isAwake === true) stayAwake()
process.stdout.write(`${JSON.stringify(await run(job))}\n`)
process.exit(0)

/**
 * Whoever writes to one who sleeps has to wake him up, and that is charged to the writer: a dozen microseconds on a
 * virtual machine, once for each answer of a server that keeps its asker waiting, and never for a faster one.
 */
function stayAwake(): void {
  setImmediate(stayAwake)
}

async function run(job: LoadJob): Promise<LoadResult> {
  const requests = await readRequestFile(job.requestFile)
  const latencies = new Latencies()
  const refusals: Record<string, number> = {}
  const pace = paceOf(job.requestsPerSecond)
  let sent = 0
  let scheduled = 0
  let answered = 0
  let isMeasured = false

  const { promise: failure, reject } = Promise.withResolvers<never>()
  const { promise: allAnswered, resolve: answerAll } = Promise.withResolvers<void>()
  const player = async (port: number): Promise<LoadConnection> => {
    let sentAt = 0
    const send = (): void => {
      const request = requests.at(sent % requests.length)
      sent += 1
      sentAt = performance.now()
      connection.send(request)
    }
    const next = (): void => {
      if (job.seconds === 'all' && scheduled >= requests.length) return
      const waitMillis = pace(scheduled)
      scheduled += 1
      if (waitMillis < 1) send()
      else setTimeout(send, waitMillis)
    }
    const connection = await LoadConnection.open(
      port,
      (status) => {
        if (isMeasured) latencies.record(performance.now() - sentAt)
        if (status !== job.status) refusals[status] = (refusals[status] ?? 0) + 1
        answered += 1
        if (answered === requests.length) answerAll()
        next()
      },
      (reason) => reject(new Error(reason)),
    )
    next()
    return connection
  }

  const players = Array.from({ length: job.connections }, (_, index) =>
    player(job.ports[index % job.ports.length] ?? 0),
  )
  await Promise.race([Promise.all(players), failure])
  await Promise.race([Bun.sleep(job.warmUpSeconds * 1000), failure])
  isMeasured = true
  const startedAt = performance.now()
  await Promise.race([job.seconds === 'all' ? allAnswered : Bun.sleep(job.seconds * 1000), failure])
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  return {
    requestsPerSecond: latencies.count / elapsedSeconds,
    p50Millis: latencies.quantileMillis(0.5),
    p99Millis: latencies.quantileMillis(0.99),
    sent,
    refusals,
    repeats: Math.floor(sent / requests.length),
  }
}

/** @returns how many milliseconds the n-th request has to wait; one that is late is sent at once */
function paceOf(requestsPerSecond: number | undefined): (request: number) => number {
  if (requestsPerSecond === undefined) return () => 0
  const startedAt = performance.now()
  return (request) => startedAt + (request * 1000) / requestsPerSecond - performance.now()
}
