import { nodesLabel } from './by-nodes.ts'
import { tenantsLabel } from './by-tenants.ts'
import { tokensLabel } from './by-tokens.ts'
import type { Chart } from './chart.ts'
import type { Rounds } from './http-rounds.ts'
import { figureOf, type Measured } from './measured.ts'
import { counted, verifyName } from './names.ts'
import type { StoreRows } from './stores.ts'

/** How the cost grows, by the name of the drawing. */
export function charts({
  options,
  byTokens,
  byTenants,
  byNodes,
  revocations,
}: Measured): Readonly<Record<string, Chart>> {
  const tokens = options.sizes.map(tokensLabel)
  const tenants = options.tenantCounts.map(tenantsLabel)
  const nodes = options.nodeCounts.map(nodesLabel)
  return {
    tokens: throughputChart('Verification by tokens stored', byTokens.rounds, tokens),
    tenants: throughputChart('Verification by tenants', byTenants.rounds, tenants),
    'nodes-verifying': throughputChart('Verification by nodes on one core', byNodes.rounds, nodes),
    'nodes-latency': latencyChart('Verification by nodes on one core', byNodes.rounds, nodes),
    nodes: {
      title: 'Revocation until acknowledged, by nodes',
      unit: 'ms',
      groups: revocations.map((row) => counted(row.nodes, 'node')),
      series: [
        { name: 'p50', values: revocations.map(({ p50Millis }) => p50Millis) },
        { name: 'p99', values: revocations.map(({ p99Millis }) => p99Millis) },
      ],
    },
    memory: memoryChart(byTokens),
  }
}

function throughputChart(title: string, rounds: Rounds, stores: readonly string[]): Chart {
  return {
    title: `${title}, 16 connections`,
    unit: 'requests/s',
    groups: stores,
    series: DRAWS.map((draw) => ({
      name: draw,
      values: stores.map((store) => figureOf(rounds, verifyName(draw, store), 'requestsPerSecond')),
    })),
  }
}

function latencyChart(title: string, rounds: Rounds, stores: readonly string[]): Chart {
  const figures = [
    ['p50', 'p50Millis'],
    ['p99', 'p99Millis'],
  ] as const
  return {
    title: `${title}, 16 connections`,
    unit: 'ms',
    groups: stores,
    series: DRAWS.flatMap((draw) =>
      figures.map(([name, figure]) => ({
        name: `${draw}, ${name}`,
        values: stores.map((store) => figureOf(rounds, verifyName(draw, store), figure)),
      })),
    ),
  }
}

function memoryChart({ memory }: StoreRows): Chart {
  return {
    title: 'Own memory of the server after all rounds',
    unit: 'MB',
    groups: memory.map(({ label }) => label),
    series: [{ name: 'own memory', values: memory.map(({ ownBytes }) => ownBytes / 1e6) }],
  }
}

const DRAWS = ['hot', 'cold'] as const
