import { API_QUESTIONS } from './by-api.ts'
import { SUBJECTS } from './deletions.ts'
import { SECONDS_AROUND } from './http-rounds.ts'
import { OTHER_CONNECTIONS, type Part } from './names.ts'
import type { BenchOptions } from './options.ts'
import { metTokens } from './verifications.ts'
import { CONNECTION_COUNTS } from './writes.ts'

/** What a server needs to start, or a PostgreSQL. */
const START_SECONDS = 2
/** Of tokens that a server has not met. */
const MET_PER_SECOND = 15_000
const POSTGRES_INSERTS_PER_SECOND = 10_000
/** Of dead tokens' rows, while nobody asks for anything. */
const REMOVALS_PER_SECOND = 5000

/** About how long the parts take, in seconds, on an idle machine where the stores in SQLite are there already. */
export function estimates(options: BenchOptions): Readonly<Record<Part, number>> {
  const { sizes, tenantCounts, nodeCounts, rounds, seconds, clusterSeconds } = options
  const short = seconds + options.warmUpSeconds + SECONDS_AROUND
  const long = seconds + options.longWarmUpSeconds + SECONDS_AROUND
  const others = OTHER_CONNECTIONS.length
  const removal = options.deletedTokens / REMOVALS_PER_SECOND
  const deletions = 2 * SUBJECTS * short + (SUBJECTS - 1) * removal + long + START_SECONDS
  const filling = (tokens: number): number => tokens / POSTGRES_INSERTS_PER_SECOND
  const meeting = (tokens: number): number => metTokens(tokens) / MET_PER_SECOND
  return {
    'verification by tokens':
      sizes.reduce((sum, tokens) => sum + meeting(tokens), 0) +
      rounds * (long * (sizes.length + others) + short * (8 + sizes.length + 3 * others)),
    'verification by tenants':
      tenantCounts.length * meeting(options.tenantTokens) +
      rounds * (long * tenantCounts.length + short * (1 + tenantCounts.length)),
    'verification by nodes':
      rounds * (long * nodeCounts.length + short * (1 + nodeCounts.length)) +
      nodeCounts.length * (filling(options.nodeTokens) + START_SECONDS),
    'requests by API': START_SECONDS + rounds * (short + long * API_QUESTIONS.length),
    changes: rounds * (seconds + short * (1 + CONNECTION_COUNTS.length)),
    'deletions on SQLite': deletions,
    'deletions on PostgreSQL': deletions + filling(SUBJECTS * options.deletedTokens),
    revocations: nodeCounts.length * (clusterSeconds + 3 * START_SECONDS),
    starts: sizes.length * options.starts * START_SECONDS,
    'databases alone': 5,
    'the directory': options.isQuick ? 3 : 75,
    'a token in the process': 10,
  }
}
