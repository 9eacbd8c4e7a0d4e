import { describe, expect, test } from 'bun:test'
import { RawClient, rawRequest } from '../../testing/raw-connection.ts'
import { unique } from '../../testing/v1-client.ts'
import { onEachDatabase, type World } from './world.ts'

type Json = Readonly<Record<string, unknown>> & { readonly id: string; readonly items: readonly Json[] }

interface Answered {
  readonly status: number
  readonly type: string | undefined
  readonly json: Json
}

/** What the real client sends with every request, byte for byte (Astra, §7.3). */
const ALWAYS = [
  ['User-Agent', 'python-requests/2.31.0'],
  ['Accept-Encoding', 'gzip, deflate'],
  ['Connection', 'keep-alive'],
] as const

class RealClient {
  readonly #raw: RawClient
  readonly #world: World

  constructor(world: World) {
    this.#raw = new RawClient(world.port)
    this.#world = world
  }

  /** A list: `*` accepted, a body of `{}`. */
  list(path: string): Promise<Answered> {
    return this.#send(
      'GET',
      path,
      [
        ['Accept', '*/*'],
        ['Content-Type', 'application/json'],
      ],
      '{}',
    )
  }

  /** Anything that changes: the accepted type in a lower-case header, the same as content type, a body even with DELETE. */
  write(method: string, path: string, resource: string, body: object): Promise<Answered> {
    const type = `application/astra-${resource}+json`
    return this.#send(
      method,
      path,
      [
        ['accept', type],
        ['Content-Type', type],
      ],
      JSON.stringify(body),
    )
  }

  /** What it asks after a call that failed, with that call's headers. */
  clouds(resource: string): Promise<Answered> {
    return this.write('GET', 'topology/v1/clouds', resource, {})
  }

  close(): void {
    this.#raw.close()
  }

  async #send(
    method: string,
    path: string,
    headers: readonly (readonly [string, string])[],
    body: string,
  ): Promise<Answered> {
    const { account, admin } = this.#world
    const all = [...ALWAYS, ...headers, ['Authorization', `Bearer ${admin.token}`] as const]
    const answer = await this.#raw.exchange(rawRequest(method, `/accounts/${account}/${path}`, all, body))
    if (answer === 'closed') throw new Error('closed without an answer')
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      json: answer.body === '' ? {} : JSON.parse(answer.body),
    }
  }
}

