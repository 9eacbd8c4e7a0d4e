import { describe, expect, test } from 'bun:test'
import { BEARER_TTL_SECONDS, type BearerRequest, issueBearer } from '../../src/operators/bearers.ts'
import { type CreatedClient, createClient, deleteClient, listClients } from '../../src/operators/clients.ts'
import { logOut } from '../../src/operators/login.ts'
import type { OperatorCaller } from '../../src/operators/operator-caller.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'
import { changeSettings } from '../../src/operators/settings.ts'
import { noteProfileCalled } from '../../src/operators/verify-session.ts'
import { ADDRESS, ELSEWHERE, onEachStore, refusedWith } from './session-world.ts'

onEachStore((world) => {
  const create = (caller: OperatorCaller, ...roles: readonly SystemRole[]): Promise<CreatedClient> =>
    createClient(world().sessions, caller, { name: 'pipeline', roles })
  const bearer = (client: CreatedClient, parts: Partial<BearerRequest> = {}) =>
    issueBearer(world().sessions, {
      ...client,
      tsgId: undefined,
      clientAddress: ADDRESS,
      userAgent: 'test/1',
      ...parts,
    })

  describe('a client', () => {
    test('is listed in its tenant without its secret, and is an operator whom the system owns', async () => {
      const { boss, tenant } = await world().tenant()
      const caller = await world().byPassword(boss)
      const { clientSecret, ...shown } = await create(caller, 'tenant_viewonly')
      expect(shown.clientId + clientSecret).toMatch(/^[0-9a-z]{24}[0-9a-z]{64}$/)
      const [listed, ...others] = await listClients(world().sessions, caller)
      expect(listed).toMatchObject({ ...shown, roles: ['tenant_viewonly'], tenantId: tenant.id })
      expect(JSON.stringify(listed)).not.toContain(clientSecret)
      expect(others).toEqual([])
      const operator = await world().deps.operators.find(tenant.id, shown.operatorId)
      expect(operator).toMatchObject({ isSystemOwned: true, email: '', roles: ['tenant_viewonly'] })
      const stranger = await world().byPassword((await world().tenant()).boss)
      expect(await listClients(world().sessions, stranger)).toEqual([])
    })

    test('is made, listed and deleted only by who administers operators, and may no more than he', async () => {
      const { boss, tenant } = await world().tenant()
      const { clientId } = await create(await world().byPassword(boss), 'tenant_viewonly')
      const { sessions } = world()
      const peer = await world().byPassword(
        await world().operator(tenant, { roles: ['tenant_network_admin'] }),
      )
      expect(await refusedWith(create(peer, 'tenant_network_admin'))).toBe('forbidden')
      expect(await refusedWith(deleteClient(sessions, peer, clientId))).toBe('forbidden')
      expect(await refusedWith((async () => listClients(sessions, peer))())).toBe('forbidden')
      const admin = await world().byPassword(await world().operator(tenant, { roles: ['tenant_iam_admin'] }))
      expect(await refusedWith(create(admin, 'tenant_super'))).toBe('signup_role_invalid')
      expect(await refusedWith(create(admin, 'esp_root'))).toBe('system_role_unassignable')
      expect(await refusedWith(create(admin, 'tenant_viewonly'))).toBeUndefined()
    })

    test('and all that speaks for it is dead once it is deleted, which is waited for', async () => {
      const { boss } = await world().tenant()
      const caller = await world().byPassword(boss)
      const client = await create(caller, 'tenant_viewonly')
      const { text } = await bearer(client)
      await noteProfileCalled(world().deps, await world().facts(text))
      expect(await world().verdict(text)).toBe('accepted')
      const { sessions } = world()
      const remove = () => deleteClient(sessions, caller, client.clientId)
      expect(await world().acknowledgementsOf(remove)).toBe(1)
      expect(await world().verdict(text)).toBe('unknown')
      expect(await refusedWith(bearer(client))).toBe('bad_credentials')
      expect(await refusedWith(remove())).toBe('client_not_found')
      expect(await listClients(sessions, caller)).toEqual([])
    })

    test('of another tenant is not there', async () => {
      const { boss } = await world().tenant()
      const { clientId } = await create(await world().byPassword(boss), 'tenant_viewonly')
      const stranger = await world().byPassword((await world().tenant()).boss)
      const removed = deleteClient(world().sessions, stranger, clientId)
      expect(await refusedWith(removed)).toBe('client_not_found')
    })
  })

  describe('a bearer', () => {
    test('speaks for its client for a quarter of an hour, from anywhere', async () => {
      const { boss } = await world().tenant()
      const client = await create(await world().byPassword(boss), 'tenant_viewonly')
      const { text, expiresInSeconds } = await bearer(client)
      expect(expiresInSeconds).toBe(900)
      expect(await world().facts(text, ELSEWHERE)).toMatchObject({
        kind: 'bearer',
        operatorId: client.operatorId,
        roles: ['tenant_viewonly'],
        isProfileCalled: false,
      })
      world().ambient.advanceSeconds(BEARER_TTL_SECONDS - 0.001)
      expect(await world().verdict(text)).toBe('accepted')
      world().ambient.advanceSeconds(0.001)
      expect(await world().verdict(text)).toBe('expired')
    })

    test('is ended by logging out', async () => {
      const { boss } = await world().tenant()
      const { text } = await bearer(await create(await world().byPassword(boss), 'tenant_viewonly'))
      await logOut(world().deps, await world().facts(text))
      expect(await world().verdict(text)).toBe('unknown')
    })

    test('is refused alike for a wrong secret, an unknown client and one that is shut out', async () => {
      const { boss, tenant } = await world().tenant()
      const client = await create(await world().byPassword(boss), 'tenant_viewonly')
      expect(await refusedWith(bearer(client, { clientSecret: 'x' }))).toBe('bad_credentials')
      expect(await refusedWith(bearer(client, { clientSecret: '' }))).toBe('bad_credentials')
      expect(await refusedWith(bearer(client, { clientId: 'nobody' }))).toBe('bad_credentials')
      const operator = await world().deps.operators.find(tenant.id, client.operatorId)
      if (operator === undefined) throw new Error('the client has no operator')
      await world().store.atomically(({ users }) => users.setBlocked(operator.userId, true))
      expect(await refusedWith(bearer(client))).toBe('bad_credentials')
    })

    test('is for its own tenant, by either of the ids that this has', async () => {
      const { boss, tenant } = await world().tenant()
      const caller = await world().byPassword(boss)
      const client = await create(caller, 'tenant_viewonly')
      const asked = (tsgId: string) => refusedWith(bearer(client, { tsgId }))
      expect(await asked(tenant.sdwanTenantId)).toBeUndefined()
      expect(await asked('1234567890')).toBe('forbidden')
      await changeSettings(world().deps, caller, { profile: { tsg_id: '1234567890' } }, undefined)
      expect(await asked('1234567890')).toBeUndefined()
      expect(await asked(tenant.sdwanTenantId)).toBeUndefined()
      expect(await asked('')).toBe('forbidden')
    })

    test('is guessed no faster than a password', async () => {
      const { boss } = await world().tenant()
      const client = await create(await world().byPassword(boss), 'tenant_viewonly')
      world().waits.length = 0
      for (let guess = 0; guess < 8; guess += 1) {
        await bearer(client, { clientSecret: String(guess) }).catch(() => undefined)
      }
      expect(world().waits.length).toBeGreaterThan(0)
    })
  })
})
