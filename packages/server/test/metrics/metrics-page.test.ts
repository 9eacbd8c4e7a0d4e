import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NotedUses } from '../../src/authority/noted-uses.ts'
import { VerificationMemory } from '../../src/authority/verification-memory.ts'
import { RequestCounts } from '../../src/http/request-counts.ts'
import type { ClusterSource } from '../../src/metrics/cluster-metrics.ts'
import { metricsPage } from '../../src/metrics/metrics-page.ts'
import { StoreCounts } from '../../src/metrics/store-counts.ts'
import { VerdictCounts } from '../../src/metrics/verdict-counts.ts'
import { OnezoneClient } from '../../testing/onezone-client.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { startNode, type TestNode } from '../../testing/start-node.ts'

const SAMPLE = /^(jeton_\w+(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})?) (\d+(?:\.\d+)?)$/

/** The values of a page, by name and labels as they stand there. Fails on a line that is none of the format's. */
function valuesOf(page: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const line of page.trimEnd().split('\n')) {
    if (/^# (HELP|TYPE) jeton_\w+ ./.test(line)) continue
    expect(line).toMatch(SAMPLE)
    const [, sample = '', value] = SAMPLE.exec(line) ?? []
    values.set(sample, Number(value))
  }
  return values
}

describe('the page of a node', () => {
  let node: TestNode
  let admin: OnezoneClient
  beforeAll(async () => {
    node = await startNode('SQLite')
    admin = new OnezoneClient(node.url, { kind: 'password', ...ADMINISTRATOR })
  })
  afterAll(() => node.stop())

  const page = async (): Promise<string> => (await fetch(`${node.url}/metrics`)).text()

  /** By how much what `work` did raised each of these. */
  async function risesOf(names: readonly string[], work: () => Promise<unknown>): Promise<readonly number[]> {
    const before = valuesOf(await page())
    await work()
    const after = valuesOf(await page())
    return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0))
  }

  test('counts verdicts by outcome, and requests by what they asked and got', async () => {
    const { id, token } = await admin.createNamedToken('self', { name: 'counted' })
    const operation = 'jeton_requests_total{dialect="onezone",operation="verify_access_token"'
    const rises = await risesOf(
      [
        'jeton_verdicts_total{outcome="accepted"}',
        'jeton_verdicts_total{outcome="token_revoked"}',
        `${operation},status="2xx"}`,
        `${operation},status="4xx"}`,
        'jeton_commits_total',
      ],
      async () => {
        for (let time = 0; time < 3; time += 1) expect(await admin.verdict(token)).toBe('accepted')
        await admin.request('PATCH', `/tokens/named/${id}`, { revoked: true })
        for (let time = 0; time < 2; time += 1) expect(await admin.verdict(token)).toBe('tokenRevoked')
      },
    )
    expect(rises).toEqual([3, 2, 3, 2, 1])
  })

  test('counts what was remembered apart from what was read, and no verification as a commit', async () => {
    const { token } = await admin.createNamedToken('self', { name: 'remembered' })
    const rises = await risesOf(
      [
        'jeton_verification_memory_lookups_total{result="miss"}',
        'jeton_verification_memory_lookups_total{result="hit"}',
        'jeton_verification_memory_entries{kind="text"}',
        'jeton_commits_total',
      ],
      async () => {
        for (let time = 0; time < 5; time += 1) await admin.verdict(token)
      },
    )
    expect(rises).toEqual([1, 4, 1, 0])
  })

  test('names no token, no user and no secret', async () => {
    const { id, token } = await admin.createNamedToken('self', { name: 'named after nobody' })
    await new OnezoneClient(node.url, { kind: 'token', token }).request('GET', `/tokens/named/${id}`)
    await admin.request('GET', `/tokens/named/name/canary`)
    await fetch(`${node.url}/api/v3/onezone/canary/${id}?token=${token}`)
    const text = await page()
    for (const secret of [id, token, 'named after', 'canary', ADMINISTRATOR.username]) {
      expect(text).not.toContain(secret)
    }
  })

  test('has the page itself in flight, and nothing else', async () => {
    expect(valuesOf(await page()).get('jeton_requests_in_flight')).toBe(1)
  })

  test('has no cluster where there can be no second node', async () => {
    expect(await page()).not.toContain('jeton_cluster')
  })
})

const cluster: ClusterSource = {
  status: () => ({
    nodeId: 'b',
    standing: { isCurrent: true },
    leaseAgeMillis: 60_000,
    applied: 17,
    head: 19,
    lag: 2,
    trustLeftMillis: 1500,
  }),
  members: async () =>
    [false, false, true].map((isFenced, index) => ({
      nodeId: `node ${index}`,
      address: `192.0.2.${index}:4600`,
      isThisNode: index === 0,
      isFenced,
      applied: 17,
      lag: 2,
      renewal: 90,
      stillForMillis: 333,
      ttlMillis: 2000,
    })),
  figures: () => ({
    renewals: 90,
    lostLeases: 1,
    fencings: 2,
    waits: { count: 4, totalMillis: 60, longestMillis: 33 },
  }),
}

function pageOf(source: ClusterSource): Promise<string> {
  const noted = new NotedUses()
  return metricsPage({
    requests: new RequestCounts(),
    verdicts: new VerdictCounts(noted),
    memory: new VerificationMemory({ maxBytes: 2 ** 21 }),
    opaqueTokenMemory: { size: 0 },
    callerMemory: { size: 0 },
    sessionMemory: { size: 0 },
    noted,
    passwords: { queue: () => ({ running: 0, waiting: 0 }) },
    store: new StoreCounts(),
    cluster: source,
  })()
}

describe('the page of a node in a cluster', () => {
  test('shows its lease, its place in the feed, and what waiting for the others cost', async () => {
    const values = valuesOf(await pageOf(cluster))
    expect(Object.fromEntries([...values].filter(([name]) => /cluster|wait_/.test(name)))).toEqual({
      'jeton_cluster_nodes{state="alive"}': 2,
      'jeton_cluster_nodes{state="fenced"}': 1,
      jeton_cluster_current: 1,
      jeton_cluster_trust_left_seconds: 1.5,
      jeton_cluster_head_number: 19,
      jeton_cluster_applied_number: 17,
      jeton_cluster_lag_changes: 2,
      jeton_cluster_renewals_total: 90,
      jeton_cluster_lost_leases_total: 1,
      jeton_cluster_fencings_total: 2,
      jeton_acknowledgement_wait_seconds_sum: 0.06,
      jeton_acknowledgement_wait_seconds_count: 4,
      jeton_acknowledgement_wait_longest_seconds: 0.033,
    })
  })

  test('goes without the nodes when the database is away, and names none of them when it is not', async () => {
    const away = await pageOf({ ...cluster, members: () => Promise.reject(new Error('away')) })
    expect(away).toContain('jeton_cluster_current 1\n')
    expect(away).not.toContain('jeton_cluster_nodes')
    expect(await pageOf(cluster)).not.toMatch(/192\.0\.2|"node/)
  })
})

test('docs/operations.md explains every metric', async () => {
  const docs = readFileSync(join(import.meta.dir, '../../../../docs/operations.md'), 'utf8')
  const page = await pageOf(cluster)
  const names = [...page.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
  // Those that have no value before the first request.
  for (const name of [...names, 'jeton_requests_total']) expect(docs).toContain(`\`${name}`)
})
