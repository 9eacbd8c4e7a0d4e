import { parseArgs } from 'node:util'
import { PARTS_ON_POSTGRES, PARTS_WITHOUT_IT } from './names.ts'

export interface BenchOptions {
  /** Named tokens in SQLite: sizes of the stores, the smallest first. */
  readonly sizes: readonly number[]
  /** How many tenants share {@link tenantTokens}, the fewest first. */
  readonly tenantCounts: readonly number[]
  readonly tenantTokens: number
  /** How many nodes share a PostgreSQL with {@link nodeTokens}. */
  readonly nodeCounts: readonly number[]
  readonly nodeTokens: number
  /** Of one subject, gone in one request. */
  readonly deletedTokens: number
  /** Before each measurement. */
  readonly warmUpSeconds: number
  /** Before one of what has to be remembered first. */
  readonly longWarmUpSeconds: number
  /** Measured per server and round, after the warm-up. */
  readonly seconds: number
  readonly rounds: number
  /** Of a server, per store; after each as many random tokens are verified. */
  readonly starts: number
  readonly verificationsPerStart: number
  /** How long revocations are sent to a cluster. */
  readonly clusterSeconds: number
  /** Of the judgement of a token within the process. */
  readonly tokenRounds: number
  /** Measures only the parts with this in their names, and prints their tables. */
  readonly only: string | undefined
  /** Prints the page instead of writing it. */
  readonly isQuick: boolean
  /** Writes a CPU profile of the server into the working folder. */
  readonly isProfiled: boolean
}

export const USAGE = `npm run bench -- [--tokens N] [--seconds N] [--rounds N] [--full | --quick] [--only NAME] [--profile]

  --tokens N   named tokens in the largest store; default 1000000, made once and kept in the system's temporary folder
  --seconds N  measured per server and round; default 3
  --rounds N   rounds, of which the medians are shown; default 3
  --full       10000000 tokens too, 5 seconds, 5 rounds, revocations for a minute, a million tokens deleted at once
  --quick      a few tokens, moments, 1 round; prints the page: whether it runs, not how fast
  --only NAME  the parts with NAME in their names, as the run says them; prints their tables and changes no file
  --profile    write a CPU profile of the server into the working folder
`

const FEWEST = 1000
const USUAL = {
  tokens: 1_000_000,
  tenantCounts: [1, 100, 1000],
  tenantTokens: 200_000,
  nodeCounts: [1, 3],
  nodeTokens: 100_000,
  deletedTokens: 100_000,
  warmUpSeconds: 2,
  longWarmUpSeconds: 4,
  seconds: 3,
  rounds: 3,
  starts: 3,
  verificationsPerStart: 20_000,
  clusterSeconds: 20,
  tokenRounds: 101,
} as const
const SCOPES = {
  quick: {
    tokens: 2000,
    tenantCounts: [1, 20],
    tenantTokens: 100,
    nodeCounts: [1, 3],
    nodeTokens: 100,
    deletedTokens: 100,
    warmUpSeconds: 0.05,
    longWarmUpSeconds: 0.05,
    seconds: 0.15,
    rounds: 1,
    starts: 1,
    verificationsPerStart: 500,
    clusterSeconds: 1,
    tokenRounds: 3,
  },
  usual: USUAL,
  full: {
    ...USUAL,
    tokens: 10_000_000,
    nodeTokens: 1_000_000,
    deletedTokens: 1_000_000,
    seconds: 5,
    rounds: 5,
    clusterSeconds: 60,
  },
} as const

/** @throws {TypeError} for an option or a part that there is not, or a number that is none */
export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      tokens: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      full: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  })
  const scope = SCOPES[values.quick ? 'quick' : values.full ? 'full' : 'usual']
  const tokens = positive(values.tokens, scope.tokens)
  const sizes = [FEWEST, ...(values.full ? [USUAL.tokens] : []), tokens]
  return {
    ...scope,
    seconds: positive(values.seconds, scope.seconds),
    rounds: positive(values.rounds, scope.rounds),
    sizes: [...new Set(sizes)].toSorted((a, b) => a - b),
    only: partName(values.only),
    isQuick: values.quick,
    isProfiled: values.profile,
  }
}

function partName(text: string | undefined): string | undefined {
  const parts = [...PARTS_ON_POSTGRES, ...PARTS_WITHOUT_IT]
  if (text === undefined || parts.some((part) => part.includes(text))) return text
  throw new TypeError(`no part of '${parts.join("', '")}' has '${text}' in its name`)
}

function positive(text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`'${text}' is no whole number above 0`)
  return number
}
