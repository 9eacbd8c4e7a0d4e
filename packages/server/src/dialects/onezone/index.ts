import { type Answer, type Call, type Dialect } from '../dialect.ts'
import { routeTable } from '../route-table.ts'
import { internalServerError, serviceUnavailable } from './catalogue-general.ts'
import type { OnezoneDeps } from './deps.ts'
import { answerRoute } from './pipeline.ts'
import { BASE_PATH, empty, errorAnswer } from './render.ts'
import { routes } from './routes.ts'

const BELOW_BASE = `${BASE_PATH}/`

/** The Onedata Onezone token REST API, and as much of its directory as tokens need. */
export function onezoneDialect(deps: OnezoneDeps): Dialect {
  const table = routeTable(routes.map((route) => ({ ...route, path: route.routePath })))

  return {
    name: 'onezone',
    owns: (path) => path === BASE_PATH || path.startsWith(BELOW_BASE),
    answer(call: Call): Promise<Answer> {
      const found = table.match(call.method, call.path)
      switch (found.kind) {
        case 'unknown_path':
          return Promise.resolve(empty(404))
        case 'unknown_method':
          return Promise.resolve({
            ...empty(405, { allow: found.allowed.join(', ') }),
            routePath: found.path,
          })
        case 'route':
          return answerRoute(deps, found.route, call, found.params)
      }
    },
    // Where a bug is met is no reason to name it otherwise: even while authenticating it is a 500 here.
    answerBug: (_, reference) => errorAnswer(internalServerError(reference)),
    answerUnavailable: (retryAfterSeconds) => errorAnswer(serviceUnavailable, retryAfterSeconds),
  }
}
