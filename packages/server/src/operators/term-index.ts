import type { ApiPermission } from './base-permissions.ts'
import type { Term } from './evaluation.ts'
import { API_PATTERNS, parameterOf } from './permission-value.ts'

/**
 * What some terms say of one call, found without looking at each of them: a role has hundreds, an operator a hundred
 * roles, and comparing all with all would keep the process from everything else.
 */
export class TermIndex {
  readonly #api: ApiPermission
  readonly #terms: readonly Term[]
  /** By what they are about. */
  readonly #said = new Map<string, Windows>()
  /** By each part of that alone, and by all of them together, with {@link WHATEVER} in the place of the others. */
  #touched: ReadonlyMap<string, Windows> | undefined

  constructor(terms: readonly Term[], api: ApiPermission) {
    this.#api = api
    this.#terms = terms.filter(({ names }) => names.has(api))
    for (const term of this.#terms) {
      for (const key of keysOf(aboutOf(term, api))) add(this.#said, key, term)
    }
  }

  /** Whether one of them says all that a term does. */
  includes(term: Term): boolean {
    // Those that name the same, or anything.
    const keys = keysOf(aboutOf(term, this.#api), ANY)
    return keys.some((key) => this.#said.get(key)?.hasAround(term) === true)
  }

  /** Whether there is a call that one of them and the term are both about. */
  meets(term: Term): boolean {
    this.#touched ??= touchedBy(this.#terms, this.#api)
    // Where it names something, those that name the same, or anything; where it does not, all of them.
    const about = aboutOf(term, this.#api).map((part) => (part === ANY ? WHATEVER : part))
    for (const key of keysOf(about, ANY)) if (this.#touched.get(key)?.hasMeeting(term) === true) return true
    return false
  }
}

function touchedBy(terms: readonly Term[], api: ApiPermission): ReadonlyMap<string, Windows> {
  const touched = new Map<string, Windows>()
  for (const term of terms) {
    for (const key of keysOf(aboutOf(term, api), WHATEVER)) add(touched, key, term)
  }
  return touched
}

/** A term's region, and what it has in the place of each parameter of a call. */
type About = readonly string[]

/** No region or id is empty. */
const ANY = ''
/** Nor is one this. */
const WHATEVER = '*'

function aboutOf({ pattern, region = ANY }: Term, api: ApiPermission): About {
  const about = [region]
  for (const at of PARAMETERS.get(api) ?? []) {
    const named = pattern.segments[at] ?? ANY
    about.push(parameterOf(named) === undefined ? named : ANY)
  }
  return about
}

/** Where the parameters of each call stand, but for the tenant: nobody's terms are of another one. */
const PARAMETERS: ReadonlyMap<ApiPermission, readonly number[]> = new Map(
  [...API_PATTERNS].map(([api, { segments }]) => [
    api,
    segments.flatMap((segment, at) => (isParameter(segment) ? at : [])),
  ]),
)

function isParameter(segment: string): boolean {
  return ![undefined, 'tenant_id'].includes(parameterOf(segment))
}

/** Of all that comes of putting something in the place of parts: at most 8, for no call has more than two parameters. */
function keysOf(about: About, instead?: string): readonly string[] {
  let keys: readonly string[] = ['']
  for (const part of about) {
    const longer = keys.map((key) => `${key}/${part}`)
    const isOnly = instead === undefined || part === instead || part === WHATEVER
    keys = isOnly ? longer : [...longer, ...keys.map((key) => `${key}/${instead}`)]
  }
  return keys
}

function add(index: Map<string, Windows>, key: string, term: Term): void {
  const known = index.get(key)
  const windows = known ?? new Windows()
  if (known === undefined) index.set(key, windows)
  windows.add(term)
}

type Window = Pick<Term, 'afterMs' | 'beforeMs'>

/** In which times something is said. */
class Windows {
  readonly #all: Window[] = []
  /** The latest end of each and those that begin before it. Only as long as nothing is added. */
  #latestEnds: readonly number[] | undefined

  add(window: Window): void {
    this.#all.push(window)
    this.#latestEnds = undefined
  }

  /** Whether one lasts all of that time. */
  hasAround({ afterMs, beforeMs }: Window): boolean {
    return this.#latestEnd((begin) => begin <= afterMs) >= beforeMs
  }

  /** Whether one has a moment of that time. */
  hasMeeting({ afterMs, beforeMs }: Window): boolean {
    return this.#latestEnd((begin) => begin < beforeMs) > afterMs
  }

  /** The latest end of those that begin early enough. */
  #latestEnd(isEarlyEnough: (beginMs: number) => boolean): number {
    const ends = this.#ends()
    let from = 0
    let to = ends.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (isEarlyEnough(this.#all[middle]?.afterMs ?? Number.POSITIVE_INFINITY)) from = middle + 1
      else to = middle
    }
    return ends[from - 1] ?? Number.NaN
  }

  #ends(): readonly number[] {
    if (this.#latestEnds !== undefined) return this.#latestEnds
    this.#all.sort((one, other) => Number(one.afterMs > other.afterMs) - Number(one.afterMs < other.afterMs))
    let latest = Number.NEGATIVE_INFINITY
    this.#latestEnds = this.#all.map(({ beforeMs }) => (latest = Math.max(latest, beforeMs)))
    return this.#latestEnds
  }
}
