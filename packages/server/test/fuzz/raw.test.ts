import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { administratorToken } from '../../testing/administrator.ts'
import { ONEZONE_BASE } from '../../testing/onezone-client.ts'
import { CLOSED, type RawAnswer, RawConnection, rawRequest } from '../../testing/raw-connection.ts'
import { type SeededRandom, seededRandom } from '../../testing/seeded-random.ts'
import { newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { type ServerProcess, startServer } from '../../testing/server-process.ts'
import { verdictOfRaw, verification } from '../faults/verifiers.ts'
import { complaintAbout } from './answers.ts'

const SEED = Number(process.env['JETON_FUZZ_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])
const MUTATIONS = 2000
const AT_ONCE = 40
const TIMEOUT_MS = 120_000

/** The server waits for the rest of the request: also right, until its own time limit. */
const WAITING = 'waiting' as const

let place: ServerPlace
let server: ServerProcess
let token = ''

beforeAll(async () => {
  place = await newPlace()
  server = await startServer(place.options)
  token = await administratorToken(server.url)
})
afterAll(async () => {
  await server.stop()
  await place.remove()
})

const verify = `${ONEZONE_BASE}/tokens/verify_access_token`
const host = 'Host: localhost\r\n'
const json = 'Content-Type: application/json\r\n'
const chunked = `POST ${verify} HTTP/1.1\r\n${host}${json}Transfer-Encoding: chunked\r\n\r\n`

/** Requests that no client library writes. Each is refused, or its connection is closed; never accepted, never a 5xx. */
const garbage: Readonly<Record<string, string>> = {
  'nothing but line ends': '\r\n\r\n\r\n\r\n',
  'a method that there is not': `FOO ${verify} HTTP/1.1\r\n${host}\r\n`,
  'a method in lower case': `post ${verify} HTTP/1.1\r\n${host}\r\n`,
  'a request line of one word': 'GET\r\n\r\n',
  'a version that there is not': `GET / HTTP/9.9\r\n${host}\r\n`,
  'a path that does not begin with a slash': `GET x HTTP/1.1\r\n${host}\r\n`,
  'an asterisk for a path': `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  'an authority for a path': `CONNECT elsewhere:443 HTTP/1.1\r\n${host}\r\n`,
  'a NUL in the path': `GET ${verify}\u0000 HTTP/1.1\r\n${host}\r\n`,
  'a NUL in a header': `GET ${verify} HTTP/1.1\r\n${host}X-Auth-Token: a\u0000b\r\n\r\n`,
  'a header without a colon': `GET ${verify} HTTP/1.1\r\n${host}nonsense\r\n\r\n`,
  'a header folded over two lines': `GET ${verify} HTTP/1.1\r\n${host}X-Auth-Token: a\r\n b\r\n\r\n`,
  'a space before the colon': `GET ${verify} HTTP/1.1\r\n${host}X-Auth-Token : a\r\n\r\n`,
  'no Host': `GET ${verify} HTTP/1.1\r\n\r\n`,
  'two Hosts': `GET ${verify} HTTP/1.1\r\n${host}Host: elsewhere\r\n\r\n`,
  'a Host that is none': `GET ${verify} HTTP/1.1\r\nHost: a b/c\r\n\r\n`,
  'a negative length': `POST ${verify} HTTP/1.1\r\n${host}${json}Content-Length: -1\r\n\r\n{}`,
  'a length that is no number': `POST ${verify} HTTP/1.1\r\n${host}${json}Content-Length: two\r\n\r\n{}`,
  'a length beyond every integer': `POST ${verify} HTTP/1.1\r\n${host}${json}Content-Length: 99999999999999999999999\r\n\r\n{}`,
  'two lengths': `POST ${verify} HTTP/1.1\r\n${host}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
  'a length and chunks': `POST ${verify} HTTP/1.1\r\n${host}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunks of no size': `${chunked}zz\r\n{}\r\n0\r\n\r\n`,
  'a chunk of a negative size': `${chunked}-2\r\n{}\r\n0\r\n\r\n`,
  'an encoding that there is not': `POST ${verify} HTTP/1.1\r\n${host}${json}Transfer-Encoding: gzip\r\n\r\n{}`,
  'a header of 20 000 bytes': `GET ${verify} HTTP/1.1\r\n${host}X-Padding: ${'a'.repeat(20_000)}\r\n\r\n`,
  'a path of 20 000 bytes': `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
  'a thousand headers': `GET ${verify} HTTP/1.1\r\n${host}${'X-A: b\r\n'.repeat(1000)}\r\n`,
  'a TLS greeting': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
}

describe('what is no request is refused or hung up on', () => {
  for (const [title, bytes] of Object.entries(garbage)) {
    test(title, async () => {
      const connection = await RawConnection.open(server.port)
      const answer = await withinReason(connection.exchange(Buffer.from(bytes, 'latin1')))
      connection.close()
      expect(answer === CLOSED || answer === WAITING ? 400 : answer.status).toBeOneOf([
        400, 404, 405, 413, 414, 415, 431,
        // The runtime's answer to a request line that it cannot read, in which the version is what it misses first.
        505,
      ])
      await expectGoodVerdict()
    })
  }
})

test('a request that arrives byte by byte is answered as if it came at once', async () => {
  const connection = await RawConnection.open(server.port)
  const bytes = verification(token)
  const answer = await connection.exchange(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))
  connection.close()
  expect(answer === CLOSED ? CLOSED : verdictOfRaw(answer)).toBe('accepted')
})

test('a body in chunks is read as one', async () => {
  const connection = await RawConnection.open(server.port)
  const body = JSON.stringify({ token })
  const pieces = Array.from({ length: Math.ceil(body.length / 7) }, (_, index) =>
    body.slice(7 * index, 7 * index + 7),
  )
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
  const answer = await connection.exchange([chunked, ...chunks, '0\r\n\r\n'])
  connection.close()
  expect(answer === CLOSED ? CLOSED : verdictOfRaw(answer)).toBe('accepted')
})

test('two requests in one packet get two answers in their order', async () => {
  const connection = await RawConnection.open(server.port)
  const both = Buffer.concat([verification('garbage'), verification(token)])
  const first = await connection.exchange(both)
  const second = await connection.exchange([])
  connection.close()
  expect([first, second].map((answer) => (answer === CLOSED ? CLOSED : verdictOfRaw(answer)))).toEqual([
    'badValueToken',
    'accepted',
  ])
})

test('a hundred connections that die in the middle of a request harm nobody', async () => {
  const bytes = verification(token)
  for (let count = 0; count < 100; count += 1) {
    const connection = await RawConnection.open(server.port)
    void connection.exchange(bytes.subarray(0, 1 + count * 5))
    connection.close()
  }
  await expectGoodVerdict()
})

test(
  `${MUTATIONS} requests with bytes changed or cut never give an undocumented answer (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED)
    const headers = [
      ['Content-Type', 'application/json'],
      ['X-Auth-Token', token],
    ] as const
    const good = rawRequest('POST', verify, headers, JSON.stringify({ token }))
    for (let sent = 0; sent < MUTATIONS; sent += AT_ONCE) {
      const mutants = Array.from({ length: AT_ONCE }, () => mutated(random, good))
      const complaints = await Promise.all(mutants.map(complaintAboutAnswerTo))
      expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([])
    }
    await expectGoodVerdict()
  },
  TIMEOUT_MS,
)

function mutated(random: SeededRandom, good: Buffer): Buffer {
  const bytes = Buffer.from(good)
  for (let left = 1 + random.below(4); left > 0; left -= 1)
    bytes[random.below(bytes.length)] = random.below(256)
  return random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length)) : bytes
}

async function complaintAboutAnswerTo(bytes: Buffer): Promise<string | undefined> {
  const connection = await RawConnection.open(server.port)
  const answer = await withinReason(connection.exchange(bytes), 30)
  connection.close()
  if (answer === CLOSED || answer === WAITING || isRuntimes(answer)) return undefined
  const complaint = complaintAbout(answer, false)
  return complaint && `${complaint} after ${JSON.stringify(bytes.toString('latin1'))}`
}

/** The request line was no request line: nothing of ours has seen it. */
function isRuntimes({ status, body }: RawAnswer): boolean {
  return status === 505 && body === ''
}

function withinReason(
  exchange: Promise<RawAnswer | typeof CLOSED>,
  millis = 300,
): Promise<RawAnswer | typeof CLOSED | typeof WAITING> {
  return Promise.race([exchange, Bun.sleep(millis).then(() => WAITING)])
}

async function expectGoodVerdict(): Promise<void> {
  const connection = await RawConnection.open(server.port)
  const answer = await connection.exchange(verification(token))
  connection.close()
  expect(answer === CLOSED ? CLOSED : verdictOfRaw(answer)).toBe('accepted')
}
