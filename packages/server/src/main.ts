import { ensureOwner } from './accounts/first-owner.ts'
import { CallerMemory } from './accounts/known-callers.ts'
import type { Ambient } from './ambient.ts'
import { systemAmbient } from './ambient-system.ts'
import type { IpFacts } from './authority/ip-facts.ts'
import { NotedUses } from './authority/noted-uses.ts'
import { VerificationMemory } from './authority/verification-memory.ts'
import { OpaqueTokenMemory } from './authority/verify-opaque.ts'
import { inBackground } from './background.ts'
import type { ChangeListener } from './change.ts'
import { ChangeListeners } from './change-listeners.ts'
import type { Cluster } from './cluster/cluster.ts'
import { ClusterNode } from './cluster/cluster-node.ts'
import { clusterReadiness } from './cluster/cluster-readiness.ts'
import { solo } from './cluster/solo.ts'
import type { Configuration } from './configuration.ts'
import { astraDialect } from './dialects/astra/index.ts'
import { astraApi } from './dialects/astra/openapi.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { Readiness } from './dialects/jeton/deps.ts'
import { jetonDialect } from './dialects/jeton/index.ts'
import { onezoneDialect } from './dialects/onezone/index.ts'
import { onezoneApi } from './dialects/onezone/openapi.ts'
import { openApiDialect } from './dialects/openapi-dialect.ts'
import { sdwanDialect } from './dialects/sdwan/index.ts'
import { sdwanApi } from './dialects/sdwan/openapi.ts'
import { sdwanOAuthDialect } from './dialects/sdwan/oauth/index.ts'
import { setUpInstallation } from './directory/installation.ts'
import { passwordHashing } from './directory/password-hashing.ts'
import { passwordMemory } from './directory/password-memory.ts'
import { passwordThrottle } from './directory/password-throttle.ts'
import { TenantByHost } from './directory/tenant-by-host.ts'
import { lowDiskSpace } from './disk-space.ts'
import { hmacSha256 } from './hmac.ts'
import { RequestCounts } from './http/request-counts.ts'
import { type HttpServer, startHttp } from './http/start-http.ts'
import { openIpDatabases } from './ip-databases.ts'
import type { Log } from './log.ts'
import { metricsPage } from './metrics/metrics-page.ts'
import { StoreCounts } from './metrics/store-counts.ts'
import { VerdictCounts } from './metrics/verdict-counts.ts'
import { type Installation, openInstallation } from './open-installation.ts'
import { ensureSupers } from './operators/first-super.ts'
import { SessionMemory } from './operators/known-sessions.ts'
import { placeOf } from './place-of.ts'
import type { Store } from './store/open-store.ts'
import { openTlsPair } from './tls/certificate-source.ts'
import { renewCertificate } from './tls/renew-certificate.ts'
import { readTlsPair } from './tls/tls-pair.ts'
import { VERSION } from './version.ts'

/** A running node. */
export interface Running {
  readonly port: number
  /** SHA-256 of the certificate that it started with, `AB:CD:…`; `undefined`: plain HTTP. */
  readonly fingerprint: string | undefined
  /** Reads the certificate again; connections that are there are finished under the one before. Nothing without TLS. */
  renewCertificate(): void
  /** Finishes what is in flight, refuses what is new, closes the store. Idempotent. */
  stop(): Promise<void>
}

/** What the caller hears of the start, and what a test may replace. */
export interface Surroundings {
  /** The administrator's password, when this start made him and none was given. To be shown at once; it is kept nowhere. */
  readonly onGeneratedPassword?: (password: string) => void
  readonly ambient?: Ambient
  readonly delay?: (millis: number) => Promise<void>
  readonly ipFacts?: IpFacts
  readonly isStoreNearlyFull?: () => boolean
  readonly readiness?: () => Promise<Readiness>
  /** Argon2 cost; the runtime's default unless a test wants it cheap. */
  readonly argon2?: { readonly memoryCost: number; readonly timeCost: number }
}

/**
 * Opens the installation, wires one node and starts it.
 * @throws {CannotOpenStore} @throws {MasterKeyProblem} @throws {IpDatabaseProblem} @throws {TlsProblem} when the start
 *   is refused; nothing was changed then. What the runtime throws when it cannot listen, with its `code`.
 */
export async function serve(
  configuration: Configuration,
  log: Log,
  surroundings: Surroundings = {},
): Promise<Running> {
  const ambient = surroundings.ambient ?? systemAmbient
  const ipFacts = surroundings.ipFacts ?? openIpDatabases(configuration)
  if (configuration.tls?.kind === 'files') readTlsPair(configuration.tls)
  const installation = await openInstallation(placeOf(configuration), ambient, 'starts', () => {
    log.info({}, 'an older version made this database; it is brought up to date, and then the server listens')
    // The embedded database lets nothing else happen meanwhile, not even a line be written.
    log.flush()
  })
  const { store } = installation
  const listeners = new ChangeListeners()
  const memory = listeners.add(new VerificationMemory({ maxBytes: configuration.maxRememberedBytes }))
  store.onCommitted(listeners)
  const cluster = joinCluster(store, listeners, configuration, ambient, log)
  try {
    const world = {
      configuration,
      surroundings,
      ambient,
      log,
      ipFacts,
      installation,
      listeners,
      memory,
      cluster,
    }
    return await startNode(world)
  } catch (problem) {
    await cluster.stop()
    await store.close()
    throw problem
  }
}

