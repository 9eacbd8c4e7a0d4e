import { describe, expect, test } from 'bun:test'
import type { Actor } from '../../src/authority/actor.ts'
import { consumeInvite } from '../../src/authority/consume-invite.ts'
import type { InviteTokenType } from '../../src/authority/invitations.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import type { OnezoneDeps } from '../../src/dialects/onezone/deps.ts'
import type { Entity, MemberRef } from '../../src/directory/entity.ts'
import { addMemberIn } from '../../src/directory/members.ts'
import type { Provider } from '../../src/directory/provider.ts'
import type { User } from '../../src/directory/user.ts'
import { Refused } from '../../src/failure.ts'
import { openTestPostgres } from '../store/test-store.ts'
import {
  CLIENT_ADDRESS,
  inviteTo,
  onEachSeededZone,
  openSeededZone,
  type SeededZone,
  siblingOf,
  type TokenParts,
} from './seeded-zone.ts'

const NOBODY: Actor = { kind: 'nobody' }

function userActor({ id, onezoneId }: User): Actor {
  return { kind: 'user', userId: id, onezoneId, caveats: [] }
}

function providerActor({ id, onezoneId }: Provider): Actor {
  return { kind: 'provider', providerId: id, onezoneId, caveats: [] }
}

/** Consumes the invite of whatever type it is; who calls joins the group, and of other types nothing is made. */
async function consume(
  { deps, tenant }: { deps: OnezoneDeps; tenant: SeededZone['tenant'] },
  actor: Actor,
  token: string,
  inviteType?: InviteTokenType['inviteType'],
): Promise<string> {
  const presented = deps.memory.decode(token)
  const { type } = presented.token
  const expected = inviteType ?? (type.kind === 'invite' ? type.inviteType : 'userJoinGroup')
  try {
    const shown = { actor, presented, inviteType: expected, ip: CLIENT_ADDRESS }
    await consumeInvite(deps, tenant.id, shown, async (ports, { targetId, privileges }) => {
      const member = memberOf(actor)
      if (member === undefined || type.kind !== 'invite' || type.inviteType !== 'userJoinGroup') return
      await addMemberIn(ports, tenant.id, { kind: 'group', onezoneId: targetId }, member, privileges)
    })
    return 'consumed'
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { failure } = error
    return failure.kind === 'token_refused' ? failure.why.kind : failure.kind
  }
}

function memberOf(actor: Actor): MemberRef | undefined {
  return actor.kind === 'user' ? { kind: 'user', onezoneId: actor.onezoneId } : undefined
}

/** A group with its creator, and an invite of his into it. */
async function givenInvite(zone: SeededZone, parts: TokenParts = {}) {
  const issuer = await zone.user()
  const group = await zone.entity('group', issuer)
  const { id, text } = await zone.named(issuer, { type: inviteTo('userJoinGroup', group), ...parts })
  return { issuer, group, id, text }
}

async function usesOf({ deps, tenant }: SeededZone, id: string): Promise<number | undefined> {
  return (await deps.tokens.find(tenant.id, 'onezone', id as TokenId))?.invite?.usageCount
}

function leave(zone: SeededZone, group: Entity, user: User): Promise<unknown> {
  return zone.store.atomically(async ({ relations }) => {
    await relations.hold(zone.tenant.id)
    await relations.remove(group, { kind: 'user', id: user.id })
  })
}

