import type { Caveat, InviteType, TokenType } from '@jeton/token'
import { noIpFacts } from '../../src/authority/ip-facts.ts'
import { createNamedToken, createTemporaryToken, draftNamedToken } from '../../src/authority/issue.ts'
import { newSealedRootKey, openKeyRing } from '../../src/authority/key-ring.ts'
import type { SubjectName, UsageLimit } from '../../src/authority/named-token.ts'
import { NotedUses } from '../../src/authority/noted-uses.ts'
import { VerificationMemory } from '../../src/authority/verification-memory.ts'
import type { Call } from '../../src/dialects/dialect.ts'
import type { OnezoneDeps } from '../../src/dialects/onezone/deps.ts'
import { onezoneDialect } from '../../src/dialects/onezone/index.ts'
import { createEntity } from '../../src/directory/entities.ts'
import type { Entity, EntityKind, EntityRef, MemberRef } from '../../src/directory/entity.ts'
import { addMember } from '../../src/directory/members.ts'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../src/directory/password-throttle.ts'
import type { Provider } from '../../src/directory/provider.ts'
import { insertProviderIn, newProvider } from '../../src/directory/providers.ts'
import { setSupport } from '../../src/directory/supports.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { VerdictCounts } from '../../src/metrics/verdict-counts.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { fixedAmbient, type FixedAmbient } from '../../testing/fixed-ambient.ts'
import { givenTenant, givenUser } from '../store/samples.ts'
import { onEachStoreIn } from '../store/on-each-store.ts'
import type { OpenTestStore, TestStore } from '../store/test-store.ts'
import { checkAgainstDocument } from '../../testing/onezone-document.ts'
import { errorIds, type Answer, BASE } from './zone.ts'

export const CLIENT_ADDRESS = '10.0.0.1'
export const HOUR_SECONDS = 3600

export interface SeededAsk {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly clientAddress?: string
}

/** A provider with the token that it got when it registered. */
export interface SeededProvider extends Provider {
  readonly rootToken: string
}

export type Subject = Pick<User | Provider, 'onezoneId'>

export interface TokenParts {
  /** Of a named token; one that is not taken when nothing is said. */
  readonly name?: string
  readonly type?: TokenType
  readonly caveats?: readonly Caveat[]
  readonly privileges?: readonly string[]
  readonly usageLimit?: UsageLimit
}

/**
 * The Onezone dialect over a store that tests can fill past the API: providers, groups and spaces are just there.
 * From the request's pipeline to the database all is real; only the listener is missing.
 */
export interface SeededZone {
  readonly store: TestStore
  readonly ambient: FixedAmbient
  readonly tenant: Tenant
  readonly deps: SeededDeps
  ask(method: string, path: string, ask?: SeededAsk): Promise<Answer>
  user(parts?: Partial<User>): Promise<User>
  /** @param administrator holds everything in its cluster */
  provider(administrator?: User): Promise<SeededProvider>
  /** @param creator holds everything there; of a space its owner */
  entity(kind: EntityKind, creator?: User): Promise<Entity>
  join(entity: EntityRef, member: User | Entity, privileges?: readonly string[]): Promise<void>
  support(space: Entity, provider: Provider, isReadonly?: boolean): Promise<void>
  grantAdmin(user: User, ...privileges: readonly string[]): Promise<void>
  /** A named token. */
  named(subject: Subject, parts?: TokenParts): Promise<{ readonly id: string; readonly text: string }>
  /** The text of a named token. */
  token(subject: Subject, parts?: TokenParts): Promise<string>
  /** A temporary token that lives for an hour. */
  temporary(subject: Subject, parts?: TokenParts): Promise<string>
}

export type SeededDeps = OnezoneDeps

/** Runs the same cases on each database. */
export function onEachSeededZone(cases: (zone: () => SeededZone) => void): void {
  onEachStoreIn(openSeededZone, cases)
}

export async function openSeededZone(open: OpenTestStore): Promise<SeededZone> {
  const store = await open()
  const ambient = fixedAmbient()
  const tenant = await givenTenant(store)
  const deps = seededDeps(store, ambient, tenant)
  const dialect = onezoneDialect(deps)
  let names = 0
  const newName = (what: string) => `${what} ${(names += 1)}`
  const named: SeededZone['named'] = (subject, parts) =>
    createNamedToken(deps, {
      ...requestOf(tenant, subject, parts),
      name: parts?.name ?? newName('token'),
      customMetadata: {},
      isRevoked: false,
    })

  return {
    store,
    ambient,
    tenant,
    deps,
    async ask(method, path, asked = {}) {
      const { status, headers, body } = await dialect.answer(callOf(method, path, asked))
      // As text: none of this API's answers is sent as it is read.
      const text = (body as string | undefined) ?? ''
      checkAgainstDocument(method, `http://localhost${BASE}${path}`, {
        status,
        headers: new Headers(headers),
        text,
      })
      const parsed = text === '' ? undefined : JSON.parse(text)
      return { status, headers: new Headers(headers), text, parsed, json: parsed }
    },
    user: (parts) => givenUser(store, tenant, parts),
    provider: (administrator) => registered(deps, tenant, newName('Provider'), administrator),
    entity: (kind, creator) =>
      createEntity(deps, {
        tenantId: tenant.id,
        kind,
        name: newName(kind),
        creator: { kind: 'root' },
        firstMember: creator?.id,
      }),
    join: (entity, member, privileges) => addMember(deps, tenant.id, entity, memberRef(member), privileges),
    support: (space, provider, isReadonly = false) =>
      setSupport(deps, tenant.id, space.onezoneId, provider.onezoneId, isReadonly),
    grantAdmin: (user, ...privileges) =>
      store.atomically(({ users }) => users.changePrivileges(user.id, privileges, [])),
    named,
    token: async (subject, parts) => (await named(subject, parts)).text,
    async temporary(subject, { caveats = [], ...parts } = {}) {
      const untilLater = { type: 'time', validUntil: ambient.now() + HOUR_SECONDS } as const
      const request = requestOf(tenant, subject, { ...parts, caveats: [...caveats, untilLater] })
      return (await createTemporaryToken(deps, request)).text
    },
  }
}

