import { rawRequest } from '../../testing/raw-connection.ts'
import type { SeededRandom } from '../../testing/seeded-random.ts'
import { type Effect, type Operation, operations } from './operations.ts'
import { tokenText } from './token-texts.ts'
import { bodyText, brokenBody } from './values.ts'
import type { Own, World } from './world.ts'

export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly bytes: Uint8Array
  /** Whether it must not be accepted if its operation has an effect. */
  readonly isHopeless: boolean
  /** What an acceptance means for the connection's own things. */
  readonly effect: Effect | undefined
  /** The id in the path that the effect is about. */
  readonly id: string
}

type Header = readonly [name: string, value: string]

interface Draft {
  readonly operation: Operation
  method: string
  path: string
  headers: Header[]
  body: string | Uint8Array | undefined
}

/** Refused whatever the rest of it is; aimed at what must not change. */
export function hopelessRequest(random: SeededRandom, world: World, own: Own): FuzzRequest {
  const { guarded } = world
  const operation = random.pick(operations)
  const draft = draftOf(random, world, operation, {
    token: random.pick(guarded.tokenIds),
    subject: guarded.userId,
    disposable: guarded.userId,
  })
  const takesBody = ['POST', 'PUT', 'PATCH'].includes(operation.method)
  const spoil = random.pick(takesBody ? [...spoilers, ...bodySpoilers] : spoilers)
  spoil(random, world, own, draft)
  return finished(draft, true, '')
}

/** By somebody who may do everything, about things that nobody minds: refused for what it says, or accepted. */
export function openRequest(random: SeededRandom, world: World, own: Own): FuzzRequest {
  const operation = random.pick(operations)
  const someId = random.pick(['x', 'ffff', '%00', '%ff', '..%2f', '%e2%98%85', "'", '*', 'a'.repeat(3000)])
  const isOdd = random.chance(0.15)
  const token = isOdd ? someId : oneOf(random, own.tokenIds)
  const disposable = isOdd ? someId : oneOf(random, own.disposableIds)
  const subject = random.chance(0.05) ? someId : own.subjectId
  const draft = draftOf(random, world, operation, { token, subject, disposable })
  draft.headers.push(privileged(random, own))
  draft.path += random.pick(['', '', '', '', '/', '?', '?a=b', '?token=x&token=y', '?%zz'])
  const isAboutOwn = subject === own.subjectId || !operation.path.includes('{subject}')
  const id = operation.path.includes('{disposable}') ? disposable : token
  return { ...finished(draft, false, id), effect: isAboutOwn ? operation.effect : undefined }
}

function draftOf(
  random: SeededRandom,
  { goodTokens }: World,
  operation: Operation,
  params: { readonly token: string; readonly subject: string; readonly disposable: string },
): Draft {
  const name = random.pick(['guarded', 'n1', '%00', '%', '%ff', 'a%2fb', encodeURIComponent('★')])
  const path = operation.path
    .replace('{token}', params.token)
    .replace('{subject}', params.subject)
    .replace('{disposable}', params.disposable)
    .replace('{name}', name)
  const { method, fields } = operation
  const body = fields === undefined ? undefined : bodyText(random, fields, goodTokens)
  const headers: Header[] = body === undefined ? [] : [['Content-Type', 'application/json']]
  headers.push(...oddHeaders(random))
  return { operation, method, path, headers, body }
}

type Spoiler = (random: SeededRandom, world: World, own: Own, draft: Draft) => void

