import { INVITE_KINDS, INVITE_TYPES, type InviteType } from '@jeton/token'
import { describe, expect, test } from 'bun:test'
import { INVITE_RULES } from '../../src/authority/invite-rules.ts'
import type { Entity, EntityKind } from '../../src/directory/entity.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import type { User } from '../../src/directory/user.ts'
import { refusalOf } from '../store/samples.ts'
import { as, HOUR_SECONDS, inviteTo, onEachSeededZone, outcomeOf, type SeededZone } from './seeded-zone.ts'
import { FOREIGN } from './sample-tokens.ts'

/** What each type asks of its issuer: a privilege in the target or an admin privilege, and the same to set privileges. */
const RIGHTS: readonly (readonly [InviteType, EntityKind, string, string, string?, string?])[] = [
  [
    'userJoinGroup',
    'group',
    'group_add_user',
    'oz_groups_add_relationships',
    'group_set_privileges',
    'oz_groups_set_privileges',
  ],
  [
    'groupJoinGroup',
    'group',
    'group_add_child',
    'oz_groups_add_relationships',
    'group_set_privileges',
    'oz_groups_set_privileges',
  ],
  [
    'userJoinSpace',
    'space',
    'space_add_user',
    'oz_spaces_add_relationships',
    'space_set_privileges',
    'oz_spaces_set_privileges',
  ],
  [
    'groupJoinSpace',
    'space',
    'space_add_group',
    'oz_spaces_add_relationships',
    'space_set_privileges',
    'oz_spaces_set_privileges',
  ],
  ['supportSpace', 'space', 'space_add_support', 'oz_spaces_add_relationships'],
  ['harvesterJoinSpace', 'space', 'space_add_harvester', 'oz_spaces_add_relationships'],
  [
    'userJoinCluster',
    'cluster',
    'cluster_add_user',
    'oz_clusters_add_relationships',
    'cluster_set_privileges',
    'oz_clusters_set_privileges',
  ],
  [
    'groupJoinCluster',
    'cluster',
    'cluster_add_group',
    'oz_clusters_add_relationships',
    'cluster_set_privileges',
    'oz_clusters_set_privileges',
  ],
  [
    'userJoinHarvester',
    'harvester',
    'harvester_add_user',
    'oz_harvesters_add_relationships',
    'harvester_set_privileges',
    'oz_harvesters_set_privileges',
  ],
  [
    'groupJoinHarvester',
    'harvester',
    'harvester_add_group',
    'oz_harvesters_add_relationships',
    'harvester_set_privileges',
    'oz_harvesters_set_privileges',
  ],
  ['spaceJoinHarvester', 'harvester', 'harvester_add_space', 'oz_harvesters_add_relationships'],
  [
    'userJoinAtmInventory',
    'atm_inventory',
    'atm_inventory_add_user',
    'oz_atm_inventories_add_relationships',
    'atm_inventory_set_privileges',
    'oz_atm_inventories_set_privileges',
  ],
  [
    'groupJoinAtmInventory',
    'atm_inventory',
    'atm_inventory_add_group',
    'oz_atm_inventories_add_relationships',
    'atm_inventory_set_privileges',
    'oz_atm_inventories_set_privileges',
  ],
]

/** The privileges that are carried when nothing is said. */
const DEFAULTS: Readonly<Record<InviteType, readonly string[] | null>> = {
  userJoinGroup: ['group_view'],
  groupJoinGroup: ['group_view'],
  userJoinSpace: ['space_read_data', 'space_view', 'space_view_transfers', 'space_write_data'],
  groupJoinSpace: ['space_read_data', 'space_view', 'space_view_transfers', 'space_write_data'],
  supportSpace: null,
  harvesterJoinSpace: null,
  registerOneprovider: null,
  userJoinCluster: ENTITY_PRIVILEGES.cluster.all,
  groupJoinCluster: ['cluster_view'],
  userJoinHarvester: ['harvester_view'],
  groupJoinHarvester: ['harvester_view'],
  spaceJoinHarvester: null,
  userJoinAtmInventory: ['atm_inventory_view'],
  groupJoinAtmInventory: ['atm_inventory_view'],
}

let names = 0