onEachDatabase((world) => {
  const withClient = (name: string, run: (client: RealClient) => Promise<void>): void =>
    test(name, async () => {
      const client = new RealClient(world())
      try {
        await run(client)
      } finally {
        client.close()
      }
    })

  describe('the real client', () => {
    withClient('lists users, role bindings, groups, credentials and what a directory has', async (client) => {
      for (const path of [
        'core/v1/users',
        'core/v1/roleBindings',
        'core/v1/groups',
        'core/v1/credentials',
        'core/v1/ldapUsers?filter=email+in+%27foo%27&filter=firstName+in+%27a+b%27&limit=25',
        'core/v1/ldapGroups?filter=cn+in+%27ops%27',
        'core/v1/ldapGroups?filter=dn+in+%27cn%3Dops%2Cdc%3Dexample%27',
      ]) {
        const { json, status, type } = await client.list(path)
        expect([path, status, type, Array.isArray(json.items)]).toEqual([path, 200, 'application/json', true])
      }
    })

    withClient('finds in every item what it reads of it', async (client) => {
      for (const user of (await client.list('core/v1/users')).json.items) {
        expect(user).toMatchObject({
          firstName: expect.any(String),
          lastName: expect.any(String),
          authProvider: 'local',
        })
      }
      for (const binding of (await client.list('core/v1/roleBindings')).json.items) {
        expect(binding).toMatchObject({ userID: expect.any(String), groupID: expect.any(String) })
      }
      for (const credential of (await client.list('core/v1/credentials')).json.items) {
        expect(credential).toMatchObject({ metadata: { labels: expect.any(Array) } })
      }
    })

    withClient(
      'creates a local user with role and password, and destroys him by his role binding',
      async (client) => {
        const email = `${unique('x')}@example.org`
        const user = { type: 'application/astra-user', version: '1.2', email, firstName: 'X', lastName: 'Y' }
        const made = await client.write('POST', 'core/v1/users', 'user', user)
        expect(made).toMatchObject({
          status: 201,
          type: 'application/astra-user+json',
          json: { authProvider: 'local' },
        })
        const binding = {
          type: 'application/astra-roleBinding',
          version: '1.1',
          accountID: world().account,
          role: 'member',
          userID: made.json.id,
          roleConstraints: ['*'],
        }
        const bound = await client.write('POST', 'core/v1/roleBindings', 'roleBinding', binding)
        expect(bound).toMatchObject({
          status: 201,
          json: {
            userID: made.json.id,
            groupID: '00000000-0000-0000-0000-000000000000',
            roleConstraints: ['*'],
          },
        })
        const credential = {
          type: 'application/astra-credential',
          version: '1.1',
          keyStore: { cleartext: btoa('Str0ng-enough!'), change: btoa('true') },
          keyType: 'passwordHash',
          name: made.json.id,
          metadata: {
            labels: [{ name: 'astra.netapp.io/labels/read-only/credType', value: 'passwordHash' }],
          },
        }
        const kept = await client.write('POST', 'core/v1/credentials', 'credential', credential)
        expect(kept).toMatchObject({
          status: 201,
          json: { keyType: 'passwordHash', metadata: credential.metadata },
        })
        expect(kept.json).not.toHaveProperty('keyStore')

        const again = await client.write('POST', 'core/v1/users', 'user', user)
        expect(again).toMatchObject({
          status: 409,
          type: 'application/problem+json',
          json: { status: '409' },
        })
        expect(await client.clouds('user')).toMatchObject({ status: 200, json: { items: [] } })

        const at = `core/v1/roleBindings/${bound.json.id}`
        expect((await client.write('DELETE', at, 'roleBinding', {})).status).toBe(204)
        const users = (await client.list('core/v1/users')).json.items
        expect(users.map(({ id }) => id)).not.toContain(made.json.id)
        const credentials = (await client.list('core/v1/credentials')).json.items
        expect(credentials.map(({ id }) => id)).not.toContain(kept.json.id)
      },
    )

    withClient('takes back a user whom it could give no password', async (client) => {
      const user = { type: 'application/astra-user', version: '1.2', email: `${unique('y')}@example.org` }
      const { id } = (await client.write('POST', 'core/v1/users', 'user', user)).json
      const binding = {
        type: 'application/astra-roleBinding',
        version: '1.1',
        accountID: world().account,
        role: 'viewer',
        userID: id,
        roleConstraints: ['*'],
      }
      const bound = (await client.write('POST', 'core/v1/roleBindings', 'roleBinding', binding)).json
      await client.write('DELETE', `core/v1/roleBindings/${bound.id}`, 'roleBinding', {})
      expect((await client.write('GET', `core/v1/users/${id}`, 'user', {})).status).toBe(404)
    })

    withClient('creates a user and a group of a directory, and destroys both', async (client) => {
      const { account } = world()
      const user = {
        type: 'application/astra-user',
        version: '1.2',
        email: `${unique('l')}@example.org`,
        authProvider: 'ldap',
      }
      const made = (await client.write('POST', 'core/v1/users', 'user', user)).json
      const binding = {
        type: 'application/astra-roleBinding',
        version: '1.1',
        accountID: account,
        role: 'viewer',
        roleConstraints: ['*'],
      }
      const bound = (
        await client.write('POST', 'core/v1/roleBindings', 'roleBinding', { ...binding, userID: made.id })
      ).json
      expect(
        (await client.write('DELETE', `core/v1/roleBindings/${bound.id}`, 'roleBinding', {})).status,
      ).toBe(204)
      const userBody = { type: 'application/astra-user', version: '1.2' }
      expect((await client.write('DELETE', `core/v1/users/${made.id}`, 'user', userBody)).status).toBe(204)

      const cn = unique('Ops')
      const groupBody = { type: 'application/astra-group', version: '1.1' }
      const group = await client.write('POST', 'core/v1/groups', 'group', {
        ...groupBody,
        authID: `CN=${cn},OU=x`,
        authProvider: 'ldap',
      })
      expect(group).toMatchObject({ status: 201, json: { name: cn, authID: `CN=${cn},OU=x` } })
      const groupBound = (
        await client.write('POST', 'core/v1/roleBindings', 'roleBinding', {
          ...binding,
          groupID: group.json.id,
        })
      ).json
      expect(groupBound).toMatchObject({
        principalType: 'group',
        userID: '00000000-0000-0000-0000-000000000000',
      })
      expect(
        (await client.write('DELETE', `core/v1/roleBindings/${groupBound.id}`, 'roleBinding', {})).status,
      ).toBe(204)
      expect(
        (await client.write('DELETE', `core/v1/groups/${group.json.id}`, 'group', groupBody)).status,
      ).toBe(204)
    })

    withClient('keeps a secret, puts another in its place, and destroys it', async (client) => {
      const body = { type: 'application/astra-credential', version: '1.1', name: unique('s3') }
      const keyStore = { accessKey: 'YQ==', accessSecret: 'Yg==' }
      const made = (
        await client.write('POST', 'core/v1/credentials', 'credential', { ...body, keyType: 's3', keyStore })
      ).json
      const at = `core/v1/credentials/${made.id}`
      expect((await client.write('PUT', at, 'credential', { ...body, keyStore })).status).toBe(204)
      expect((await client.write('PUT', at, 'credential', body)).json).toMatchObject({ status: '400' })
      expect((await client.write('DELETE', at, 'credential', {})).status).toBe(204)
    })

    withClient('finds the clouds after each failure, whatever it had asked for', async (client) => {
      for (const resource of ['user', 'group', 'roleBinding', 'credential', 'nothing-that-there-is']) {
        const failed = await client.write('DELETE', 'core/v1/users/not-an-id', resource, {})
        expect([failed.status, failed.type]).toEqual([400, 'application/problem+json'])
        expect(await client.clouds(resource)).toMatchObject({
          status: 200,
          json: { items: [], metadata: {} },
        })
      }
    })
  })
})
