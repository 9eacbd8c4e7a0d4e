import type { Answer, Call } from '../dialects/dialect.ts'
import type { LogFields } from '../log.ts'
import { maskPath } from './mask-path.ts'

/** A request that has its answer. */
export interface Exchange {
  readonly call: Call
  readonly answer: Answer
  readonly clientAddress: string
  readonly durationMs: number
}

/** A request's line in the access log: no query, no header, no body, and of the path what our own routes spell. */
export function accessLine({ call, answer, clientAddress, durationMs }: Exchange): LogFields {
  return {
    requestId: call.requestId,
    method: call.method,
    path: answer.routePath ?? maskPath(call.path),
    status: answer.status,
    // Microseconds are as far as a clock of a busy loop means anything.
    durationMs: Math.round(durationMs * 1000) / 1000,
    operationId: answer.operationId,
    actorId: answer.actorId,
    clientAddress,
  }
}