const MASTER_KEY = new Uint8Array(32).fill(7)

/** What a node over that store is wired with; all nodes have the same keys. */
export function seededDeps(store: Store, ambient: FixedAmbient, tenant: Tenant): SeededDeps {
  const memory = new VerificationMemory({ maxBytes: 2 ** 21 })
  store.onCommitted(memory)
  return {
    ...store.reads,
    ambient,
    memory,
    // Where nobody tells it what other nodes commit, a node reads through.
    trust: { isCurrent: () => store.cluster === undefined },
    watch: new VerdictCounts(new NotedUses()),
    keyRing: openKeyRing(MASTER_KEY, [newSealedRootKey(MASTER_KEY, 1, fixedAmbient())], ambient, hmacSha256),
    hmac: hmacSha256,
    ipFacts: noIpFacts,
    atomically: store.atomically,
    acknowledged: store.atomically,
    settled: async () => undefined,
    maxTemporaryTtlSeconds: 30 * 24 * HOUR_SECONDS,
    passwordHashing: passwordHashing({ memoryCost: 8, timeCost: 1 }),
    passwordMemory: passwordMemory(ambient, hmacSha256),
    passwordThrottle: passwordThrottle(ambient, async () => undefined),
    tenantAt: () => tenant,
    isBasicAuthEnabled: true,
    isStoreNearlyFull: () => false,
    version: 'test',
  }
}

/** A second node over the same database. */
export async function siblingOf({ store, ambient, tenant }: SeededZone): Promise<{
  readonly deps: SeededDeps
  close(): Promise<void>
}> {
  const other = await (await openStore(store.location, ambient)).migrate()
  return { deps: seededDeps(other, ambient, tenant), close: () => other.close() }
}

export function nameOfSubject(subject: Subject): SubjectName {
  return { type: 'domain' in subject ? 'oneprovider' : 'user', id: subject.onezoneId }
}

export function inviteTo(inviteType: InviteType, target: Subject): TokenType {
  return { kind: 'invite', inviteType, targetId: target.onezoneId }
}

export const IDENTITY: TokenType = { kind: 'identity' }

export function as(token: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { 'x-auth-token': token } }
}

/** `accepted`, or the status with the errors' ids. */
export function outcomeOf(answer: Answer): string {
  return answer.status < 300 ? 'accepted' : `${answer.status} ${errorIds(answer)}`
}

function requestOf(tenant: Tenant, subject: Subject, parts: TokenParts = {}) {
  const { type = { kind: 'access' } as const, caveats = [], privileges, usageLimit } = parts
  return {
    tenant,
    audience: 'onezone' as const,
    subject: nameOfSubject(subject),
    type,
    caveats,
    privileges,
    ...(usageLimit !== undefined && { usageLimit: () => usageLimit }),
  }
}

async function registered(
  deps: SeededDeps,
  tenant: Tenant,
  name: string,
  administrator: User | undefined,
): Promise<SeededProvider> {
  const provider = newProvider(deps.ambient, {
    tenantId: tenant.id,
    name,
    domain: `${name.replace(' ', '-')}.example.org`,
    subdomain: undefined,
    adminEmail: 'admin@example.org',
    latitude: 0,
    longitude: 0,
  })
  const rootToken = draftNamedToken(
    deps,
    { kind: 'provider', id: provider.id },
    { ...requestOf(tenant, provider), name: 'root token', customMetadata: {}, isRevoked: false },
  )
  await deps.atomically(async (ports) => {
    await insertProviderIn(ports, deps.ambient, provider, administrator)
    await ports.tokens.insert(rootToken.token)
  })
  return { ...provider, rootToken: rootToken.text }
}

function memberRef(member: User | Entity): MemberRef {
  return { kind: 'username' in member ? 'user' : 'group', onezoneId: member.onezoneId }
}

function callOf(method: string, path: string, { headers = {}, body, clientAddress }: SeededAsk): Call {
  const bytes = body === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body))
  return {
    requestId: 'test',
    method,
    path: `${BASE}${path}`,
    query: new URLSearchParams(),
    headers: new Headers({ ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }),
    clientAddress: clientAddress ?? CLIENT_ADDRESS,
    host: '',
    origin: '',
    hasBody: body !== undefined,
    readBody: async () => bytes,
  }
}