onEachSeededZone((zone) => {
  const typeJson = (inviteType: InviteType, targetId: string) => ({
    inviteToken: { inviteType, [INVITE_KINDS[inviteType].targetKey]: targetId },
  })
  /** Creates an invite with a token of the issuer's own. */
  const create = async (issuer: User, inviteType: InviteType, targetId: string, more: object = {}) => {
    const { headers } = as(await zone().token(issuer))
    const body = { name: `invite ${(names += 1)}`, type: typeJson(inviteType, targetId), ...more }
    return zone().ask('POST', '/user/tokens/named', { headers, body })
  }
  const createTemporary = async (
    issuer: User,
    inviteType: InviteType,
    targetId: string,
    more: object = {},
  ) => {
    const { headers } = as(await zone().token(issuer))
    const caveats = [{ type: 'time', validUntil: zone().ambient.now() + HOUR_SECONDS }]
    const body = { type: typeJson(inviteType, targetId), caveats, ...more }
    return zone().ask('POST', '/user/tokens/temporary', { headers, body })
  }
  const shown = async (issuer: User, tokenId: string) =>
    (await zone().ask('GET', `/tokens/named/${tokenId}`, as(await zone().token(issuer)))).json
  const memberWith = async (entity: Entity, ...privileges: readonly string[]) => {
    const user = await zone().user()
    await zone().join(entity, user, privileges)
    return user
  }
  const adminWith = async (...privileges: readonly string[]) => {
    const user = await zone().user()
    await zone().grantAdmin(user, ...privileges)
    return user
  }
  const REFUSED = '400 inviteTokenSubjectNotAuthorized'

  describe.each(RIGHTS)('%s', (inviteType, kind, privilege, adminPrivilege, setPrivilege, adminSet) => {
    const target = async () => zone().entity(kind, await zone().user())

    test(`takes ${privilege} in the target, or ${adminPrivilege}`, async () => {
      const entity = await target()
      const all = ENTITY_PRIVILEGES[kind].all
      const member = await memberWith(entity, privilege)
      const admin = await adminWith(adminPrivilege)
      const others = await memberWith(entity, ...all.filter((each) => each !== privilege))
      for (const make of [create, createTemporary]) {
        expect(outcomeOf(await make(member, inviteType, entity.onezoneId))).toBe('accepted')
        expect(outcomeOf(await make(admin, inviteType, entity.onezoneId))).toBe('accepted')
        expect(outcomeOf(await make(others, inviteType, entity.onezoneId))).toBe(REFUSED)
        expect(outcomeOf(await make(await zone().user(), inviteType, entity.onezoneId))).toBe(REFUSED)
      }
    })

    test('takes a target that is there, whatever the issuer may do', async () => {
      const admin = await adminWith(adminPrivilege)
      // An entity of another kind is none.
      const other = await zone().entity(kind === 'group' ? 'space' : 'group')
      for (const targetId of ['nothing', other.onezoneId]) {
        const refused = await create(admin, inviteType, targetId)
        expect(outcomeOf(refused)).toBe('400 inviteTokenTargetIdInvalid')
        expect(refused.json.error.details as object).toEqual({ id: targetId })
        expect(outcomeOf(await create(await zone().user(), inviteType, targetId))).toBe(
          '400 inviteTokenTargetIdInvalid',
        )
      }
    })

    if (setPrivilege === undefined || adminSet === undefined) {
      test('carries no privileges, whatever is asked for', async () => {
        const entity = await target()
        const member = await memberWith(entity, privilege)
        const made = await create(member, inviteType, entity.onezoneId, { privileges: 1 })
        expect((await shown(member, made.json.tokenId)).metadata).toMatchObject({ privileges: null })
      })
    } else {
      test(`takes ${setPrivilege} or ${adminSet} too, for whoever says which privileges`, async () => {
        const entity = await target()
        const privileges = [...ENTITY_PRIVILEGES[kind].member]
        const attempt = (issuer: User) => create(issuer, inviteType, entity.onezoneId, { privileges })
        expect(outcomeOf(await attempt(await memberWith(entity, privilege)))).toBe(REFUSED)
        expect(outcomeOf(await attempt(await memberWith(entity, setPrivilege)))).toBe(REFUSED)
        expect(outcomeOf(await attempt(await memberWith(entity, privilege, setPrivilege)))).toBe('accepted')
        expect(outcomeOf(await attempt(await adminWith(adminPrivilege)))).toBe(REFUSED)
        expect(outcomeOf(await attempt(await adminWith(adminPrivilege, adminSet)))).toBe('accepted')
        // Temporary tokens carry the default ones, and nobody looks at others.
        const temporary = await createTemporary(
          await memberWith(entity, privilege),
          inviteType,
          entity.onezoneId,
          { privileges },
        )
        expect(outcomeOf(temporary)).toBe('accepted')
      })
    }
  })

  test('there is a line for every type but the one that targets users', () => {
    const types = [...RIGHTS.map(([type]) => type), 'registerOneprovider']
    expect(types.toSorted()).toEqual([...INVITE_TYPES].toSorted())
  })

  describe('registerOneprovider', () => {
    test('is for whoever registers for himself, and for oz_providers_invite with anybody', async () => {
      const [user, other, admin] = [
        await zone().user(),
        await zone().user(),
        await adminWith('oz_providers_invite'),
      ]
      expect(outcomeOf(await create(user, 'registerOneprovider', user.onezoneId))).toBe('accepted')
      expect(outcomeOf(await create(user, 'registerOneprovider', other.onezoneId))).toBe(REFUSED)
      expect(outcomeOf(await create(admin, 'registerOneprovider', other.onezoneId))).toBe('accepted')
      expect(outcomeOf(await create(admin, 'registerOneprovider', 'nobody'))).toBe(
        '400 inviteTokenTargetIdInvalid',
      )
    })
  })

  describe('the right to invite', () => {
    test('is its subject’s and not the caller’s', async () => {
      const entity = await zone().entity('group', await zone().user())
      const [caller, subject] = [
        await adminWith('oz_tokens_manage', 'oz_groups_add_relationships'),
        await zone().user(),
      ]
      const { headers } = as(await zone().token(caller))
      const body = { name: 'for another', type: typeJson('userJoinGroup', entity.onezoneId) }
      const attempt = () => zone().ask('POST', `/users/${subject.onezoneId}/tokens/named`, { headers, body })
      expect(outcomeOf(await attempt())).toBe(REFUSED)
      await zone().join(entity, subject, ['group_add_user'])
      expect(outcomeOf(await attempt())).toBe('accepted')
    })

    test('comes through groups, and through owning a space', async () => {
      const [user, owner] = [await zone().user(), await zone().user()]
      const space = await zone().entity('space', owner)
      const group = await zone().entity('group', user)
      await zone().join(space, group, ['space_add_user'])
      expect(outcomeOf(await create(user, 'userJoinSpace', space.onezoneId))).toBe('accepted')
      expect(outcomeOf(await create(owner, 'userJoinSpace', space.onezoneId))).toBe('accepted')
    })

    test('of a provider ends at its own cluster', async () => {
      const [provider, other] = [await zone().provider(), await zone().provider()]
      const space = await zone().entity('space')
      const issue = (...invite: Parameters<typeof inviteTo>) =>
        zone().named(provider, { type: inviteTo(...invite) })
      for (const inviteType of ['userJoinCluster', 'groupJoinCluster'] as const) {
        expect(await issue(inviteType, provider)).toBeDefined()
        const withPrivileges = { type: inviteTo(inviteType, provider), privileges: ['cluster_update'] }
        expect(await zone().named(provider, withPrivileges)).toBeDefined()
        expect(await refusalOf(issue(inviteType, other))).toBe('invite_not_authorized')
      }
      expect(await refusalOf(issue('supportSpace', space))).toBe('invite_not_authorized')
    })
  })

  describe('the resource of an invite', () => {
    test.each(INVITE_TYPES.map((type) => [type]))(
      'of type %s shows the default privileges',
      async (inviteType) => {
        const issuer = await zone().user()
        const { target } = INVITE_RULES[inviteType]
        const id = target === 'user' ? issuer.onezoneId : (await zone().entity(target, issuer)).onezoneId
        const { tokenId } = (await create(issuer, inviteType, id)).json
        expect(await shown(issuer, tokenId)).toMatchObject({
          type: {
            inviteToken: { inviteType, [INVITE_KINDS[inviteType].targetKey]: id, parameters: {} },
          },
          metadata: {
            creationTime: zone().ambient.now(),
            custom: {},
            privileges: DEFAULTS[inviteType],
            usageCount: 0,
            usageLimit: 'infinity',
          },
        })
      },
    )

    test('shows the privileges sorted and each once', async () => {
      const issuer = await zone().user()
      const { onezoneId } = await zone().entity('space', issuer)
      const privileges = ['space_write_data', 'space_add_user', 'space_write_data', 'space_manage_qos']
      const { tokenId } = (await create(issuer, 'userJoinSpace', onezoneId, { privileges })).json
      expect((await shown(issuer, tokenId)).metadata).toMatchObject({
        privileges: ['space_add_user', 'space_manage_qos', 'space_write_data'],
      })
    })

    test.each([
      [5, 5],
      ['5', 5],
      ['infinity', 'infinity'],
      [2 ** 40, 2 ** 40],
    ])('of a usage limit %p shows %p', async (usageLimit, expected) => {
      const issuer = await zone().user()
      const made = await create(issuer, 'registerOneprovider', issuer.onezoneId, { usageLimit })
      expect((await shown(issuer, made.json.tokenId)).metadata).toMatchObject({ usageLimit: expected })
    })

    test('of another type has neither', async () => {
      const issuer = await zone().user()
      const { id } = await zone().named(issuer)
      expect(Object.keys((await shown(issuer, id)).metadata).toSorted()).toEqual(['creationTime', 'custom'])
    })
  })

  describe('a bad invite', () => {
    test.each([
      [{ usageLimit: 0 }, '400 badValueTooLow'],
      [{ usageLimit: 'x' }, '400 badValueInteger'],
      [{ privileges: 1 }, '400 badValueListOfStrings'],
      [{ privileges: ['group_view'] }, '400 badValueListNotAllowed'],
    ])('with %j is refused: %s', async (more, expected) => {
      const issuer = await zone().user()
      const { onezoneId } = await zone().entity('space', issuer)
      expect(outcomeOf(await create(issuer, 'userJoinSpace', onezoneId, more))).toBe(expected)
    })

    test('has its privileges looked at before its target, and its target before its limit', async () => {
      const issuer = await zone().user()
      const bad = { privileges: ['x'], usageLimit: 0 }
      expect(outcomeOf(await create(issuer, 'userJoinSpace', 'nothing', bad))).toBe(
        '400 badValueListNotAllowed',
      )
      expect(outcomeOf(await create(issuer, 'userJoinSpace', 'nothing', { usageLimit: 0 }))).toBe(
        '400 inviteTokenTargetIdInvalid',
      )
    })

    test('leaves no token behind', async () => {
      const issuer = await zone().user()
      const { headers } = as(await zone().token(issuer))
      const before = (await zone().ask('GET', '/user/tokens/named', { headers })).json.tokens.length
      await create(issuer, 'userJoinSpace', 'nothing')
      const { tokens } = (await zone().ask('GET', '/user/tokens/named', { headers })).json
      // The one more is the token that the attempt was made with.
      expect(tokens.length).toBe(before + 1)
    })
  })

  describe('verifying an invite', () => {
    const verify = async (token: string, more: object = {}) =>
      outcomeOf(await zone().ask('POST', '/tokens/verify_invite_token', { body: { token, ...more } }))
    const given = async (parts: Parameters<SeededZone['token']>[1] = {}) => {
      const issuer = await zone().user()
      const group = await zone().entity('group', issuer)
      const type = inviteTo('userJoinGroup', group)
      return { issuer, group, token: await zone().token(issuer, { type, ...parts }) }
    }

    test('tells who invites, and how long', async () => {
      const validUntil = zone().ambient.now() + HOUR_SECONDS
      const { issuer, token } = await given({ caveats: [{ type: 'time', validUntil }] })
      const { json } = await zone().ask('POST', '/tokens/verify_invite_token', { body: { token } })
      expect(json as object).toEqual({ subject: { id: issuer.onezoneId, type: 'user' }, ttl: HOUR_SECONDS })
    })

    test('of the type that is expected, or of any', async () => {
      const { token } = await given()
      expect(await verify(token)).toBe('accepted')
      expect(await verify(token, { expectedInviteType: 'userJoinGroup' })).toBe('accepted')
      expect(await verify(token, { expectedInviteType: 'groupJoinGroup' })).toBe('400 notAnInviteToken')
      expect(await verify(token, { expectedInviteType: 'x' })).toBe('400 badValueInviteType')
    })

    test('looks at none of: its use, its target, its issuer’s right to invite', async () => {
      const { issuer, group, token } = await given({ usageLimit: 1 })
      await zone().store.atomically(async ({ entities, relations }) => {
        await relations.hold(zone().tenant.id)
        await relations.remove(group, { kind: 'user', id: issuer.id })
        await entities.remove(group)
      })
      expect(await verify(token)).toBe('accepted')
    })

    test.each([
      ['an access token', (user: User) => zone().token(user), '400 notAnInviteToken'],
      ['a foreign token', async () => FOREIGN, '400 notAnInviteToken'],
    ])('refuses %s', async (_, tokenOf, expected) => {
      expect(await verify(await tokenOf(await zone().user()))).toBe(expected)
    })

    test.each([
      [{ type: 'interface', interface: 'rest' }],
      [{ type: 'service', whitelist: ['ozw-onezone'] }],
      [{ type: 'api', whitelist: ['all/all/*.*.*:*'] }],
      [{ type: 'data.readonly' }],
      [{ type: 'time', validUntil: 1 }],
    ] as const)('refuses one with the caveat %j', async (caveat) => {
      expect(await verify((await given({ caveats: [caveat] })).token)).toBe('400 tokenCaveatUnverified')
    })

    test('refuses one that is revoked, deleted, or of a blocked issuer', async () => {
      const { issuer, group } = await given()
      const { store, tenant } = zone()
      const { id, text } = await zone().named(issuer, { type: inviteTo('userJoinGroup', group) })
      await store.atomically(({ users }) => users.setBlocked(issuer.id, true))
      expect(await verify(text)).toBe('400 userBlocked')
      await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id as never, true))
      expect(await verify(text)).toBe('400 tokenRevoked')
      await store.atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', id as never))
      expect(await verify(text)).toBe('400 tokenInvalid')
    })
  })
})
