import { afterAll, beforeAll, describe } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Configuration, readConfiguration } from '../../../src/configuration.ts'
import type { Summary } from '../../../src/import/onezone/import-export.ts'
import { importOnezone, type OnezoneImport } from '../../../src/import-onezone.ts'
import { silentLog } from '../../../src/log.ts'
import { serve } from '../../../src/main.ts'
import { OnezoneClient } from '../../../testing/onezone-client.ts'
import { migratedDatabase } from '../../../testing/postgres.ts'
import { ADMINISTRATOR } from '../../../testing/server-process.ts'
import { DATABASES, type Database } from '../../../testing/start-node.ts'

/** A server that is up for the length of one test step. */
export interface Open {
  readonly url: string
  readonly admin: OnezoneClient
  readonly nobody: OnezoneClient
}

export interface Imported extends Summary {
  /** Line and reason, in the order in which they were told. */
  readonly refusals: readonly (readonly [line: number, why: string])[]
}

/** An installation that moves in: served and imported into by turns, in this process. */
export interface House {
  readonly configuration: Configuration
  serving<T>(step: (open: Open) => Promise<T>): Promise<T>
  import(records: readonly unknown[], options?: Partial<OnezoneImport>): Promise<Imported>
}

export const HEAD = { record: 'export', version: 1, zone: 'zone.example.org' }
export const ZEROS = '0'.repeat(64)

/** Runs the same cases in an installation of their own on each database; it has been started once. */
export function inEachHouse(title: string, cases: (house: House) => void): void {
  for (const database of DATABASES) {
    describe(`${title}, on ${database}`, () => {
      let built: (House & { remove(): Promise<void> }) | undefined
      const house = (): House => {
        if (built === undefined) throw new Error('the house is there in tests only')
        return built
      }
      beforeAll(async () => {
        built = await buildHouse(database)
        await built.serving(async () => undefined)
      }, 60_000)
      afterAll(() => built?.remove())
      cases({
        get configuration() {
          return house().configuration
        },
        serving: (step) => house().serving(step),
        import: (records, options) => house().import(records, options),
      })
    })
  }
}

export async function buildHouse(database: Database): Promise<House & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-import-'))
  const postgres = database === 'PostgreSQL' ? await migratedDatabase() : undefined
  const configuration = readConfiguration({
    flags: {
      data: folder,
      port: '0',
      'zone-domain': 'zone.example.org',
      ...(postgres !== undefined && { 'database-url': postgres.url }),
    },
    env: { JETON_ADMIN_PASSWORD: ADMINISTRATOR.password },
    readFile: () => undefined,
  })
  return {
    configuration,
    async serving(step) {
      const running = await serve(configuration, silentLog, { argon2: { memoryCost: 8, timeCost: 1 } })
      try {
        const url = `http://127.0.0.1:${running.port}`
        return await step({
          url,
          admin: new OnezoneClient(url, { kind: 'password', ...ADMINISTRATOR }),
          nobody: new OnezoneClient(url, { kind: 'nobody' }),
        })
      } finally {
        await running.stop()
      }
    },
    async import(records, options = {}) {
      const refusals: [number, string][] = []
      const summary = await importOnezone(configuration, {
        chunks: chunksOf(textOf(records)),
        tenantDomain: undefined,
        isDryRun: false,
        isStrict: false,
        onRefused: (line, why) => refusals.push([line, why]),
        onProgress: () => undefined,
        ...options,
      })
      return { ...summary, refusals }
    },
    async remove() {
      await postgres?.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An export: the head, then a line each. A string is a line as it stands. */
export function textOf(records: readonly unknown[]): string {
  return [HEAD, ...records]
    .map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`)
    .join('')
}

/** In pieces that end wherever they end. */
export async function* chunksOf(text: string, chunkBytes = 1000): AsyncGenerator<Uint8Array, undefined> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  return undefined
}

export function user(id: string, more: object = {}): object {
  return { record: 'user', id, ...more }
}

export function provider(id: string, more: object = {}): object {
  const domain = `${id}.example.org`
  return { record: 'provider', id, name: id, domain, adminEmail: `admin@${domain}`, ...more }
}

export function namedToken(id: string, subject: string, more: object = {}): object {
  return { record: 'named_token', id, name: `token ${id}`, subject, type: 'act', secret: ZEROS, ...more }
}

export function temporarySecret(subject: string, generation: number, secret = ZEROS): object {
  return { record: 'temporary_secret', subject, generation, secret }
}

/** What the action throws. @throws {Error} when it does not */
export async function thrownBy(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (thrown: unknown) => thrown,
  )
}
