import { Database } from 'bun:sqlite'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'

/**
 * npm's better-auth with its api-key plugin on a SQLite file, as its manual sets it up, without its rate limit, which
 * would refuse us. Answers `{"key": …}` with what its `verifyApiKey` says. Prints its port; GET gives a key.
 */
const database = new Database(join(mkdtempSync(join(tmpdir(), 'jeton-bench-peer-')), 'auth.sqlite'))
database.run('pragma journal_mode = wal')
const options = {
  database,
  secret: 'a secret for nobody but the benchmark, 5c1d',
  baseURL: 'http://127.0.0.1',
  logger: { disabled: true },
  telemetry: { enabled: false },
  emailAndPassword: { enabled: true },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
}
const auth = betterAuth(options)
await (await getMigrations(options)).runMigrations()
const { user } = await auth.api.signUpEmail({
  body: { email: 'bench@example.org', password: 'correct horse', name: 'bench' },
})
const { key } = await auth.api.createApiKey({ body: { userId: user.id } })

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    if (request.method === 'GET') return Response.json({ key })
    // Safe: the load generator sends what GET gave it.
    const body = (await request.json()) as { readonly key: string }
    const verdict = await auth.api.verifyApiKey({ body })
    return Response.json({ valid: verdict.valid }, { status: verdict.valid ? 200 : 401 })
  },
})
process.stdout.write(`${server.port}\n`)
