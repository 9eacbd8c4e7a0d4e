import type { Dialect } from '../dialect.ts'
import type { JetonDeps } from './deps.ts'
import { answer } from './pipeline.ts'
import { internalError, unavailable } from './problem.ts'
import { problemAnswer } from './render.ts'
import { routes } from './routes.ts'

/** Our own API: `/v1`, and what operators ask of a node. */
export function jetonDialect(deps: JetonDeps): Dialect {
  const ownPaths = new Set(routes.map(({ path }) => path))
  return {
    name: 'jeton',
    owns: (path) => path === '/v1' || path.startsWith('/v1/') || ownPaths.has(path),
    answer: (call) => answer(deps, call),
    answerBug: (call, reference) =>
      problemAnswer(
        { ...internalError, detail: `Quote the reference ${reference} to the operator of this server.` },
        call.requestId,
      ),
    answerUnavailable: (retryAfterSeconds) => problemAnswer({ ...unavailable, retryAfterSeconds }),
  }
}
