import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Named tokens in the store. */
  readonly tokens: number
  /** Measured per server and round, after the warm-up. */
  readonly seconds: number
  readonly rounds: number
  /** Writes a CPU profile of the server into the working folder. */
  readonly isProfiled: boolean
}

export const USAGE = `npm run bench -- [--tokens N] [--seconds N] [--rounds N] [--quick] [--profile]

  --tokens N   named tokens in SQLite; default 1000000, made once and kept in the system's temporary folder
  --seconds N  measured per server and round; default 5
  --rounds N   rounds, of which the medians are shown; default 5
  --quick      20000 tokens, 1 second, 3 rounds: whether it runs, not how fast
  --profile    write a CPU profile of the server into the working folder
`

/** @throws {TypeError} for an option that there is not, or a number that is none */
export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      tokens: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  })
  return {
    tokens: positive(values.tokens, values.quick ? 20_000 : 1_000_000),
    seconds: positive(values.seconds, values.quick ? 1 : 5),
    rounds: positive(values.rounds, values.quick ? 3 : 5),
    isProfiled: values.profile,
  }
}

function positive(text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`'${text}' is no whole number above 0`)
  return number
}
