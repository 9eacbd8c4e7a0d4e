import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemAmbient } from '../../../src/ambient-system.ts'
import { ensureOwner } from '../../../src/accounts/first-owner.ts'
import type { JetonDeps, Readiness } from '../../../src/dialects/jeton/deps.ts'
import { jetonDialect } from '../../../src/dialects/jeton/index.ts'
import { setUpInstallation } from '../../../src/directory/installation.ts'
import { passwordHashing } from '../../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../../src/directory/password-throttle.ts'
import { createUser } from '../../../src/directory/users.ts'
import { hmacSha256 } from '../../../src/hmac.ts'
import { DEFAULT_HTTP_LIMITS } from '../../../src/http/limits.ts'
import { startHttp } from '../../../src/http/start-http.ts'
import { silentLog } from '../../../src/log.ts'
import { openInstallation } from '../../../src/open-installation.ts'
import { ensureSuper } from '../../../src/operators/first-super.ts'

export const PASSWORD = 'correct horse battery staple'

/** The dialect alone, over real HTTP and a real SQLite, with one administrator and one user without privileges. */
export async function startJeton() {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-dialect-'))
  const place = {
    store: { kind: 'sqlite', folder },
    masterKey: undefined,
    masterKeyFile: join(folder, 'master.key'),
  } as const
  const { store, keyRing } = await openInstallation(place, systemAmbient)
  const real = passwordHashing({ memoryCost: 8, timeCost: 1 })
  /** A pause in hashing that a test can open. */
  const argon2 = { whileHashing: async () => undefined as void }
  const deps = {
    ambient: systemAmbient,
    keyRing,
    hmac: hmacSha256,
    maxTemporaryTtlSeconds: 3600,
    atomically: store.atomically,
    acknowledged: store.atomically,
    passwordHashing: {
      ...real,
      async hash(password: string): Promise<string> {
        await argon2.whileHashing()
        return real.hash(password)
      },
    },
    passwordMemory: passwordMemory(systemAmbient, hmacSha256),
    passwordThrottle: passwordThrottle(systemAmbient, async () => undefined),
    trust: { isCurrent: () => true },
    sdwan: {
      region: '0',
      maxActiveTokens: 10,
      defaultTokenTtlSeconds: undefined,
      maxTokenTtlSeconds: undefined,
      loginTtlSeconds: 3600,
    },
    ...store.reads,
  }
  const admin = { username: 'admin', email: 'admin@example.org', password: PASSWORD }
  const tenant = await setUpInstallation(deps, 'localhost', admin)
  await ensureOwner(deps, tenant.id)
  await ensureSuper(deps, tenant.id)
  const ada = await createUser(deps, { tenantId: tenant.id, username: 'ada', password: PASSWORD })
  const state: { readiness: Readiness; isStoreNearlyFull: boolean; cluster: JetonDeps['cluster'] } = {
    readiness: { isReady: true },
    isStoreNearlyFull: false,
    cluster: undefined,
  }
  const http = startHttp({
    dialects: [
      jetonDialect({
        ...deps,
        readiness: async () => state.readiness,
        isStoreNearlyFull: () => state.isStoreNearlyFull,
        get cluster() {
          return state.cluster
        },
        metrics: async () => 'jeton_things 1\n',
      }),
    ],
    ambient: systemAmbient,
    log: silentLog,
    accessLog: false,
    limits: DEFAULT_HTTP_LIMITS,
    host: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    stopTimeoutSeconds: 1,
  })
  return {
    url: `http://127.0.0.1:${http.port}`,
    port: http.port,
    ada,
    argon2,
    deps,
    store,
    state,
    tenant,
    async stop(): Promise<void> {
      await http.stop()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export function basic(name: string, password = PASSWORD): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` }
}
