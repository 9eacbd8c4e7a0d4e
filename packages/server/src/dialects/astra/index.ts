import type { Answer, Call, Dialect } from '../dialect.ts'
import { routeTable } from '../route-table.ts'
import type { AstraDeps } from './deps.ts'
import { answerRoute, answerWithoutRoute } from './pipeline.ts'
import { BASE_PATH, problemAnswer } from './render.ts'
import { routes } from './routes.ts'

/** The Astra Control API, as much of it as tokens need: accounts, users, groups, roles, credentials and the tokens themselves. */
export function astraDialect(deps: AstraDeps): Dialect {
  const table = routeTable(routes)

  return {
    name: 'astra',
    owns: (path) => path === BASE_PATH || path.startsWith(`${BASE_PATH}/`),
    answer(call: Call): Promise<Answer> {
      const found = table.match(call.method, call.path.slice(BASE_PATH.length))
      switch (found.kind) {
        case 'unknown_path':
          return answerWithoutRoute(deps, call, { number: 1 })
        case 'unknown_method':
          return answerWithoutRoute(deps, call, { number: 69, headers: { allow: found.allowed.join(', ') } })
        case 'route':
          return answerRoute(deps, found.route, call, found.params)
      }
    },
    answerBug: ({ requestId }) => problemAnswer({ number: 34 }, requestId),
    answerUnavailable: (retryAfterSeconds, { requestId }) =>
      problemAnswer({ number: 24 }, requestId, retryAfterSeconds),
  }
}
