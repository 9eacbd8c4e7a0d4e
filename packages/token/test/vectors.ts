import { readFileSync } from 'node:fs'
import type { Context, Facts, Place, Purpose } from '../src/context.ts'
import type { CaveatType, JsonObject } from '../src/index.ts'
import { parseServiceSpec } from '../src/service-spec.ts'
import type { TokenSubject } from '../src/subject.ts'
import { encodeUtf8 } from '../src/utf8.ts'

/** The shape of the files in vectors/; their README says what the fields mean. */
export interface Vector {
  readonly name: string
  readonly why: string
  readonly secret: string
  readonly token: string
  readonly decodes: JsonObject
  readonly encodesTo?: string
  readonly judgements: readonly VectorJudgement[]
}

export interface VectorJudgement {
  readonly note?: string
  readonly purpose: Purpose
  readonly context: {
    readonly now: number
    readonly ip?: string
    readonly interface?: Context['interface']
    readonly service?: string
    readonly consumer?: TokenSubject
    readonly session?: string
    readonly allowDataAccessCaveats?: boolean
    readonly ignoredCaveats?: readonly CaveatType[]
  }
  readonly facts: VectorFacts
  readonly verdict: JsonObject
}

interface VectorFacts {
  readonly record?:
    | { readonly kind: 'named'; readonly subject: TokenSubject; readonly isRevoked: boolean }
    | { readonly kind: 'temporary'; readonly generation: number }
    | null
  readonly subject?: Facts['subject']
  readonly isSessionOfSubject?: boolean
  readonly allowedServices?: readonly string[]
  readonly consumerGroups?: readonly string[]
  readonly asn?: Readonly<Record<string, number>>
  readonly countries?: Readonly<Record<string, Place>>
}

export interface RefusedVector {
  readonly name: string
  readonly token: string
  readonly refused: string
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), 'utf8'))

// The files are data of this repository in the shape above.
const vectorsOf = (name: string): readonly Vector[] => (read(name) as { vectors: Vector[] }).vectors

export const VECTOR_FILES: Readonly<Record<string, readonly Vector[]>> = {
  libmacaroons: vectorsOf('libmacaroons'),
  compatibility: vectorsOf('compatibility'),
  examples: vectorsOf('examples'),
  composed: vectorsOf('composed'),
}

export const VECTORS: readonly Vector[] = Object.values(VECTOR_FILES).flat()

// As above.
export const REFUSED = (read('refused') as { vectors: RefusedVector[] }).vectors

export function contextOf({ context }: VectorJudgement): Context {
  return {
    now: context.now,
    ip: context.ip,
    interface: context.interface,
    service: context.service === undefined ? undefined : parseServiceSpec(context.service),
    consumer: context.consumer,
    session: context.session,
    allowDataAccessCaveats: context.allowDataAccessCaveats ?? false,
    ignoredCaveats: new Set(context.ignoredCaveats),
  }
}

export function factsOf(vector: Vector, { facts }: VectorJudgement): Facts {
  const record = facts.record ?? undefined
  return {
    record: record === undefined ? undefined : { ...record, secret: encodeUtf8(vector.secret) },
    subject: facts.subject ?? 'active',
    isSessionOfSubject: facts.isSessionOfSubject ?? false,
    isServiceAllowed: (_, { type, id }) => facts.allowedServices?.includes(`${type}-${id}`) ?? false,
    isConsumerInGroup: (groupId) => facts.consumerGroups?.includes(groupId) ?? false,
    asnOf: (ip) => facts.asn?.[ip],
    countryOf: (ip) => facts.countries?.[ip],
  }
}
