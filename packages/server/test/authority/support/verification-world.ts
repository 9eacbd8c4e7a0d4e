import { type Caveat, confineToken, type TokenRefusal } from '@jeton/token'
import { noIpFacts } from '../../../src/authority/ip-facts.ts'
import { newSealedRootKey, openKeyRing } from '../../../src/authority/key-ring.ts'
import { createNamedToken, createTemporaryToken, type IssueDeps } from '../../../src/authority/issue.ts'
import type { TokenId } from '../../../src/authority/named-token.ts'
import { NotedUses } from '../../../src/authority/noted-uses.ts'
import type { VerificationReads } from '../../../src/authority/ports.ts'
import type { Presentation } from '../../../src/authority/same-question.ts'
import { type MemoryLimits, VerificationMemory } from '../../../src/authority/verification-memory.ts'
import { type Verified, verifyToken, type VerifyDeps } from '../../../src/authority/verify.ts'
import type { ChangeListener } from '../../../src/change.ts'
import type { Tenant } from '../../../src/directory/tenant.ts'
import type { User } from '../../../src/directory/user.ts'
import { hmacSha256 } from '../../../src/hmac.ts'
import { VerdictCounts } from '../../../src/metrics/verdict-counts.ts'
import { type FixedAmbient, fixedAmbient } from '../../../testing/fixed-ambient.ts'
import { givenTenant, givenUser } from '../../store/samples.ts'
import { openTestSqlite, type TestStore } from '../../store/test-store.ts'

/** What one verification cost. */
export interface Cost {
  readonly verdict: string
  readonly queries: number
  readonly hmacs: number
}

/** The authority's verification over a real store and real keys, with everything counted that it may spend. */
export interface VerificationWorld {
  readonly store: TestStore
  readonly ambient: FixedAmbient
  readonly tenant: Tenant
  readonly user: User
  readonly memory: VerificationMemory
  /** Whether the node may believe what it remembers. */
  readonly trust: { current: boolean }
  /** Whether the memory hears of what is committed, as it happens. */
  readonly feed: { isConnected: boolean }
  readonly deps: VerifyDeps & IssueDeps
  named(user: User, caveats?: readonly Caveat[]): Promise<{ readonly id: TokenId; readonly text: string }>
  temporary(user: User, caveats?: readonly Caveat[]): Promise<string>
  confined(text: string, caveats: readonly Caveat[]): string
  /** `accepted`, or the kind of the refusal. */
  verdict(text: string): Promise<string>
  cost(text: string, presentation?: Partial<Presentation>): Promise<Cost>
  verify(text: string, presentation?: Partial<Presentation>): Promise<Verified>
  /** Verifies while the store's answer waits; `meanwhile` runs once the answer is there and before it arrives. */
  verdictDuring(text: string, meanwhile: () => Promise<unknown>): Promise<string>
}

export const PRESENTATION: Presentation = {
  ip: '10.1.2.3',
  interface: 'rest',
  service: undefined,
  consumer: undefined,
  session: 'any',
  allowDataAccessCaveats: false,
}

export const HOUR_SECONDS = 3600

export async function openWorld(limits: MemoryLimits = { maxBytes: 2 ** 23 }): Promise<VerificationWorld> {
  const store = await openTestSqlite()
  const ambient = fixedAmbient()
  const memory = new VerificationMemory(limits)
  const trust = { current: true }
  const feed = { isConnected: true }
  store.onCommitted(whileConnected(memory, feed))
  const spent = { queries: 0, hmacs: 0 }
  const gate: Gate = { afterRead: undefined }
  const hmac: typeof hmacSha256 = (key, message) => {
    spent.hmacs += 1
    return hmacSha256(key, message)
  }
  const masterKey = ambient.randomBytes(32)
  const deps: VerificationWorld['deps'] = {
    ambient,
    memory,
    trust: { isCurrent: () => trust.current },
    watch: new VerdictCounts(new NotedUses()),
    verification: counted(store.reads.verification, spent, gate),
    users: countedReads(store.reads.users, spent),
    providers: countedReads(store.reads.providers, spent),
    entities: countedReads(store.reads.entities, spent),
    relations: countedReads(store.reads.relations, spent),
    atomically: store.atomically,
    keyRing: openKeyRing(masterKey, [newSealedRootKey(masterKey, 1, ambient)], ambient, hmac),
    hmac,
    ipFacts: noIpFacts,
    maxTemporaryTtlSeconds: 30 * 24 * HOUR_SECONDS,
  }
  const tenant = await givenTenant(store)
  const user = await givenUser(store, tenant)
  let names = 0

  const requestOf = ({ onezoneId: id }: User, caveats: readonly Caveat[]) =>
    ({ tenant, audience: 'onezone', subject: { type: 'user', id }, type: ACCESS, caveats }) as const
  const verify: VerificationWorld['verify'] = async (text, presentation = {}) =>
    verifyToken(deps, tenant.id, 'onezone', memory.decode(text), ACCESS, { ...PRESENTATION, ...presentation })
  const verdict = async (text: string) => verdictOf(await verify(text))

  return {
    store,
    ambient,
    tenant,
    user,
    memory,
    trust,
    feed,
    deps,
    verify,
    verdict,
    named(owner, caveats = []) {
      names += 1
      const request = { name: `token ${names}`, customMetadata: {}, isRevoked: false }
      return createNamedToken(deps, { ...requestOf(owner, caveats), ...request })
    },
    async temporary(owner, caveats = []) {
      const untilLater: Caveat = { type: 'time', validUntil: ambient.now() + HOUR_SECONDS }
      return (await createTemporaryToken(deps, requestOf(owner, [...caveats, untilLater]))).text
    },
    confined: (text, caveats) => confineToken(text, caveats, hmacSha256),
    async cost(text, presentation) {
      spent.queries = 0
      spent.hmacs = 0
      return { verdict: verdictOf(await verify(text, presentation)), ...spent }
    },
    async verdictDuring(text, meanwhile) {
      gate.afterRead = meanwhile
      const outcome = await verdict(text)
      gate.afterRead = undefined
      return outcome
    },
  }
}

export const ACCESS = { kind: 'access' } as const

export function verdictOf(verified: Verified): 'accepted' | TokenRefusal['kind'] {
  return verified.ok ? 'accepted' : verified.why.kind
}

interface Gate {
  afterRead: (() => Promise<unknown>) | undefined
}

function counted(reads: VerificationReads, spent: { queries: number }, gate: Gate): VerificationReads {
  const counting = async <T>(read: Promise<T>): Promise<T> => {
    spent.queries += 1
    const found = await read
    const { afterRead } = gate
    gate.afterRead = undefined
    await afterRead?.()
    return found
  }
  return {
    findNamed: (...asked) => counting(reads.findNamed(...asked)),
    findGeneration: (...asked) => counting(reads.findGeneration(...asked)),
  }
}

/** The port with each call of it counted as one query. */
function countedReads<Port extends object>(port: Port, spent: { queries: number }): Port {
  return new Proxy(port, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver)
      if (typeof member !== 'function') return member
      return (...asked: readonly unknown[]) => {
        spent.queries += 1
        return Reflect.apply(member, target, asked)
      }
    },
  })
}

function whileConnected(memory: VerificationMemory, feed: { readonly isConnected: boolean }): ChangeListener {
  return {
    apply: (change) => {
      if (feed.isConnected) memory.apply(change)
    },
    flush: () => memory.flush(),
  }
}