const spoilers: readonly [Spoiler, ...Spoiler[]] = [
  // nobody
  () => undefined,
  // a credential that is refused
  (random, { deadTokens }, _own, draft) => {
    draft.headers.push(credential(random, random.pick(deadTokens)))
  },
  (random, { deadTokens }, _own, draft) => {
    draft.headers.push(credential(random, headerSafe(tokenText(random, deadTokens))))
  },
  // a bad token hides a good one
  (random, { deadTokens }, own, draft) => {
    draft.headers.push(['X-Auth-Token', random.pick(deadTokens)], ['Macaroon', own.privilegedToken])
  },
  (_random, _world, own, draft) => {
    draft.headers.push(['X-Auth-Token', own.privilegedToken], ['X-Auth-Token', own.privilegedToken])
  },
  // Basic that is none; a name would cost a password hash
  (random, _world, _own, draft) => {
    draft.headers.push(['Authorization', `Basic ${random.pick(['', '====', '%', '!', 'bm9jb2xvbg=='])}`])
  },
  // somebody who may not
  (random, { strangerToken }, _own, draft) => {
    draft.headers.push(credential(random, strangerToken))
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own), [
      'X-Onedata-Consumer-Token',
      headerSafe(tokenText(random, ['x'])),
    ])
  },
  (random, _world, own, draft) => {
    // An Accept that is there already would be joined with this one, and admit what it shall not.
    draft.headers = draft.headers.filter(([name]) => name !== 'Accept')
    draft.headers.push(privileged(random, own), [
      'Accept',
      random.pick(['text/html', 'application/xml', 'x']),
    ])
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own))
    draft.method = random.pick(['PUT', 'HEAD', 'OPTIONS'])
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own))
    draft.path += random.pick([
      '/nothing',
      '/nothing/../nothing',
      '%2fnothing',
      '/%00',
      `/${'a'.repeat(9000)}`,
    ])
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own), ['X-Padding', 'a'.repeat(random.pick([4097, 8000, 17_000]))])
  },
]

const bodySpoilers: readonly [Spoiler, ...Spoiler[]] = [
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own))
    draft.body = brokenBody(random, String(draft.body ?? '{}'))
    draft.headers = withContentType(draft.headers, 'application/json')
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own))
    draft.body ??= '{}'
    const types = [
      'text/plain',
      'application/json; charset=utf-8',
      'application/jsonp',
      'multipart/form-data',
      '*/*',
    ]
    draft.headers = withContentType(draft.headers, random.pick(types as [string]))
  },
  (random, _world, own, draft) => {
    draft.headers.push(privileged(random, own))
    draft.body ??= '{}'
    draft.headers = draft.headers.filter(([name]) => name !== 'Content-Type')
  },
]

function withContentType(headers: readonly Header[], type: string): Header[] {
  return [...headers.filter(([name]) => name !== 'Content-Type'), ['Content-Type', type]]
}

/** Headers that decide nothing, in forms that a parser may trip over. */
function oddHeaders(random: SeededRandom): readonly Header[] {
  if (random.chance(0.6)) return []
  return [
    random.pick<Header>([
      ['X-Forwarded-For', '10.0.0.1, nonsense, ::1'],
      ['X-Forwarded-Host', 'elsewhere.example.org'],
      ['Forwarded', 'for=10.0.0.1'],
      ['Cookie', 'SID=abc'],
      ['Origin', 'https://example.org'],
      ['Accept', '*/*'],
      ['Accept', 'application/json;q=0.5, */*;q=0.1'],
      ['Accept-Encoding', 'gzip, br'],
      ['Content-Encoding', 'identity'],
      ['If-None-Match', '*'],
      ['Range', 'bytes=0-1'],
      ['Via', '1.1 x'],
      ['X-Request-Id', 'chosen by the client'],
      ['X-Ünicode', 'ÿþ'],
      ['X-Empty', ''],
      ['X-HTTP-Method-Override', 'DELETE'],
    ]),
  ]
}

function credential(random: SeededRandom, token: string): Header {
  return random.pick<Header>([
    ['X-Auth-Token', token],
    ['x-auth-token', token],
    ['Authorization', `Bearer ${token}`],
    ['Macaroon', token],
  ])
}

function privileged(random: SeededRandom, own: Own): Header {
  return credential(random, own.privilegedToken)
}

/** What a header line can hold without becoming two, and without passing the header limit. */
function headerSafe(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, 4000) || 'x'
}

function oneOf(random: SeededRandom, ids: ReadonlySet<string>): string {
  const [first, ...rest] = ids
  return first === undefined ? 'none' : random.pick([first, ...rest])
}

function finished(
  { operation, method, path, headers, body }: Draft,
  isHopeless: boolean,
  id: string,
): FuzzRequest {
  const bytes = rawRequest(method, path, headers, body)
  return { method, path, bytes, isHopeless, effect: operation.effect, id }
}