onEachSeededZone((zone) => {
  describe('consuming an invite', () => {
    test('makes what it invites to with the privileges that it carries, and counts the use', async () => {
      const { group, id, text } = await givenInvite(zone(), { privileges: ['group_update', 'group_view'] })
      const guest = await zone().user()
      expect(await consume(zone(), userActor(guest), text)).toBe('consumed')
      expect(await usesOf(zone(), id)).toBe(1)
      const member = { kind: 'user', onezoneId: guest.onezoneId } as const
      expect(await zone().deps.entities.directPrivileges(zone().tenant.id, group, member)).toEqual([
        'group_update',
        'group_view',
      ])
    })

    test('of the default kind gives the default privileges, named or temporary', async () => {
      const { issuer, group, text } = await givenInvite(zone())
      const temporary = await zone().temporary(issuer, { type: inviteTo('userJoinGroup', group) })
      for (const token of [text, temporary]) {
        const guest = await zone().user()
        expect(await consume(zone(), userActor(guest), token)).toBe('consumed')
        const member = { kind: 'user', onezoneId: guest.onezoneId } as const
        expect(await zone().deps.entities.directPrivileges(zone().tenant.id, group, member)).toEqual([
          'group_view',
        ])
      }
    })

    test('that is temporary is not counted', async () => {
      const { issuer, group } = await givenInvite(zone())
      const token = await zone().temporary(issuer, { type: inviteTo('userJoinGroup', group) })
      for (let use = 0; use < 5; use += 1) {
        expect(await consume(zone(), userActor(await zone().user()), token)).toBe('consumed')
      }
    })

    test('ends with its limit', async () => {
      const { id, text } = await givenInvite(zone(), { usageLimit: 2 })
      const outcomes: string[] = []
      for (let use = 0; use < 3; use += 1) {
        outcomes.push(await consume(zone(), userActor(await zone().user()), text))
      }
      expect(outcomes).toEqual(['consumed', 'consumed', 'invite_usage_limit_reached'])
      expect(await usesOf(zone(), id)).toBe(2)
    })

    test('that leads to nothing new is refused and not counted', async () => {
      const { id, text } = await givenInvite(zone(), { usageLimit: 2 })
      const guest = userActor(await zone().user())
      expect(await consume(zone(), guest, text)).toBe('consumed')
      expect(await consume(zone(), guest, text)).toBe('relation_exists')
      expect(await usesOf(zone(), id)).toBe(1)
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('consumed')
    })
  })

  describe('an invite is refused', () => {
    test('that is of another type than what is joined, or no invite', async () => {
      const { issuer, text } = await givenInvite(zone())
      const guest = userActor(await zone().user())
      expect(await consume(zone(), guest, text, 'groupJoinGroup')).toBe('not_an_invite_token')
      expect(await consume(zone(), guest, await zone().token(issuer))).toBe('not_an_invite_token')
    })

    test('that is revoked or deleted', async () => {
      const { id, text } = await givenInvite(zone())
      const guest = userActor(await zone().user())
      const { store, tenant } = zone()
      await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id as TokenId, true))
      expect(await consume(zone(), guest, text)).toBe('token_revoked')
      await store.atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', id as TokenId))
      expect(await consume(zone(), guest, text)).toBe('token_invalid')
    })

    test('whose issuer is blocked, as one whose issuer may not invite', async () => {
      const { issuer, text } = await givenInvite(zone())
      const guest = userActor(await zone().user())
      await zone().store.atomically(({ users }) => users.setBlocked(issuer.id, true))
      expect(await consume(zone(), guest, text)).toBe('invite_not_authorized')
      await zone().store.atomically(({ users }) => users.setBlocked(issuer.id, false))
      expect(await consume(zone(), guest, text)).toBe('consumed')
    })

    test('whose issuer has lost the right, until he has it again', async () => {
      const { issuer, group, id, text } = await givenInvite(zone())
      const guest = userActor(await zone().user())
      await leave(zone(), group, issuer)
      expect(await consume(zone(), guest, text)).toBe('invite_not_authorized')
      await zone().join(group, issuer, ['group_add_user'])
      expect(await consume(zone(), guest, text)).toBe('consumed')
      expect(await usesOf(zone(), id)).toBe(1)
    })

    test('whose issuer may still invite, and not set the privileges that it carries', async () => {
      const { issuer, group, text } = await givenInvite(zone(), { privileges: ['group_update'] })
      const byDefault = await zone().token(issuer, {
        type: inviteTo('userJoinGroup', group),
        privileges: ['group_view'],
      })
      await leave(zone(), group, issuer)
      await zone().join(group, issuer, ['group_add_user'])
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('invite_not_authorized')
      // The default ones need no more than the right to invite, although they were asked for by name.
      expect(await consume(zone(), userActor(await zone().user()), byDefault)).toBe('consumed')
    })

    test('whose target is gone', async () => {
      const { group, text } = await givenInvite(zone())
      await zone().store.atomically(async ({ entities, relations }) => {
        await relations.hold(zone().tenant.id)
        await entities.remove(group)
      })
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('invite_target_invalid')
    })

    test('that is for another consumer, who is whoever calls', async () => {
      const guest = await zone().user()
      const { text } = await givenInvite(zone(), {
        caveats: [{ type: 'consumer', whitelist: [`usr-${guest.onezoneId}`] }],
      })
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('caveat_unverified')
      expect(await consume(zone(), userActor(guest), text)).toBe('consumed')
    })

    test('that is for another address', async () => {
      const { text } = await givenInvite(zone(), { caveats: [{ type: 'ip', whitelist: ['192.0.2.1/32'] }] })
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('caveat_unverified')
    })

    test('by whoever is no consumer of its type', async () => {
      const issuer = await zone().user()
      const space = await zone().entity('space', issuer)
      const { text: joinGroup } = await givenInvite(zone())
      const support = await zone().token(issuer, { type: inviteTo('supportSpace', space) })
      const register = await zone().token(issuer, { type: inviteTo('registerOneprovider', issuer) })
      const [user, provider] = [userActor(await zone().user()), providerActor(await zone().provider())]
      const outcomes = async (token: string) =>
        Promise.all([NOBODY, user, provider].map((actor) => consume(zone(), actor, token)))
      const invalid = 'invite_consumer_invalid'
      expect(await outcomes(support)).toEqual([invalid, invalid, 'consumed'])
      expect(await outcomes(register)).toEqual(['consumed', 'consumed', 'consumed'])
      expect(await outcomes(joinGroup)).toEqual([invalid, 'consumed', invalid])
    })

    test('in this order: verification, consumer, limit, target, right to invite', async () => {
      const { issuer, group, id, text } = await givenInvite(zone(), { usageLimit: 1 })
      expect(await consume(zone(), userActor(await zone().user()), text)).toBe('consumed')
      const { store, tenant } = zone()
      const guest = userActor(await zone().user())
      await leave(zone(), group, issuer)
      await store.atomically(async ({ entities, relations }) => {
        await relations.hold(tenant.id)
        await entities.remove(group)
      })
      expect(await consume(zone(), NOBODY, text)).toBe('invite_consumer_invalid')
      expect(await consume(zone(), guest, text)).toBe('invite_usage_limit_reached')
      await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id as TokenId, true))
      expect(await consume(zone(), NOBODY, text)).toBe('token_revoked')
    })
  })

  test('of an invite for 10 that 100 consume at once, 10 get in', async () => {
    const { group, id, text } = await givenInvite(zone(), { usageLimit: 10 })
    const guests = await Promise.all(Array.from({ length: 100 }, () => zone().user()))
    const outcomes = await Promise.all(guests.map((guest) => consume(zone(), userActor(guest), text)))
    expectTenOf(outcomes)
    expect(await usesOf(zone(), id)).toBe(10)
    // The issuer is the eleventh.
    expect((await zone().deps.entities.listMembers(zone().tenant.id, group, 'user')).length).toBe(11)
  })

  test('an invite that is revoked while it is being consumed is consumed before or not at all', async () => {
    const { id, text, group } = await givenInvite(zone())
    const guests = await Promise.all(Array.from({ length: 20 }, () => zone().user()))
    const { store, tenant } = zone()
    const consumed = guests.map((guest) => consume(zone(), userActor(guest), text))
    await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id as TokenId, true))
    const outcomes = await Promise.all(consumed)
    const inside = outcomes.filter((outcome) => outcome === 'consumed').length
    expect(await usesOf(zone(), id)).toBe(inside)
    expect((await zone().deps.entities.listMembers(tenant.id, group, 'user')).length).toBe(inside + 1)
    expect(new Set(outcomes).isSubsetOf(new Set(['consumed', 'token_revoked']))).toBe(true)
  })
})

test('of an invite for 10 that 100 consume at once on two nodes, 10 get in', async () => {
  const zone = await openSeededZone(openTestPostgres)
  const sibling = await siblingOf(zone)
  try {
    const { group, id, text } = await givenInvite(zone, { usageLimit: 10 })
    const guests = await Promise.all(Array.from({ length: 100 }, () => zone.user()))
    const nodes = [zone.deps, sibling.deps]
    const outcomes = await Promise.all(
      guests.map((guest, index) =>
        consume({ deps: nodes[index % 2] ?? zone.deps, tenant: zone.tenant }, userActor(guest), text),
      ),
    )
    expectTenOf(outcomes)
    expect(await usesOf(zone, id)).toBe(10)
    expect((await zone.deps.entities.listMembers(zone.tenant.id, group, 'user')).length).toBe(11)
  } finally {
    await sibling.close()
    await zone.store.close()
  }
}, 60_000)

function expectTenOf(outcomes: readonly string[]): void {
  const counts = Map.groupBy(outcomes, (outcome) => outcome)
  expect(Object.fromEntries([...counts].map(([outcome, list]) => [outcome, list.length]))).toEqual({
    consumed: 10,
    invite_usage_limit_reached: 90,
  })
}
