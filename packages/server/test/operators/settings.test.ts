import { describe, expect, test } from 'bun:test'
import { changeSettings, getSettings, type SettingsChange } from '../../src/operators/settings.ts'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from '../../src/operators/tenant-settings.ts'
import type { OperatorCaller } from '../../src/operators/operator-caller.ts'
import { changesOf } from '../store/test-store.ts'
import { brokenBy, onEachStore } from './operator-world.ts'

const BY_KINDS = {
  isMinimumLengthEnabled: false,
  needsTwoLowerCaseLetters: true,
  needsTwoUpperCaseLetters: true,
  needsTwoNumbers: true,
  needsTwoSpecialCharacters: true,
}
const DAY_SECONDS = 24 * 60 * 60

onEachStore((world) => {
  const deps = () => world().deps
  const change = (caller: OperatorCaller, parts: SettingsChange, etag?: number) =>
    changeSettings(deps(), caller, parts, etag)

  describe('the settings of a tenant', () => {
    test('are those by default as long as nobody has changed them', async () => {
      const { tenant } = await world().tenant()
      expect(await getSettings(deps(), tenant.id)).toEqual({
        tenantId: tenant.id,
        id: tenant.sdwanTenantId,
        name: tenant.name,
        canonicalName: undefined,
        description: undefined,
        passwordPolicy: DEFAULT_PASSWORD_POLICY,
        profile: {},
        etag: 1,
        createdUtc: '17000000000000000',
        updatedUtc: '17000000000000000',
      })
    })

    test('are changed by one of those who mean the same version, however many ask at once', async () => {
      const { caller } = await world().tenant()
      for (const etag of [1, 2]) {
        const asked = Array.from({ length: 8 }, (_, at) => brokenBy(change(caller, { name: `${at}` }, etag)))
        const done = await Promise.all(asked)
        expect(done.filter((rules) => rules.length === 0)).toHaveLength(1)
      }
    })

    test('are read as they were changed; what a change leaves out stays', async () => {
      const { caller, tenant } = await world().tenant()
      await change(
        caller,
        { name: 'Zwei', description: 'x', profile: { tsg_id: '99', address: { city: 'Graz' } } },
        1,
      )
      const after = await change(caller, {
        canonicalName: 'zwei.example',
        description: null,
        passwordPolicy: { minimumLength: 12 },
        profile: { address: null },
      })
      expect(after).toMatchObject({
        name: 'Zwei',
        canonicalName: 'zwei.example',
        description: undefined,
        etag: 3,
      })
      expect(after.profile).toEqual({ tsg_id: '99' })
      expect(after.passwordPolicy).toEqual({ ...DEFAULT_PASSWORD_POLICY, minimumLength: 12 })
      expect(await getSettings(deps(), tenant.id)).toEqual(after)
    })

    test('are another version after each change, which every node hears of', async () => {
      const { caller, tenant } = await world().tenant()
      expect(await world().acknowledgementsOf(() => change(caller, {}, 1))).toBe(1)
      expect(await changesOf(world().store, tenant)).toEqual([`tenant ${tenant.id}`])
      expect(await brokenBy(change(caller, {}, 1))).toEqual(['etag_mismatch'])
    })

    test('have one canonical name, and keep it', async () => {
      const { caller } = await world().tenant()
      await change(caller, { canonicalName: 'one' })
      expect(await brokenBy(change(caller, { canonicalName: 'one' }))).toEqual([])
      expect(await brokenBy(change(caller, { canonicalName: 'two' }))).toEqual(['canonical_name_changed'])
      expect(await brokenBy(change(caller, { canonicalName: null }))).toEqual(['canonical_name_changed'])
    })

    test.each<[string, Partial<PasswordPolicy>]>([
      ['a minimum over the maximum', { minimumLength: 11, isMaximumLengthEnabled: true, maximumLength: 10 }],
      [
        'more kinds of characters than the maximum has room for',
        { ...BY_KINDS, isMaximumLengthEnabled: true, maximumLength: 7 },
      ],
      ['a minimum that no password has', { minimumLength: 1001 }],
    ])('cannot want %s', async (_, passwordPolicy) => {
      const { caller } = await world().tenant()
      expect(await brokenBy(change(caller, { passwordPolicy }))).toEqual(['password_policy_unmeetable'])
      const off = { isMaximumLengthEnabled: false, isMinimumLengthEnabled: false }
      expect(await brokenBy(change(caller, { passwordPolicy: { ...passwordPolicy, ...off } }))).toEqual([])
    })

    test('can want exactly as many characters as there may be', async () => {
      const { caller } = await world().tenant()
      const narrow = { ...BY_KINDS, isMaximumLengthEnabled: true, maximumLength: 8 }
      expect(await brokenBy(change(caller, { passwordPolicy: narrow }))).toEqual([])
    })

    test('cannot age the password of who changes them out of use', async () => {
      const { caller, boss, tenant } = await world().tenant()
      const setAtMillis = world().ambient.nowMillis() - 90 * DAY_SECONDS * 1000
      const note = { version: 1, hash: 'x', setAtMillis }
      await world().store.atomically(({ passwordHistory }) => passwordHistory.note(boss.userId, note, 1))
      const aging = (agingDays: number) => ({ passwordPolicy: { isAgingEnabled: true, agingDays } })
      expect(await brokenBy(change(caller, aging(90)))).toEqual(['password_aging_locks_out'])
      const client = await world().operator(tenant, { roles: ['tenant_super'], isSystemOwned: true })
      expect(await brokenBy(change(await world().callerOf(client), aging(1)))).toEqual([])
      await change(caller, { passwordPolicy: { isAgingEnabled: false } })
      expect(await brokenBy(change(caller, aging(91)))).toEqual([])
      world().ambient.advanceSeconds(2 * DAY_SECONDS)
      // It is too old by now, and that is not what he changes.
      expect(await brokenBy(change(caller, { description: 'x' }))).toEqual([])
      expect(await brokenBy(change(caller, aging(30)))).toEqual(['password_aging_locks_out'])
    })
  })
})
