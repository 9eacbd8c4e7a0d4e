import { beforeAll, describe, expect, test } from 'bun:test'
import { ADMIN_PRIVILEGES } from '../../src/directory/privileges.ts'
import { onEachDatabase } from './on-each-database.ts'
import {
  basic,
  bearer,
  errorIds,
  newTemporaryToken,
  newUser,
  outcomeOf,
  type TestUser,
  ZONE_DOMAIN,
} from './zone.ts'

onEachDatabase((zone) => {
  let user: TestUser
  beforeAll(async () => {
    user = await newUser(zone())
  })

  const as = (who: TestUser) => (method: string, path: string, body?: unknown) =>
    zone().ask(method, path, { headers: bearer(who.token), ...(body !== undefined && { body }) })
  const admin = (method: string, path: string, body?: unknown) => zone().asAdmin(method, path, body)
  const login = async (username: string, password: string) =>
    outcomeOf(await zone().ask('GET', '/user', { headers: basic({ username, password }) }))
  const changePassword = (who: TestUser, oldPassword: unknown, newPassword: unknown) =>
    as(who)('PATCH', '/user/password', { oldPassword, newPassword })
  const setLogin = (id: string, body: object) => admin('PATCH', `/users/${id}/basic_auth`, body)
  const changePrivileges = (id: string, body: object) => admin('PATCH', `/users/${id}/privileges`, body)
  const held = async (id: string) => (await admin('GET', `/users/${id}/privileges`)).json.privileges
  const verdict = async (token: string) =>
    outcomeOf(await zone().ask('POST', '/tokens/verify_access_token', { body: { token } }))

  describe('a new user', () => {
    test('is answered with his place and no body', async () => {
      const answer = await admin('POST', '/users', {
        fullName: "Ann d'Other, Jr.",
        username: 'ann.other',
        password: 'long enough',
      })
      expect(answer.status).toBe(201)
      expect(answer.text).toBe('')
      expect(answer.headers.get('content-type')).toBeNull()
      const id = answer.headers.get('location')?.split('/').at(-1) ?? ''
      expect(id).toMatch(/^[0-9a-f]{32}ch[0-9a-f]{4}$/)
      expect(answer.headers.get('location')).toBe(`https://${ZONE_DOMAIN}/api/v3/onezone/users/${id}`)
      expect((await admin('GET', `/users/${id}`)).parsed).toEqual({
        userId: id,
        fullName: "Ann d'Other, Jr.",
        username: 'ann.other',
        emails: [],
        linkedAccounts: [],
        basicAuthEnabled: true,
        blocked: false,
        creationTime: zone().ambient.now(),
        name: "Ann d'Other, Jr.",
        login: 'ann.other',
        alias: 'ann.other',
        emailList: [],
      })
      expect(await login('ann.other', 'long enough')).toBe('accepted')
      expect((await admin('GET', '/users')).json.users).toContain(id)
    })

    test('of whom nothing is said has a full name, and no password login', async () => {
      const answer = await admin('POST', '/users', {})
      const id = answer.headers.get('location')?.split('/').at(-1)
      expect((await admin('GET', `/users/${id}`)).json).toMatchObject({
        fullName: 'Unnamed User',
        username: null,
        login: null,
        alias: null,
        basicAuthEnabled: false,
      })
    })

    test('cannot have a name that is taken', async () => {
      const answer = await admin('POST', '/users', { username: user.username })
      expect(answer.status).toBe(400)
      expect(answer.parsed).toEqual({
        error: {
          id: 'badValueIdentifierOccupied',
          details: { key: 'username' },
          description: 'Bad value: provided identifier ("username") is already occupied.',
        },
      })
    })
  })

  test('the administrator shows his e-mail address', async () => {
    const { parsed } = await admin('GET', '/user')
    expect(parsed).toMatchObject({ emails: ['admin@example.org'], emailList: ['admin@example.org'] })
  })

  describe('a profile', () => {
    test('is changed by its user', async () => {
      const own = await newUser(zone())
      expect((await as(own)('PATCH', '/user', { fullName: 'New Name', username: 'new-name' })).status).toBe(
        204,
      )
      expect((await as(own)('GET', '/user')).json).toMatchObject({
        fullName: 'New Name',
        username: 'new-name',
      })
      expect(await login('new-name', own.password)).toBe('accepted')
      expect(await login(own.username, own.password)).toBe('401 unauthorized badBasicCredentials')
    })

    test('to the present name is a success', async () => {
      const own = await newUser(zone())
      expect((await as(own)('PATCH', '/user', { username: own.username })).status).toBe(204)
    })

    test('with a name that is taken is refused, and nothing of it is done', async () => {
      const own = await newUser(zone())
      const answer = await as(own)('PATCH', '/user', { fullName: 'Somebody Else', username: user.username })
      expect(errorIds(answer)).toBe('badValueIdentifierOccupied')
      expect((await as(own)('GET', '/user')).json).toMatchObject({
        fullName: 'Unnamed User',
        username: own.username,
      })
    })
  })

  describe('an own password', () => {
    test('is changed with the old one, which then is good no more', async () => {
      const own = await newUser(zone())
      expect(await login(own.username, own.password)).toBe('accepted')
      expect((await changePassword(own, own.password, 'brand new one')).status).toBe(204)
      expect(await login(own.username, 'brand new one')).toBe('accepted')
      expect(await login(own.username, own.password)).toBe('401 unauthorized badBasicCredentials')
    })

    test('is not changed with a wrong old one', async () => {
      const own = await newUser(zone())
      for (const wrong of ['not this one', null, '', true]) {
        expect(outcomeOf(await changePassword(own, wrong, 'brand new one'))).toBe(
          '401 unauthorized badBasicCredentials',
        )
      }
      expect(await login(own.username, own.password)).toBe('accepted')
    })

    test('is refused by its form before the old one is looked at', async () => {
      expect(outcomeOf(await changePassword(user, 'not this one', 'short'))).toBe('400 badValuePassword')
      expect(outcomeOf(await changePassword(user, 'not this one', 12345678))).toBe('400 badValueString')
    })

    test('cannot be changed while password login is off', async () => {
      const own = await newUser(zone())
      await admin('PATCH', `/users/${own.id}/basic_auth`, { basicAuthEnabled: false })
      expect(outcomeOf(await changePassword(own, own.password, 'brand new one'))).toBe(
        '401 unauthorized basicAuthDisabled',
      )
    })

    test('that was never set is claimed with null, once the login is on', async () => {
      const created = await admin('POST', '/users', { username: 'never-set' })
      const id = created.headers.get('location')?.split('/').at(-1) ?? ''
      const own = { ...user, id, token: await newTemporaryToken(zone(), id) }
      expect(outcomeOf(await changePassword(own, null, 'brand new one'))).toBe(
        '401 unauthorized basicAuthDisabled',
      )
      await admin('PATCH', `/users/${id}/basic_auth`, { basicAuthEnabled: true })
      expect(outcomeOf(await changePassword(own, 'any', 'brand new one'))).toBe(
        '401 unauthorized badBasicCredentials',
      )
      expect((await changePassword(own, null, 'brand new one')).status).toBe(204)
      expect(await login('never-set', 'brand new one')).toBe('accepted')
    })
  })

  describe('a password login set by an administrator', () => {
    test('is switched and given a password in one step, the switch first', async () => {
      const created = await admin('POST', '/users', { username: 'one-step' })
      const id = created.headers.get('location')?.split('/').at(-1) ?? ''
      expect(outcomeOf(await setLogin(id, { newPassword: 'long enough' }))).toBe('400 basicAuthDisabled')
      expect((await setLogin(id, { basicAuthEnabled: true, newPassword: 'long enough' })).status).toBe(204)
      expect(await login('one-step', 'long enough')).toBe('accepted')
    })

    test('changes nothing when the password is refused, the switch included', async () => {
      const own = await newUser(zone())
      const answer = await setLogin(own.id, { basicAuthEnabled: false, newPassword: 'long enough' })
      expect(outcomeOf(answer)).toBe('400 basicAuthDisabled')
      expect((await admin('GET', `/users/${own.id}`)).json).toMatchObject({ basicAuthEnabled: true })
      expect(await login(own.username, own.password)).toBe('accepted')
    })

    test('switched off and on again keeps the password', async () => {
      const own = await newUser(zone())
      await setLogin(own.id, { basicAuthEnabled: false })
      expect(await login(own.username, own.password)).toBe('401 unauthorized basicAuthDisabled')
      await setLogin(own.id, { basicAuthEnabled: true })
      expect(await login(own.username, own.password)).toBe('accepted')
    })
  })

  describe('a block', () => {
    test('refuses tokens, password and new tokens, keeps the old ones, and can be undone', async () => {
      const own = await newUser(zone())
      const path = `/users/${own.id}/access_block`
      expect((await admin('PATCH', path, { blocked: true })).status).toBe(204)
      expect(await verdict(own.token)).toBe('400 userBlocked')
      expect(await login(own.username, own.password)).toBe('401 unauthorized userBlocked')
      const create = await admin('POST', `/users/${own.id}/tokens/named`, { name: 'new' })
      expect(outcomeOf(create)).toBe('400 userBlocked')
      const { tokens } = (await admin('GET', `/users/${own.id}/tokens/named`)).json
      expect(tokens).toHaveLength(1)
      expect((await admin('GET', `/tokens/named/${tokens[0]}`)).json.token).toBe(own.token)
      expect((await admin('GET', `/users/${own.id}`)).json).toMatchObject({ blocked: true })
      await admin('PATCH', path, { blocked: true })
      await admin('PATCH', path, { blocked: false })
      expect(await verdict(own.token)).toBe('accepted')
      expect(await login(own.username, own.password)).toBe('accepted')
    })
  })

  describe('a deletion', () => {
    test('makes every token of the user invalid and his name free', async () => {
      const own = await newUser(zone())
      const temporary = await newTemporaryToken(zone(), own.id)
      expect((await as(own)('DELETE', '/user')).status).toBe(204)
      expect(await verdict(own.token)).toBe('400 tokenInvalid')
      expect(await verdict(temporary)).toBe('400 tokenInvalid')
      expect(await login(own.username, own.password)).toBe('401 unauthorized badBasicCredentials')
      expect((await admin('GET', `/users/${own.id}`)).status).toBe(404)
      expect((await admin('DELETE', `/users/${own.id}`)).status).toBe(404)
      expect((await admin('GET', '/users')).json.users).not.toContain(own.id)
      expect((await admin('POST', '/users', { username: own.username })).status).toBe(201)
    })
  })

  describe('admin privileges', () => {
    test('are none at first, granted and revoked by an administrator, and shown in order', async () => {
      const own = await newUser(zone())
      expect(await held(own.id)).toEqual([])
      await changePrivileges(own.id, { grant: ['oz_users_view', 'oz_groups_list', 'oz_users_view'] })
      expect(await held(own.id)).toEqual(['oz_groups_list', 'oz_users_view'])
      await changePrivileges(own.id, { revoke: ['oz_users_view', 'oz_users_list'] })
      expect((await as(own)('GET', '/user/privileges')).parsed).toEqual({ privileges: ['oz_groups_list'] })
      expect((await as(own)('GET', '/user/effective_privileges')).parsed).toEqual({
        privileges: ['oz_groups_list'],
      })
    })

    test('in both lists are held afterwards', async () => {
      const own = await newUser(zone())
      await changePrivileges(own.id, { grant: ['oz_users_list'], revoke: ['oz_users_list', 'oz_users_view'] })
      expect(await held(own.id)).toEqual(['oz_users_list'])
    })

    test('that are none are refused with all there are', async () => {
      const answer = await changePrivileges(user.id, { grant: ['oz_users_lsit'] })
      expect(answer.parsed).toEqual({
        error: {
          id: 'badValueListNotAllowed',
          details: { key: 'grant', allowed: ADMIN_PRIVILEGES },
          description: `Bad value: provided "grant" must be a list containing zero or more following values: ${ADMIN_PRIVILEGES.join(', ')}.`,
        },
      })
    })

    test('count at once, and no more once they are revoked', async () => {
      const own = await newUser(zone(), ['oz_tokens_manage', 'oz_set_privileges'])
      expect((await as(own)('GET', '/tokens/named')).status).toBe(200)
      expect((await as(own)('DELETE', '/user/privileges')).status).toBe(204)
      expect((await as(own)('GET', '/tokens/named')).status).toBe(403)
      expect(await held(own.id)).toEqual([])
    })

    test('are all held by the administrator', async () => {
      expect(await held(zone().adminId)).toEqual(ADMIN_PRIVILEGES)
    })
  })
})
