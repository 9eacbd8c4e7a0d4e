import { limitConnections } from './connection-limit.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'

export interface HttpOptions extends PipelineOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** How long {@link HttpServer.stop} waits for requests in flight before it cuts them off. */
  readonly stopTimeoutSeconds: number
}

export interface HttpServer {
  readonly port: number
  /** Refuses what is new, finishes what is in flight, and cuts that off after the timeout. Idempotent. */
  stop(): Promise<void>
}

/** @throws what the runtime throws when it cannot listen there: an error with the `code` `EADDRINUSE`, `EACCES` … */
export function startHttp(options: HttpOptions): HttpServer {
  const { limits, log } = options
  const pipeline = new Pipeline(options)
  const server = Bun.serve({
    hostname: options.host,
    port: options.port,
    // Said explicitly, because without development mode the runtime shares a port that is taken instead of refusing it.
    reusePort: false,
    development: false,
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
  const connections = limitConnections(server, limits.maxConnections, log)
  async function stop(): Promise<void> {
    pipeline.startStopping()
    const finished = await finishesWithin(server.stop(), options.stopTimeoutSeconds)
    if (!finished) log.warn({ requests: server.pendingRequests }, 'requests still in flight are cut off')
    if (!finished) await server.stop(true)
    connections.close()
    pipeline.close()
  }
  let stopped: Promise<void> | undefined
  // Proof: only a server on a Unix socket has no port.
  return { port: server.port as number, stop: () => (stopped ??= stop()) }
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
