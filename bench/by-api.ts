import type { MeasuredApi } from './apis/api.ts'
import { astra } from './apis/astra.ts'
import { sdwan } from './apis/sdwan.ts'
import type { Cores } from './cores.ts'
import type { Asked, Workload } from './http-rounds.ts'
import { CONNECTIONS } from './names.ts'
import type { BenchOptions } from './options.ts'
import { sqlitePlace } from './places.ts'
import { measureStores, type StoreRows } from './stores.ts'
import { echo } from './verifications.ts'

/** Beside the Onezone. One line for each; its rows and goals follow. */
export const APIS: readonly MeasuredApi[] = [astra, sdwan]

export const API_QUESTIONS = APIS.flatMap(({ questions }) => questions)

/** What requests cost that name their caller, by API. None hangs on how many tokens are stored, so there are few. */
export function measureByApi(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StoreRows> {
  const tokens = options.sizes[0] ?? 0
  const planned = [{ label: 'of all APIs', nodes: 1, fill: () => sqlitePlace({ tokens }, onProgress) }]
  return measureStores(
    planned,
    async ([stored], echoing) => {
      const server = stored?.servers[0]
      if (stored === undefined || server === undefined) return []
      const asked = await Promise.all(APIS.map((api) => workloads(api, server)))
      return [echo(echoing, stored), ...asked.flat()]
    },
    cores,
    options,
    onProgress,
  )
}

async function workloads(api: MeasuredApi, server: Asked): Promise<readonly Workload[]> {
  const requests = await api.prepare(server)
  return api.questions.map(({ name }, index) => ({
    name,
    servers: [server],
    connections: CONNECTIONS,
    status: 200,
    warmsUpLong: true,
    requests: () => [requests[index] ?? ''],
  }))
}
