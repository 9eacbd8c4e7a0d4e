import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { administratorToken } from '../../testing/administrator.ts'
import { ONEZONE_BASE, OnezoneClient } from '../../testing/onezone-client.ts'
import { CLOSED, RawConnection, rawRequest } from '../../testing/raw-connection.ts'
import { DATABASES, newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { type ServerProcess, startServer } from '../../testing/server-process.ts'
import { Verifiers } from './verifiers.ts'

const VERIFIERS = 40

/** A change that must be in force for every verification that is sent after its acknowledgement. */
interface Change {
  readonly method: 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** What every verification says from then on. */
  readonly verdict: string
}

interface Subject {
  readonly userId: string
  readonly tokenId: string
}

interface Case {
  readonly title: string
  readonly isTemporary?: boolean
  readonly changes: (subject: Subject) => readonly Change[]
}

const cases: readonly Case[] = [
  {
    title: 'revoking a token, and allowing it again',
    changes: ({ tokenId }) => [
      { method: 'PATCH', path: `/tokens/named/${tokenId}`, body: { revoked: true }, verdict: 'tokenRevoked' },
      { method: 'PATCH', path: `/tokens/named/${tokenId}`, body: { revoked: false }, verdict: 'accepted' },
      { method: 'PATCH', path: `/tokens/named/${tokenId}`, body: { revoked: true }, verdict: 'tokenRevoked' },
    ],
  },
  {
    title: 'deleting a token',
    changes: ({ tokenId }) => [
      { method: 'DELETE', path: `/tokens/named/${tokenId}`, verdict: 'tokenInvalid' },
    ],
  },
  {
    title: 'deleting all tokens of a user',
    changes: ({ userId }) => [
      { method: 'DELETE', path: `/users/${userId}/tokens/named`, verdict: 'tokenInvalid' },
    ],
  },
  {
    title: 'revoking the temporary tokens of a user',
    isTemporary: true,
    changes: ({ userId }) => [
      { method: 'DELETE', path: `/users/${userId}/tokens/temporary`, verdict: 'tokenRevoked' },
    ],
  },
  {
    title: 'blocking a user, and unblocking him',
    changes: ({ userId }) => [
      {
        method: 'PATCH',
        path: `/users/${userId}/access_block`,
        body: { blocked: true },
        verdict: 'userBlocked',
      },
      {
        method: 'PATCH',
        path: `/users/${userId}/access_block`,
        body: { blocked: false },
        verdict: 'accepted',
      },
    ],
  },
  {
    title: 'deleting a user',
    changes: ({ userId }) => [{ method: 'DELETE', path: `/users/${userId}`, verdict: 'tokenInvalid' }],
  },
]

for (const database of DATABASES)
  describe(`on ${database}`, () => {
    let place: ServerPlace
    let server: ServerProcess
    let token = ''
    let admin: OnezoneClient

    beforeAll(async () => {
      place = await newPlace(database)
      server = await startServer(place.options)
      token = await administratorToken(server.url)
      admin = new OnezoneClient(server.url, { kind: 'token', token })
    })
    afterAll(async () => {
      await server.stop()
      await place.remove()
    })

    for (const { title, isTemporary = false, changes } of cases) {
      test(`no verification is late among ${VERIFIERS} at once: ${title}`, async () => {
        const userId = await admin.createUser({})
        const named = await admin.createNamedToken(userId, { name: 'watched' })
        const text = isTemporary ? await admin.createTemporaryToken(userId, tomorrow()) : named.token
        const changer = await RawConnection.open(server.port)
        const verifiers = await Verifiers.start(server.port, VERIFIERS, text)
        try {
          expect([...(await verifiers.verdictsFromNowOn()).keys()]).toEqual(['accepted'])
          for (const change of changes({ userId, tokenId: named.id })) {
            const answer = await changer.exchange(changeRequest(change, token))
            const verdicts = await verifiers.verdictsFromNowOn()
            expect(answer === CLOSED ? CLOSED : answer.status).toBe(204)
            expect([...verdicts.keys()]).toEqual([change.verdict])
          }
        } finally {
          await verifiers.stop()
          changer.close()
        }
      })
    }
  })

function changeRequest({ method, path, body }: Change, token: string): Buffer {
  const headers = [
    ['X-Auth-Token', token],
    ['Content-Type', 'application/json'],
  ] as const
  return rawRequest(method, `${ONEZONE_BASE}${path}`, headers, body && JSON.stringify(body))
}

/** Within the longest life that a temporary token may have. */
function tomorrow(): number {
  return Math.floor(Date.now() / 1000) + 86_400
}
