import type { Cluster, Member } from '../cluster/cluster.ts'
import { counter, gauge, type Metric, type Sample } from './text-format.ts'

export type ClusterSource = Pick<Cluster, 'status' | 'members' | 'figures'>

/** How a node stands in its cluster, and what it has done for it. */
export async function clusterMetrics(cluster: ClusterSource): Promise<readonly Metric[]> {
  const { standing, trustLeftMillis = 0, applied = 0, head, lag } = cluster.status()
  const { renewals, lostLeases, fencings, waits } = cluster.figures()
  return [
    gauge('jeton_cluster_nodes', 'Nodes that share the database, as of now.', await nodes(cluster)),
    gauge(
      'jeton_cluster_current',
      'Whether this node may trust what it remembers.',
      Number(standing.isCurrent),
    ),
    gauge(
      'jeton_cluster_trust_left_seconds',
      'For how long, without another renewal.',
      trustLeftMillis / 1000,
    ),
    gauge('jeton_cluster_head_number', 'The last change that this node knows of.', head),
    gauge('jeton_cluster_applied_number', 'The last change that it has applied.', applied),
    gauge('jeton_cluster_lag_changes', 'Changes between the two.', lag),
    counter('jeton_cluster_renewals_total', 'Renewals of its lease.', renewals),
    counter('jeton_cluster_lost_leases_total', 'Leases that it has lost.', lostLeases),
    counter('jeton_cluster_fencings_total', 'Leases of other nodes that it has ended.', fencings),
    {
      name: 'jeton_acknowledgement_wait_seconds',
      type: 'summary',
      help: 'Answers held back until every node had applied what they say.',
      samples: [
        { suffix: '_sum', value: waits.totalMillis / 1000 },
        { suffix: '_count', value: waits.count },
      ],
    },
    gauge('jeton_acknowledgement_wait_longest_seconds', 'The longest of them.', waits.longestMillis / 1000),
  ]
}

/** Without the database nobody knows; the rest of the page is wanted all the more then. */
async function nodes(cluster: ClusterSource): Promise<readonly Sample[]> {
  const list = await cluster.members().catch((): readonly Member[] => [])
  const fenced = list.filter(({ isFenced }) => isFenced).length
  if (list.length === 0) return []
  return [
    { labels: { state: 'alive' }, value: list.length - fenced },
    { labels: { state: 'fenced' }, value: fenced },
  ]
}