interface World {
  readonly configuration: Configuration
  readonly surroundings: Surroundings
  readonly ambient: Ambient
  readonly log: Log
  readonly ipFacts: IpFacts
  readonly installation: Installation
  readonly listeners: ChangeListeners
  readonly memory: VerificationMemory
  readonly cluster: Cluster
}

/** One of the nodes that share a database; where no other process can open the store, the only one. */
function joinCluster(
  store: Store,
  listener: ChangeListener,
  { http: { host, port } }: Configuration,
  ambient: Ambient,
  log: Log,
): Cluster {
  if (store.cluster === undefined) return solo()
  return new ClusterNode({ store: store.cluster, ambient, listener, log, address: `${host}:${port}` })
}

async function startNode(world: World): Promise<Running> {
  const { configuration, surroundings, ambient, log, ipFacts, installation, cluster } = world
  const { listeners, memory } = world
  const { store, keyRing } = installation
  const noted = new NotedUses()
  const counts = {
    requests: new RequestCounts(),
    verdicts: new VerdictCounts(noted),
    store: new StoreCounts(),
  }
  const { commit, atomically, deadTokens } = counts.store.over(store)
  const common = {
    ambient,
    keyRing,
    memory,
    trust: cluster,
    watch: counts.verdicts,
    ipFacts,
    hmac: hmacSha256,
    atomically,
    acknowledged: cluster.acknowledged(commit),
    settled: () => cluster.settled(),
    ...store.reads,
    passwordHashing: passwordHashing(surroundings.argon2),
    passwordMemory: passwordMemory(ambient, hmacSha256),
    passwordThrottle: passwordThrottle(ambient, surroundings.delay ?? Bun.sleep),
    maxTemporaryTtlSeconds: configuration.maxTemporaryTtlSeconds,
    sdwan: configuration.sdwan,
    isStoreNearlyFull: surroundings.isStoreNearlyFull ?? nearlyFull(configuration),
  }
  const { zoneDomain, administrator, isBasicAuthEnabled } = configuration
  const tenant = await setUpInstallation(common, zoneDomain, administrator, surroundings.onGeneratedPassword)
  await ensureOwner(common, tenant.id)
  await ensureSupers(common)
  const tenants = listeners.add(new TenantByHost(store.reads.tenants, tenant))
  const shared = store.cluster === undefined ? undefined : cluster
  const passwords = common.passwordHashing
  const remembered = {
    opaqueTokenMemory: listeners.add(new OpaqueTokenMemory()),
    callerMemory: listeners.add(new CallerMemory()),
    sessionMemory: listeners.add(new SessionMemory()),
  }
  const dialects: readonly Dialect[] = [
    onezoneDialect({
      ...common,
      version: VERSION,
      tenantAt: (host) => tenants.at(host),
      isBasicAuthEnabled,
    }),
    astraDialect({ ...common, ...remembered }),
    sdwanDialect({ ...common, ...remembered }),
    sdwanOAuthDialect(common),
    jetonDialect({
      ...common,
      readiness: surroundings.readiness ?? clusterReadiness(cluster, store),
      cluster: shared,
      metrics: metricsPage({ ...counts, ...remembered, memory, noted, passwords, cluster: shared }),
    }),
    openApiDialect(
      { title: 'Jeton', version: VERSION },
      { onezone: onezoneApi(), astra: astraApi(), sdwan: sdwanApi() },
    ),
  ]
  const { tls } = configuration
  const pair = tls && openTlsPair(tls, ambient, log)
  const http = startHttp({
    ...configuration.http,
    tls: pair,
    dialects,
    ambient,
    log,
    requestCounts: counts.requests,
  })
  const stopBackground = inBackground({
    ...common,
    noted,
    usage: store.usage,
    deadTokens,
    requestsAnswered: () => counts.requests.answeredTotal,
    log,
    store,
  })
  return {
    ...running(http, stopBackground, cluster, store),
    fingerprint: pair?.fingerprint,
    renewCertificate: () => tls && renewCertificate(tls, http, ambient, log),
  }
}

/** A database elsewhere knows its own disk, and says so when it is full. */
function nearlyFull({ databaseUrl, dataFolder, minFreeDiskBytes }: Configuration) {
  return databaseUrl === undefined ? lowDiskSpace(dataFolder, minFreeDiskBytes) : () => false
}

/** The cluster is left only once nobody is answered any more, and before what it stands on is closed. */
function running(
  http: HttpServer,
  stopBackground: () => Promise<void>,
  cluster: Pick<Cluster, 'stop'>,
  store: Pick<Store, 'close'>,
): Pick<Running, 'port' | 'stop'> {
  const stop = async (): Promise<void> => {
    await http.stop()
    await stopBackground()
    await cluster.stop()
    await store.close()
  }
  let stopped: Promise<void> | undefined
  return { port: http.port, stop: () => (stopped ??= stop()) }
}
