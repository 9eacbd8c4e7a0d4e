import type { VerificationMemory } from '../authority/verification-memory.ts'
import type { RequestCounts } from '../http/request-counts.ts'
import { VERSION } from '../version.ts'
import { clusterMetrics, type ClusterSource } from './cluster-metrics.ts'
import type { StoreCounts } from './store-counts.ts'
import { counter, gauge, type Metric, textFormat } from './text-format.ts'
import type { VerdictCounts } from './verdict-counts.ts'

/** Where the figures come from; they are read when the page is asked for. */
export interface MetricsSources {
  readonly requests: RequestCounts
  readonly verdicts: VerdictCounts
  readonly memory: {
    readonly usage: VerificationMemory['usage']
  }
  readonly opaqueTokenMemory: { readonly size: number }
  readonly callerMemory: { readonly size: number }
  readonly sessionMemory: { readonly size: number }
  readonly passwords: { queue(): { readonly running: number; readonly waiting: number } }
  readonly store: StoreCounts
  readonly noted: { readonly size: number }
  /** `undefined` where there can be no second node. */
  readonly cluster: ClusterSource | undefined
}

/** The page that Prometheus reads. No label names a token, a user or a node. */
export function metricsPage(sources: MetricsSources): () => Promise<string> {
  return async () =>
    textFormat([
      gauge('jeton_info', 'The version that runs.', [{ labels: { version: VERSION }, value: 1 }]),
      ...requestMetrics(sources),
      ...verificationMetrics(sources),
      ...storeMetrics(sources),
      ...(sources.cluster === undefined ? [] : await clusterMetrics(sources.cluster)),
    ])
}

function requestMetrics({ requests, passwords }: MetricsSources): readonly Metric[] {
  const { running, waiting } = passwords.queue()
  const answered = [...requests.entries()].flatMap(([dialect, operation, counts]) =>
    Object.entries(counts)
      .filter(([, value]) => value > 0)
      .map(([status, value]) => ({ labels: { dialect, operation, status }, value })),
  )
  return [
    counter('jeton_requests_total', 'Requests answered, by operation and class of status.', answered),
    gauge('jeton_requests_in_flight', 'Requests that have no answer yet.', requests.inFlight),
    gauge('jeton_password_checks', 'Passwords being checked, and waiting for it.', [
      { labels: { state: 'running' }, value: running },
      { labels: { state: 'waiting' }, value: waiting },
    ]),
  ]
}

function verificationMetrics(sources: MetricsSources): readonly Metric[] {
  const { verdicts, memory, opaqueTokenMemory, callerMemory, sessionMemory, noted } = sources
  const { texts, grounds, bodies, bytes } = memory.usage
  return [
    counter('jeton_verdicts_total', 'Tokens judged, by outcome.', [
      { labels: { outcome: 'accepted' }, value: verdicts.acceptedTotal },
      ...Object.entries(verdicts.refusals).map(([outcome, value]) => ({ labels: { outcome }, value })),
    ]),
    counter(
      'jeton_verification_memory_lookups_total',
      'Verdicts on what was remembered, and on what was read.',
      [
        { labels: { result: 'hit' }, value: verdicts.remembered },
        { labels: { result: 'miss' }, value: verdicts.asked },
      ],
    ),
    gauge('jeton_verification_memory_entries', 'What is remembered of tokens.', [
      { labels: { kind: 'text' }, value: texts },
      { labels: { kind: 'record' }, value: grounds },
      { labels: { kind: 'body' }, value: bodies },
      { labels: { kind: 'opaque' }, value: opaqueTokenMemory.size },
      { labels: { kind: 'caller' }, value: callerMemory.size },
      { labels: { kind: 'session' }, value: sessionMemory.size },
    ]),
    gauge(
      'jeton_verification_memory_bytes',
      'What texts, bodies and records take of that, as estimated.',
      bytes,
    ),
    gauge('jeton_usage_pending_tokens', 'Tokens whose last use has not been written yet.', noted.size),
  ]
}

function storeMetrics({ store }: MetricsSources): readonly Metric[] {
  return [
    counter('jeton_commits_total', 'Changes committed to the database by this node.', store.commits),
    counter('jeton_swept_tokens_total', 'Rows of deleted tokens removed by this node.', store.sweptTokens),
  ]
}
