import type { Answer, Call, Dialect } from '../dialect.ts'
import { routeTable } from '../route-table.ts'
import type { SdwanDeps } from './deps.ts'
import { answerRoute, answerWithoutRoute } from './pipeline.ts'
import { refusal } from './refusal.ts'
import { errorAnswer } from './render.ts'
import { requestIdOf } from './request-id.ts'
import { routes } from './routes.ts'

/** Every path of an API with a version, also of one that is not there; the unified ones stand behind `/sdwan`. */
const OWN_PATH = /^(?:\/sdwan(?:\/|$)|\/v2\.[0-9]+\/api(?:\/|$))/

/** The operators' part of Prisma SD-WAN: auth tokens, and what clients need to get at them. */
export function sdwanDialect(deps: SdwanDeps): Dialect {
  const table = routeTable(routes)
  const requestIdOfCall = ({ requestId }: Call) => requestIdOf(deps.ambient, requestId)

  return {
    name: 'sdwan',
    owns: (path) => OWN_PATH.test(path),
    answer(call: Call): Promise<Answer> {
      const found = table.match(call.method, call.path)
      switch (found.kind) {
        case 'unknown_path':
          return answerWithoutRoute(deps, call, 'PATH_NOT_FOUND')
        case 'unknown_method':
          return answerWithoutRoute(deps, call, 'METHOD_NOT_ALLOWED', { allow: found.allowed.join(', ') })
        case 'route':
          return answerRoute(deps, found.route, call, found.params)
      }
    },
    answerBug: (call, reference) => {
      const message = `The server was unable to process this request. Reference: ${reference}`
      return errorAnswer(refusal('INTERNAL_ERROR', message).items, requestIdOfCall(call))
    },
    answerUnavailable: (retryAfterSeconds, call) =>
      errorAnswer(refusal('SERVICE_UNAVAILABLE').items, requestIdOfCall(call), {}, retryAfterSeconds),
  }
}
