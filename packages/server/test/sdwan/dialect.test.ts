import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { BodyRefused, type Call } from '../../src/dialects/dialect.ts'
import type { SdwanDeps } from '../../src/dialects/sdwan/deps.ts'
import { sdwanDialect } from '../../src/dialects/sdwan/index.ts'
import { Refused } from '../../src/failure.ts'
import { ADDRESS, PASSWORD, SessionWorld } from '../operators/session-world.ts'
import { openTestSqlite } from '../store/test-store.ts'

/** The dialect over a store, without a listener: what happens between two of its steps can be made to happen. */
describe('between the steps of a request', () => {
  let world: SessionWorld
  let email: string
  let tokens: string
  beforeAll(async () => {
    world = new SessionWorld(await openTestSqlite())
    const { tenant } = await world.tenant()
    const operator = await world.withPassword(tenant)
    email = operator.email
    tokens = `/v2.1/api/tenants/${tenant.sdwanTenantId}/operators/${operator.id}/authtokens`
  })
  afterAll(() => world.store.close())

  const depsOf = (other: Partial<SdwanDeps> = {}): SdwanDeps => ({
    // The world has what the domain takes; a node adds the rest.
    ...(world.sessions as unknown as SdwanDeps),
    ...world.store.reads,
    settled: async () => undefined,
    isStoreNearlyFull: () => false,
    ...other,
  })

  interface Asked {
    readonly method?: string
    readonly path?: string
    readonly token?: string
    readonly readBody?: () => Promise<Uint8Array>
    readonly deps?: Partial<SdwanDeps>
  }

  const ask = async ({ method = 'GET', path = '/v2.1/api/profile', token, readBody, deps }: Asked) => {
    const call: Call = {
      requestId: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24',
      method,
      path,
      query: new URLSearchParams(),
      headers: new Headers(token === undefined ? {} : { 'x-auth-token': token }),
      clientAddress: ADDRESS,
      host: 'localhost',
      origin: 'http://localhost',
      hasBody: readBody !== undefined,
      readBody: readBody ?? (async () => new Uint8Array()),
    }
    const answer = await sdwanDialect(depsOf(deps)).answer(call)
    if (typeof answer.body !== 'string') throw new Error('the answer is no text')
    const json = JSON.parse(answer.body)
    const codes = (json._error ?? []).map(({ code }: { code: string }) => code)
    return { answer, json, codes, status: answer.status }
  }
  const newSession = async (): Promise<string> => {
    const body = new TextEncoder().encode(JSON.stringify({ email, password: PASSWORD }))
    const { json } = await ask({ method: 'POST', path: '/v2.0/api/login', readBody: async () => body })
    return json.x_auth_token
  }
  const end = async (token: string): Promise<void> => {
    expect((await ask({ path: '/v2.0/api/logout', token })).status).toBe(200)
  }

  test('a session that is ended while the body of its request comes in is refused', async () => {
    const token = await newSession()
    const readBody = async () => {
      await end(token)
      return new Uint8Array()
    }
    expect((await ask({ method: 'POST', path: tokens, token, readBody })).codes).toEqual([
      'NOT_AUTHENTICATED',
    ])
  })

  test('TOKEN_INVALID_SESSION_DATA: one that is ended before its token is made leaves none behind', async () => {
    const token = await newSession()
    const { atomically } = depsOf()
    const ended: SdwanDeps['atomically'] = async (work) => {
      await end(token)
      return atomically(work)
    }
    const { codes } = await ask({ method: 'POST', path: tokens, token, deps: { atomically: ended } })
    expect(codes).toEqual(['TOKEN_INVALID_SESSION_DATA'])
    expect((await ask({ path: tokens, token: await newSession() })).json.count).toBe(0)
  })

  const bodies: readonly (readonly [string, BodyRefused['reason'], number])[] = [
    ['REQUEST_TIMEOUT', 'too_slow', 408],
    ['REQUEST_TIMEOUT', 'cut_off', 408],
    ['PAYLOAD_TOO_LARGE', 'too_large', 413],
    ['SERVICE_UNAVAILABLE', 'no_room', 503],
  ]
  test.each(bodies)('%s is what a body is that is %s', async (code, reason, status) => {
    const readBody = () => Promise.reject(new BodyRefused(reason))
    const answer = await ask({ method: 'POST', path: tokens, token: await newSession(), readBody })
    expect([answer.codes, answer.status]).toEqual([[code], status])
  })

  test('whoever sends a body that is too large is asked first who he is', async () => {
    const readBody = () => Promise.reject(new BodyRefused('too_large'))
    expect((await ask({ method: 'POST', path: tokens, readBody })).codes).toEqual(['NOT_AUTHENTICATED'])
  })

  const failures: readonly (readonly [string, 'outcome_unknown' | 'store_unavailable' | 'store_full'])[] = [
    ['OUTCOME_UNKNOWN', 'outcome_unknown'],
    ['SERVICE_UNAVAILABLE', 'store_unavailable'],
    ['STORE_FULL', 'store_full'],
  ]
  test.each(failures)(
    '%s is told of a store whose answer is %s, and when to ask again',
    async (code, kind) => {
      const atomically = () => Promise.reject(new Refused({ kind }))
      const { answer, codes } = await ask({
        method: 'POST',
        path: tokens,
        token: await newSession(),
        deps: { atomically },
      })
      expect([codes, answer.status, answer.headers?.['retry-after']]).toEqual([[code], 503, '1'])
    },
  )

  test('what is not there to be deleted is so on every node when that is said', async () => {
    const token = await newSession()
    const path = `${tokens}/17953788000120044`
    let settled = 0
    const deps = { settled: async () => void (settled += 1) }
    expect((await ask({ method: 'DELETE', path, token, deps })).codes).toEqual(['RESOURCE_NOT_FOUND'])
    expect((await ask({ path, token, deps })).codes).toEqual(['RESOURCE_NOT_FOUND'])
    expect(settled).toBe(1)
    const unsettled = { settled: () => Promise.reject(new Refused({ kind: 'outcome_unknown' })) }
    expect((await ask({ method: 'DELETE', path, token, deps: unsettled })).codes).toEqual(['OUTCOME_UNKNOWN'])
  })

  test('a credential that is refused to whoever ends it with itself is dead on every node when that is said', async () => {
    const token = await newSession()
    await end(token)
    const deps = { settled: () => Promise.reject(new Refused({ kind: 'outcome_unknown' })) }
    const codesOf = async (asked: Asked) => (await ask({ ...asked, deps })).codes
    const logout = '/v2.0/api/logout'
    for (const asked of [
      { path: logout },
      { path: '/sdwan/v2.0/api/logout' },
      { method: 'DELETE', path: `${tokens}/1` },
    ])
      expect(await codesOf({ ...asked, token })).toEqual(['OUTCOME_UNKNOWN'])
    expect(await codesOf({ path: logout })).toEqual(['NOT_AUTHENTICATED'])
    expect(await codesOf({ token })).toEqual(['NOT_AUTHENTICATED'])
  })

  test('a bug goes on to whoever logs it', async () => {
    const atomically = () => Promise.reject(new TypeError('a bug'))
    const asked = ask({ method: 'POST', path: tokens, token: await newSession(), deps: { atomically } })
    expect(asked).rejects.toThrow('a bug')
  })

  test('asking again asks the store for nothing, as long as nothing is committed', async () => {
    const session = await newSession()
    const made = await ask({ method: 'POST', path: tokens, token: session })
    const token: string = made.json.x_auth_token
    const paths = ['/v2.1/api/profile', '/v2.0/api/permissions', tokens, `${tokens}/${made.json.id}`]
    const statementsOf = async (path: string): Promise<number> => {
      const statements = await world.store.statementsOf(async () => {
        expect((await ask({ path, token })).status).toBe(200)
      })
      return statements.length
    }
    expect(await statementsOf('/v2.0/api/permissions')).toBe(1)
    for (const path of paths) await statementsOf(path)
    for (const path of paths) expect([path, await statementsOf(path)]).toEqual([path, 0])
  })
})
