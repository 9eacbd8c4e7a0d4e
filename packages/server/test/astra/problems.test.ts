import { beforeAll, describe, expect, test } from 'bun:test'
import { PROBLEMS, type ProblemNumber } from '../../src/dialects/astra/problem.ts'
import type { Route } from '../../src/dialects/astra/route.ts'
import { routes } from '../../src/dialects/astra/routes.ts'
import { type AstraAnswer, type AstraAsk, askAstra } from '../../testing/astra-client.ts'
import { type Fixture, makeFixture, newCredential, newGroup, passwordOf } from './fixture.ts'
import { unique } from '../../testing/v1-client.ts'
import {
  ACCOUNT,
  NO_ID,
  onEachDatabase,
  type Person,
  ROLE_BINDING,
  TOKEN,
  USER,
  type World,
} from './world.ts'

/** The catalogue once more, as it is published: byte for byte. */
const PUBLISHED: Readonly<Record<number, readonly [status: number, title: string, detail: string]>> = {
  1: [404, 'Resource not found', "The resource specified in the request URI wasn't found."],
  2: [404, 'Collection not found', "The collection specified in the request URI wasn't found."],
  3: [401, 'Missing bearer token', 'The request is missing the required bearer token.'],
  4: [401, 'Invalid bearer token', "The bearer token provided is invalid, revoked, or doesn't exist."],
  5: [400, 'Invalid query parameters', 'The supplied query parameters are invalid.'],
  6: [
    400,
    'Query parameters not supported',
    "The supplied query parameters aren't supported for this endpoint.",
  ],
  7: [400, 'Invalid JSON payload', 'The request body is not valid JSON.'],
  8: [400, 'Invalid JSON resource', "The request body JSON doesn't conform to the schema."],
  9: [400, 'Invalid JSON resource', "The request body JSON didn't pass extended validation."],
  10: [
    409,
    'JSON resource conflict',
    'The request body JSON contains a field that conflicts with an idempotent value.',
  ],
  11: [403, 'Operation not permitted', "The requested operation isn't permitted."],
  12: [400, 'Invalid headers', 'The request headers are invalid.'],
  14: [403, 'Unauthorized access', "The user isn't enabled."],
  19: [409, 'User already exists', 'The user already exists.'],
  24: [503, 'Service unavailable', 'The service is unavailable.'],
  32: [406, 'Unsupported content type', "The response can't be returned in the requested format."],
  34: [500, 'Internal server error', 'The server was unable to process this request.'],
  35: [400, 'Invalid resource ID', "The resource ID isn't in the appropriate format."],
  38: [412, 'Precondition not met', "The conditional headers aren't satisfied."],
  69: [405, 'Method not supported', "The requested method isn't supported for the specified resource."],
  81: [400, 'Same password supplied', 'The supplied password is the same as the current user password.'],
  85: [413, 'Request body too large', 'The request body is too large.'],
}

interface Given {
  readonly world: World
  readonly fixture: Fixture
  readonly disabled: Person
  readonly other: Person
}

type Provoke = (route: Route, given: Given) => Promise<AstraAnswer>

const ask = (
  route: Route,
  { fixture }: Given,
  sent: AstraAsk = {},
  other?: Readonly<Record<string, string>>,
) =>
  fixture
    .callerOf(route)
    .askAt(route.method, fixture.pathOf(route, other), { body: goodBody(route, fixture), ...sent })

/** What the operation takes, but for what would make it succeed twice. */
function goodBody({ method, kind, media }: Route, { member, group }: Fixture): object | undefined {
  if (method === 'GET' || method === 'DELETE') return undefined
  const named = { type: media.type, version: media.version }
  if (method === 'PUT') return { ...named, ...NEEDED_BY_PUT[kind] }
  switch (kind) {
    case 'account':
      return { ...ACCOUNT, name: unique('account') }
    case 'user':
      return { ...USER, email: `${unique('new')}@example.org` }
    case 'group':
      return newGroup()
    case 'roleBinding':
      return { ...ROLE_BINDING, accountID: NO_ID, userID: member.id, groupID: group, role: 'viewer' }
    case 'credential':
      return newCredential()
    case 'token':
    case 'ldap':
    case 'setting':
    case 'topology':
      return { ...TOKEN, name: 'another' }
  }
}

