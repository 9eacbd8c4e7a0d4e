import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { administratorByToken } from '../../testing/administrator.ts'
import type { OnezoneClient } from '../../testing/onezone-client.ts'
import { newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { type ServerProcess, startServer } from '../../testing/server-process.ts'

const DISK = '32m'
const MOUNT = `mount -t tmpfs -o size=${DISK} tmpfs "$0"`
/** Far more than the disk takes. */
const MOST_TOKENS = 1000
const BULK = 'x'.repeat(100_000)

/** A disk of its own takes a mount namespace, which not every system gives to everybody. */
const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', MOUNT, '/tmp']).status === 0

let place: ServerPlace
let server: ServerProcess | undefined

beforeEach(async () => {
  place = await newPlace()
})
afterEach(async () => {
  await server?.stop()
  await place.remove()
})

describe.skipIf(!canMount)(`on a disk of ${DISK}`, () => {
  test('before it is full, nothing new is created, and revoking and deleting still have room', async () => {
    const admin = await startOnSmallDisk({ minFreeBytes: 20_000_000 })
    const tokens = await createUntilRefused(admin)
    const [revoked, deleted] = [tokens[0], tokens[1]]
    if (revoked === undefined || deleted === undefined) throw new Error('no room for two tokens')

    expect((await admin.request('PATCH', `/tokens/named/${revoked.id}`, { revoked: true })).status).toBe(204)
    expect((await admin.request('DELETE', `/tokens/named/${deleted.id}`)).status).toBe(204)
    expect(await admin.verdict(revoked.token)).toBe('tokenRevoked')
    expect(await admin.verdict(deleted.token)).toBe('tokenInvalid')
  })

  test('when it is full, what is refused leaves nothing behind, and what is there is verified', async () => {
    const admin = await startOnSmallDisk({ minFreeBytes: 0 })
    const listedBefore = await admin.listNamedTokens('self')
    const tokens = await createUntilRefused(admin)

    const listed = await admin.listNamedTokens('self')
    expect(listed.toSorted()).toEqual([...listedBefore, ...tokens.map(({ id }) => id)].toSorted())
    for (const { token } of tokens.slice(-5)) expect(await admin.verdict(token)).toBe('accepted')
  })
})

async function startOnSmallDisk({ minFreeBytes }: { minFreeBytes: number }): Promise<OnezoneClient> {
  const { dataFolder } = place.options
  server = await startServer({
    dataFolder,
    launcher: ['unshare', '-rm', 'sh', '-c', `${MOUNT} && exec "$@"`, dataFolder],
    flags: ['--min-free-disk-bytes', String(minFreeBytes)],
  })
  return administratorByToken(server.url)
}

/** @returns the tokens that were acknowledged before the first refusal */
async function createUntilRefused(admin: OnezoneClient): Promise<readonly { id: string; token: string }[]> {
  const tokens: { id: string; token: string }[] = []
  while (tokens.length < MOST_TOKENS) {
    const body = { name: `bulk ${tokens.length}`, customMetadata: { bulk: BULK } }
    const { status, json, text } = await admin.request('POST', '/user/tokens/named', body)
    if (status !== 201) {
      expect({ status, isDocumented: text.includes('"serviceUnavailable"') }).toEqual({
        status: 503,
        isDocumented: true,
      })
      return tokens
    }
    tokens.push({ id: String(json?.['tokenId']), token: String(json?.['token']) })
  }
  throw new Error(`the disk took ${MOST_TOKENS} tokens`)
}
