import type { TlsPair } from '../tls/tls-pair.ts'
import { limitConnections } from './connection-limit.ts'
import { type Listen, Listeners } from './listeners.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'

export interface HttpOptions extends PipelineOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** How long {@link HttpServer.stop} waits for requests in flight before it cuts them off. */
  readonly stopTimeoutSeconds: number
  /** Absent: plain HTTP. */
  readonly tls?: TlsPair | undefined
}

export interface HttpServer {
  readonly port: number
  /**
   * Shows new connections another certificate from now on. Those there are get one more answer, and end with it.
   * @throws what the runtime throws for one that it cannot use; everything is as before then
   */
  present(tls: TlsPair): void
  /** Refuses what is new, finishes what is in flight, and cuts that off after the timeout. Idempotent. */
  stop(): Promise<void>
}

/** The runtime looks for timeouts every four seconds. */
const TIMEOUTS_LATE_SECONDS = 5

/** @throws what the runtime throws when it cannot listen there: an error with the `code` `EADDRINUSE`, `EACCES` … */
export function startHttp(options: HttpOptions): HttpServer {
  const { limits, log, tls, port, stopTimeoutSeconds } = options
  const pipeline = new Pipeline(options)
  const listeners = new Listeners({
    listen: listening(options, pipeline),
    port,
    tls,
    drainSeconds: limits.idleTimeoutSeconds + TIMEOUTS_LATE_SECONDS,
    onRetired: (listener) => pipeline.retire(listener),
    log,
  })
  const connections = limitConnections(listeners, limits.maxConnections, log)
  async function stop(): Promise<void> {
    pipeline.startStopping()
    const finished = await finishesWithin(listeners.stop(), stopTimeoutSeconds)
    if (!finished) log.warn({ requests: listeners.pendingRequests }, 'requests still in flight are cut off')
    if (!finished) await listeners.cutOff()
    connections.close()
    pipeline.close()
  }
  let stopped: Promise<void> | undefined
  return {
    port: listeners.port,
    present: (next) => listeners.present(next),
    stop: () => (stopped ??= stop()),
  }
}

function listening({ host, limits, log }: HttpOptions, pipeline: Pipeline): Listen {
  return ({ port, isShared, tls }) =>
    Bun.serve({
      hostname: host,
      port,
      // Said explicitly, because without development mode the runtime shares a port that is taken instead of refusing it.
      reusePort: isShared,
      development: false,
      ...(tls !== undefined && { tls: { cert: tls.certificate, key: tls.key } }),
      idleTimeout: limits.idleTimeoutSeconds,
      // The limit is ours to hold: the runtime's own 413 has no form that a dialect's client knows, and comes before us.
      // Further off it holds whatever ours should miss.
      maxRequestBodySize: limits.maxBodyBytes * 4,
      fetch: (request, server) => pipeline.answer(request, server),
      error: (error) => {
        log.bug(error, {}, 'the pipeline itself met a bug')
        return new Response(null, { status: 500 })
      },
    })
}

async function finishesWithin(work: Promise<void>, seconds: number): Promise<boolean> {
  let timer: Timer | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000)
  })
  const isFinished = await Promise.race([work.then(() => true), timeout])
  clearTimeout(timer)
  return isFinished
}