const NEEDED_BY_PUT: Readonly<Record<string, object>> = {
  roleBinding: { role: 'viewer' },
  credential: { name: 'key', keyStore: { word: 'YQ==' } },
}

/** Of the right form, and refused for what it says. */
const BAD_CONTENT: Readonly<Record<string, object>> = {
  account: { name: '<script>' },
  user: { email: 'x@example.org', firstName: '<script>' },
  group: { ...newGroup(), name: 'a\0b' },
  roleBinding: { accountID: NO_ID, role: 'viewer', roleConstraints: ['everything'] },
  credential: { name: 'a\0b', keyStore: { word: 'YQ==' } },
  token: { name: '<script>' },
}

/** What is refused before it is looked at. The runtime's client sends none with GET. */
function anyBody({ method }: Route): AstraAsk {
  return method === 'POST' || method === 'PUT' ? { rawBody: '{' } : {}
}

const PROVOKE: Partial<Record<ProblemNumber, Provoke>> = {
  1: (route, given) => ask(route, given, {}, lastId(route)),
  2: (route, given) => ask(route, given, bindingNobody(route, given), lastId(route)),
  3: ({ method, ...route }, { world, fixture }) =>
    askAstra(world.url, undefined, method, fixture.pathOf({ method, ...route })),
  4: (route, { world, fixture }) =>
    askAstra(world.url, `${'A'.repeat(43)}=`, route.method, fixture.pathOf(route)),
  5: ({ path, ...route }, given) => {
    const query = route.parameters.includes('limit') ? '?limit=0' : ''
    return given.fixture
      .callerOf({ path, ...route })
      .askAt('GET', given.fixture.pathOf({ path, ...route }) + query)
  },
  6: (route, given) =>
    given.fixture.callerOf(route).askAt(route.method, `${given.fixture.pathOf(route)}?foo=1`, anyBody(route)),
  7: (route, given) => ask(route, given, { rawBody: '{' }),
  8: (route, given) => ask(route, given, { body: {} }),
  9: ({ media, ...route }, given) =>
    ask({ media, ...route }, given, {
      body: {
        type: media.type,
        version: media.version,
        ...(route.method === 'PUT' && NEEDED_BY_PUT[route.kind]),
        ...withoutNamed(route.method === 'PUT' ? putContent(route.kind) : BAD_CONTENT[route.kind]),
      },
    }),
  10: (route, given) => ask(route, given, { body: conflicting(route, given) }),
  // The account of another tenant, or one that is not there: to a stranger both are the same.
  11: (route, { other, fixture, world }) =>
    askAstra(world.url, other.token, route.method, fixture.pathOf(route), anyBody(route)),
  12: (route, given) => ask(route, given, {}, { account_id: 'nonsense' }),
  14: (route, { disabled, fixture, world }) =>
    askAstra(world.url, disabled.token, route.method, fixture.pathOf(route), anyBody(route)),
  19: (route, given) =>
    ask(route, given, {
      body: { ...goodBody(route, given.fixture), email: given.world.admin.email.toUpperCase() },
    }),
  32: (route, given) => ask(route, given, { headers: { accept: 'text/html' } }),
  35: (route, given) => ask(route, given, {}, { [route.idNames.at(-1) ?? '']: NO_ID.toUpperCase() }),
  38: (route, given) => ask(route, given, { headers: { 'if-match': '"d41d8cd98f00b204e9800998ecf8427e"' } }),
  81: async (route, given) => {
    const { fixture, world } = given
    const body = passwordOf(fixture.member.id, 'Str0ng-enough!')
    if (route.method === 'POST') return ask(route, given, { body })
    const filter = encodeURIComponent(`name eq '${fixture.member.id}'`)
    const [own] = (await world.admin.ask('GET', `/core/v1/credentials?filter=${filter}`)).json.items
    return ask(route, given, { body }, { credential_id: own?.id ?? '' })
  },
  85: (route, given) => ask(route, given, { rawBody: `"${'x'.repeat(1024 * 1024)}"` }),
}

/** The caller of a route about himself cannot name another user: there, what is below him is not there. */
function lastId(route: Route): Readonly<Record<string, string>> {
  const names = route.idNames.filter(
    (name) => name !== 'user_id' || !route.callers.every((who) => who === 'self'),
  )
  const last = names.at(-1)
  return last === undefined ? {} : { [last]: NO_ID }
}

