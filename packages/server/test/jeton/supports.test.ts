import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createEntity } from '../../src/directory/entities.ts'
import { insertProviderIn, newProvider } from '../../src/directory/providers.ts'
import { basic, startJeton } from './support/start-jeton.ts'

let jeton: Awaited<ReturnType<typeof startJeton>>
let spaceId: string
let providerId: string

beforeAll(async () => {
  jeton = await startJeton()
  const { deps, store, tenant, ada } = jeton
  const space = { tenantId: tenant.id, kind: 'space', name: 'Gamma', creator: { kind: 'root' } } as const
  spaceId = (await createEntity(deps, { ...space, firstMember: ada.id })).onezoneId
  const provider = newProvider(deps.ambient, {
    tenantId: tenant.id,
    name: 'Krakow',
    domain: 'krakow.example.org',
    subdomain: undefined,
    adminEmail: 'admin@krakow.example.org',
    latitude: 0,
    longitude: 0,
  })
  await store.atomically((writes) => insertProviderIn(writes, deps.ambient, provider, ada))
  providerId = provider.onezoneId
})
afterAll(() => jeton.stop())

function send(
  method: 'PUT' | 'DELETE',
  {
    who = 'admin',
    space = spaceId,
    provider = providerId,
    body,
  }: Partial<Record<'who' | 'space' | 'provider', string>> & { body?: unknown } = {},
): Promise<Response> {
  return fetch(`${jeton.url}/v1/onezone/spaces/${space}/supports/${provider}`, {
    method,
    headers: {
      ...(who !== '' && basic(who)),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

const supports = () => jeton.store.reads.entities.listSupports(jeton.tenant.id, spaceId)

describe('PUT and DELETE /v1/onezone/spaces/{id}/supports/{providerId}', () => {
  test('record that a provider supports a space, change how, and end it', async () => {
    for (const isReadonly of [false, true, true]) {
      expect((await send('PUT', { body: { readonly: isReadonly } })).status).toBe(204)
      expect((await supports()).map((support) => [support.provider.onezoneId, support.isReadonly])).toEqual([
        [providerId, isReadonly],
      ])
    }
    expect(await jeton.store.reads.relations.supportsUser(jeton.tenant.id, providerId, jeton.ada.id)).toBe(
      true,
    )
    expect((await send('DELETE')).status).toBe(204)
    expect(await supports()).toEqual([])
    expect((await send('DELETE')).status).toBe(404)
  })

  test('404 for a space or a provider that is not there', async () => {
    const body = { readonly: false }
    expect((await send('PUT', { space: 'none', body })).status).toBe(404)
    expect((await send('PUT', { provider: 'none', body })).status).toBe(404)
    expect((await send('DELETE', { space: 'none' })).status).toBe(404)
  })

  test('401 for nobody, 403 for who holds no privilege to relate spaces', async () => {
    const body = { readonly: false }
    expect((await send('PUT', { who: '', body })).status).toBe(401)
    expect((await send('DELETE', { who: '' })).status).toBe(401)
    expect((await send('PUT', { who: 'ada', body })).status).toBe(403)
    expect((await send('DELETE', { who: 'ada' })).status).toBe(403)
  })

  test('a privilege that comes through a group is enough', async () => {
    const { deps, store, tenant, ada } = jeton
    const group = await createEntity(deps, {
      tenantId: tenant.id,
      kind: 'group',
      name: 'Operators',
      creator: { kind: 'root' },
      firstMember: ada.id,
    })
    const grant = ['oz_spaces_add_relationships']
    await store.atomically(({ entities }) => entities.changeAdminPrivileges(group, grant, []))
    expect((await send('PUT', { who: 'ada', body: { readonly: false } })).status).toBe(204)
    await store.atomically(({ entities }) => entities.changeAdminPrivileges(group, [], grant))
    expect((await send('PUT', { who: 'ada', body: { readonly: false } })).status).toBe(403)
  })

  test.each([[{}], [{ readonly: 'false' }], [{ readonly: false, size: 1 }]])(
    '400 for the body %j',
    async (body) => {
      const answer = await send('PUT', { body })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ type: 'urn:jeton:problem:invalid-body' })
    },
  )
})
