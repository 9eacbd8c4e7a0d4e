import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Cluster, Member } from '../../src/cluster/cluster.ts'
import { NoAnswer } from '../../src/timers.ts'
import { createUser } from '../../src/directory/users.ts'
import { givenTenant } from '../store/samples.ts'
import { basic, PASSWORD, startJeton } from './support/start-jeton.ts'

let jeton: Awaited<ReturnType<typeof startJeton>>
beforeAll(async () => {
  jeton = await startJeton()
})
afterAll(() => jeton.stop())

function getCluster(name = 'admin'): Promise<Response> {
  return fetch(`${jeton.url}/v1/cluster`, { headers: basic(name) })
}

type NodeView = ReturnType<Cluster['status']>

const status: NodeView = {
  nodeId: 'b',
  standing: { isCurrent: true },
  leaseAgeMillis: 60_000,
  applied: 17,
  head: 19,
  lag: 2,
  trustLeftMillis: 1617.4,
}

const members: readonly Member[] = [
  {
    nodeId: 'a',
    address: '192.0.2.1:4600',
    isThisNode: false,
    isFenced: true,
    applied: 9,
    lag: 10,
    renewal: 5,
    stillForMillis: 31_000,
    ttlMillis: 2000,
  },
  {
    nodeId: 'b',
    address: '192.0.2.2:4600',
    isThisNode: true,
    isFenced: false,
    applied: 17,
    lag: 2,
    renewal: 90,
    stillForMillis: 333.3,
    ttlMillis: 2000,
  },
]

/** A node of a cluster for one test. */
async function asNode<T>(
  view: NodeView,
  list: () => Promise<readonly Member[]>,
  ask: () => Promise<T>,
): Promise<T> {
  jeton.state.cluster = { status: () => view, members: list }
  try {
    return await ask()
  } finally {
    jeton.state.cluster = undefined
  }
}

describe('GET /v1/cluster', () => {
  test('shows this node and all of them', async () => {
    const response = await asNode(status, async () => members, getCluster)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      shared: true,
      node: {
        id: 'b',
        current: true,
        whyNot: null,
        applied: 17,
        head: 19,
        lag: 2,
        trustSecondsLeft: 1.617,
      },
      nodes: [
        {
          id: 'a',
          address: '192.0.2.1:4600',
          self: false,
          fenced: true,
          applied: 9,
          lag: 10,
          renewal: 5,
          secondsSinceRenewal: 31,
        },
        {
          id: 'b',
          address: '192.0.2.2:4600',
          self: true,
          fenced: false,
          applied: 17,
          lag: 2,
          renewal: 90,
          secondsSinceRenewal: 0.333,
        },
      ],
    })
  })

  for (const why of ['no_lease', 'lease_ended', 'catching_up'] as const) {
    test(`says why this node is not current: ${why}`, async () => {
      const lost = { ...status, nodeId: undefined, standing: { isCurrent: false, why } } as const
      const response = await asNode({ ...lost, trustLeftMillis: 0 }, async () => members, getCluster)
      expect(await response.json()).toMatchObject({
        node: { id: null, current: false, whyNot: why, trustSecondsLeft: 0 },
      })
    })
  }

  test('shows one node that is always current where there can be no second one', async () => {
    expect(await (await getCluster()).json()).toMatchObject({
      shared: false,
      node: { current: true, whyNot: null },
      nodes: [{ self: true, fenced: false, lag: 0 }],
    })
  })

  test('503 when the database does not say in time which nodes there are', async () => {
    const noAnswer = new NoAnswer('no answer within 1000 ms')
    const response = await asNode(status, () => Promise.reject(noAnswer), getCluster)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({ type: 'urn:jeton:problem:unavailable' })
  })

  test('401 for nobody, 403 for a user without the privilege', async () => {
    expect((await fetch(`${jeton.url}/v1/cluster`)).status).toBe(401)
    expect((await getCluster('ada')).status).toBe(403)
  })

  test('403 for another tenant’s administrator', async () => {
    const { id: tenantId } = await givenTenant(jeton.store)
    const { id } = await createUser(jeton.deps, { tenantId, username: 'guest', password: PASSWORD })
    await jeton.store.atomically(({ users }) => users.changePrivileges(id, ['oz_clusters_list'], []))
    expect((await getCluster('guest')).status).toBe(403)
  })
})
