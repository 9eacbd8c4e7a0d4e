import { administratorByToken } from '../../testing/administrator.ts'
import type { OnezoneClient } from '../../testing/onezone-client.ts'

/** What no request of the fuzz may change, and what it is allowed to do with things of its own. */
export interface World {
  /** Every refused request is aimed at these. */
  readonly guarded: Guarded
  /** Credentials that are refused, each for a reason of its own. */
  readonly deadTokens: readonly [string, ...string[]]
  /** Somebody without any privilege. */
  readonly strangerToken: string
  /** Tokens of all kinds that verify, to be hurt and confined. */
  readonly goodTokens: readonly [string, ...string[]]
}

export interface Guarded {
  readonly userId: string
  readonly tokenIds: readonly [string, ...string[]]
  /** One of its tokens, which must be accepted before, during and after. */
  readonly token: string
}

/** The things of one fuzzing connection, with account of what has become of them. */
export interface Own {
  /** Of an administrator whom no request is about. */
  readonly privilegedToken: string
  readonly subjectId: string
  readonly tokenIds: Set<string>
  readonly disposableIds: Set<string>
}

const YEAR_2100 = 4_102_444_800

export async function makeWorld(admin: OnezoneClient): Promise<World> {
  const guardedId = await admin.createUser({ username: 'guarded' })
  const strangerId = await admin.createUser({ username: 'stranger' })
  const blockedId = await admin.createUser({ username: 'blocked' })
  const tokenOf = (userId: string, name: string, more: object = {}): Promise<{ id: string; token: string }> =>
    admin.createNamedToken(userId, { name, ...more })

  const guarded = await tokenOf(guardedId, 'guarded', { caveats: [{ type: 'time', validUntil: YEAR_2100 }] })
  const revoked = await tokenOf(guardedId, 'revoked', { revoked: true })
  const identity = await tokenOf(guardedId, 'identity', { type: { identityToken: {} } })
  const foreignCaveat = await tokenOf(guardedId, 'for a service', {
    caveats: [{ type: 'ip', whitelist: ['203.0.113.7'] }],
  })
  const deleted = await tokenOf(strangerId, 'deleted')
  await admin.request('DELETE', `/tokens/named/${deleted.id}`)
  const blocked = await tokenOf(blockedId, 'of a blocked user')
  await admin.request('PATCH', `/users/${blockedId}/access_block`, { blocked: true })
  const temporary = await admin.createTemporaryToken(guardedId, Math.floor(Date.now() / 1000) + 86_400)
  return {
    guarded: {
      userId: guardedId,
      tokenIds: [guarded.id, revoked.id, identity.id, foreignCaveat.id],
      token: guarded.token,
    },
    deadTokens: [
      revoked.token,
      identity.token,
      foreignCaveat.token,
      deleted.token,
      blocked.token,
      `${guarded.token}0`,
      `opp-${revoked.token}`,
      'garbage',
    ],
    strangerToken: (await tokenOf(strangerId, 'stranger')).token,
    goodTokens: [guarded.token, temporary, identity.token],
  }
}

export async function makeOwn(admin: OnezoneClient, name: string): Promise<Own> {
  const privilegedId = await admin.createUser({ username: `${name}-admin` })
  const { json } = await admin.request('GET', '/privileges')
  await admin.request('PATCH', `/users/${privilegedId}/privileges`, { grant: json?.['admin'] })
  return {
    privilegedToken: (await admin.createNamedToken(privilegedId, { name: 'of the fuzz' })).token,
    subjectId: await admin.createUser({ username: `${name}-subject` }),
    tokenIds: new Set(),
    disposableIds: new Set(),
  }
}

/** All that can be read of the guarded user, as one text. */
export async function guardedState(url: string, { userId, tokenIds }: Guarded): Promise<string> {
  const admin = await administratorByToken(url)
  const paths = [
    `/users/${userId}`,
    `/users/${userId}/privileges`,
    `/users/${userId}/tokens/named`,
    `/users/${userId}/tokens/temporary`,
    ...tokenIds.flatMap((id) => [`/tokens/named/${id}`, `/tokens/named/${id}/status`]),
  ]
  const answers = await Promise.all(paths.map((path) => admin.request('GET', path)))
  return answers.map(({ status, text }, index) => `${paths[index]}: ${status} ${text}`).join('\n')
}
