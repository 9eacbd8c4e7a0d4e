import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Member, NodeStatus } from '../packages/server/src/cluster/cluster.ts'
import { PASSWORD, startJeton } from '../packages/server/test/jeton/support/start-jeton.ts'
import { Person } from './support/run-jeton.ts'

setDefaultTimeout(30_000)

let jeton: Awaited<ReturnType<typeof startJeton>>
let admin: Person

beforeAll(async () => {
  jeton = await startJeton()
  admin = person('admin')
})
afterAll(() => jeton.stop())

function person(username: string): Person {
  return new Person({ JETON_URL: jeton.url, JETON_USERNAME: username, JETON_PASSWORD: PASSWORD })
}

const current: NodeStatus = {
  nodeId: '5f0e',
  standing: { isCurrent: true },
  leaseAgeMillis: 60_000,
  applied: 17,
  head: 19,
  lag: 2,
  trustLeftMillis: 1617,
}

const members: readonly Member[] = [
  {
    nodeId: '5f0e',
    address: '10.0.0.1:4600',
    isThisNode: true,
    isFenced: false,
    applied: 17,
    lag: 2,
    renewal: 90,
    stillForMillis: 333,
    ttlMillis: 2000,
  },
  {
    nodeId: '77aa',
    address: '10.0.0.2:4600',
    isThisNode: false,
    isFenced: true,
    applied: 9,
    lag: 10,
    renewal: 5,
    stillForMillis: 31_000,
    ttlMillis: 2000,
  },
]

describe('jeton cluster status', () => {
  test('shows the servers as a table, and as JSON what the server says', async () => {
    jeton.state.cluster = { status: () => current, members: async () => members }
    const lines = (await admin.succeed(['cluster', 'status'])).split('\n')
    expect(lines).toEqual([
      'asked    5f0e',
      'state    current, for 1.6 s without a renewal',
      'changes  17 applied of 19',
      '',
      'NODE    ADDRESS        STATE   APPLIED  LAG  RENEWAL  RENEWED',
      '5f0e *  10.0.0.1:4600  alive   17       2    90       0.3 s ago',
      '77aa    10.0.0.2:4600  fenced  9        10   5        31.0 s ago',
    ])
    expect(await admin.json(['cluster', 'status'])).toMatchObject({
      shared: true,
      node: { id: '5f0e', current: true },
      nodes: [{ id: '5f0e' }, { id: '77aa', fenced: true }],
    })
  })

  test('says why a server may not trust what it remembers', async () => {
    const standing = { isCurrent: false, why: 'no_lease' } as const
    jeton.state.cluster = {
      status: () => ({ ...current, nodeId: undefined, standing, trustLeftMillis: 0 }),
      members: async () => members,
    }
    const shown = await admin.succeed(['cluster', 'status'])
    expect(shown).toContain('asked    without a lease\nstate    not current: it has no lease\n')
  })

  test('says that there is no cluster where there can be none', async () => {
    jeton.state.cluster = undefined
    expect(await admin.succeed(['cluster', 'status'])).toBe('This server has its database to itself.')
    expect(await admin.json(['cluster', 'status'])).toMatchObject({ shared: false })
  })

  test('without the privilege: status 1; with a wrong password: status 5; no server: status 3', async () => {
    const refused = await person('ada').jeton(['cluster', 'status'])
    expect(refused.exit).toBe(1)
    expect(refused.err).toContain('privilege')
    const stranger = { ...admin.environment, JETON_PASSWORD: 'wrong password' }
    expect((await new Person(stranger).jeton(['cluster', 'status'])).exit).toBe(5)
    expect((await admin.jeton(['cluster', 'status', '--url', 'http://127.0.0.1:1'])).exit).toBe(3)
  })
})