/** Who is to be bound has to be named as the path names him. */
function bindingNobody({ kind, method, path }: Route, { world }: Given): AstraAsk {
  if (kind !== 'roleBinding' || method !== 'POST') return {}
  const nobody = { [ofGroup(path) ? 'groupID' : 'userID']: NO_ID }
  return { body: { ...ROLE_BINDING, accountID: world.account, role: 'viewer', ...nobody } }
}

function ofGroup(path: string): boolean {
  return path.includes('groups/{group_id}/roleBindings')
}

function putContent(kind: string): object | undefined {
  return kind === 'roleBinding' ? { roleConstraints: ['everything'] } : BAD_CONTENT[kind]
}

function withoutNamed(body: object = {}): object {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'type' && key !== 'version'))
}

function conflicting(route: Route, { fixture, world }: Given): object {
  const body = { ...goodBody(route, fixture) }
  if (route.method === 'PUT') return { ...body, id: NO_ID }
  if (route.kind === 'group') return { ...newGroup(), authID: `CN=TAKEN,dc=example` }
  if (route.kind === 'credential') return passwordOf(fixture.member.id, 'An0ther-one!')
  const principal = ofGroup(route.path) ? { groupID: fixture.group } : { userID: fixture.member.id }
  return { ...ROLE_BINDING, accountID: world.account, role: 'viewer', ...principal }
}

/** Not of one operation: a full node, a bug, a disk without room. */
const TOLD_ELSEWHERE: readonly ProblemNumber[] = [24, 34]

const CASES = routes.flatMap((route) =>
  route.problems
    .filter((number) => !TOLD_ELSEWHERE.includes(number) && isPossible(route, number))
    .map((number) => [route.operationId, number, route] as const),
)

/** A few that follow from the kind of an operation, and that this one cannot give. */
function isPossible({ operationId, kind, path, callers }: Route, number: ProblemNumber): boolean {
  // Who has no account of his own to name finds none by naming another.
  if ((number === 1 || number === 2) && kind === 'account') return false
  if (number === 11 && !path.includes('{account_id}')) return callers[0] === 'installation'
  // It is for the user of the path himself, who is there.
  return !(number === 2 && operationId === 'astra_create_user_token')
}

test('the catalogue is the published one, byte for byte', () => {
  const catalogue: typeof PUBLISHED = PROBLEMS
  expect(catalogue).toEqual(PUBLISHED)
})

onEachDatabase((world) => {
  let given: Given
  beforeAll(async () => {
    const fixture = await makeFixture(world())
    const { admin } = world()
    await admin.ask('POST', '/core/v1/groups', { body: { ...newGroup(), authID: 'cn=taken,dc=example' } })
    const disabled = await world().person('owner')
    await admin.ask('PUT', `/core/v1/users/${disabled.id}`, { body: { ...USER, isEnabled: 'false' } })
    given = { world: world(), fixture, disabled, other: await world().otherTenant() }
  })

  describe('refused with a problem', () => {
    test.each(CASES)('%s: %p', async (_, number, route) => {
      const provoke = PROVOKE[number]
      if (provoke === undefined) throw new Error(`nothing provokes ${number}`)
      const answer = await provoke(route, given)
      const [status, title, detail] = PUBLISHED[number] ?? []
      expect([answer.problem, answer.status]).toEqual([number, status])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.json).toMatchObject({
        type: `https://astra.netapp.io/problems/${number}`,
        title,
        detail,
        status: String(status),
        correlationID: answer.headers.get('x-request-id'),
      })
      expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
    })
  })

  test.each(routes.map((route) => [route.routePath, route] as const))(
    'PATCH and OPTIONS of %s are problem 69',
    async (_, route) => {
      const { fixture } = given
      for (const method of ['PATCH', 'OPTIONS']) {
        const answer = await fixture.callerOf(route).askAt(method, fixture.pathOf(route))
        expect([answer.problem, answer.headers.get('allow')]).toEqual([69, allowedAt(route.path)])
      }
    },
  )
})

function allowedAt(path: string): string {
  return routes
    .filter((route) => route.path === path)
    .map(({ method }) => method)
    .toSorted()
    .join(', ')
}
