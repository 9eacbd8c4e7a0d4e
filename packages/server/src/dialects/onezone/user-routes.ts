import { changeOwnPassword, setPasswordLogin } from '../../directory/passwords.ts'
import {
  changePrivileges,
  createUser,
  deleteUser,
  getUser,
  listPrivileges,
  listUsers,
  revokeAllPrivileges,
  setBlocked,
  updateProfile,
} from '../../directory/users.ts'
import { Refused } from '../../failure.ts'
import {
  accessBlockBody,
  newUserBody,
  passwordChangeBody,
  passwordLoginBody,
  privilegeChangeBody,
  profileBody,
} from './bodies.ts'
import { admin, self } from './callers.ts'
import { unauthorizedBecause } from './catalogue-general.ts'
import type { OnezoneDeps } from './deps.ts'
import { wireError } from './errors.ts'
import { created, json, noContent, userJson } from './render.ts'
import { requireRoomFor } from './room.ts'
import { type Asked, callerAs, namedInPath, type Route, route } from './route.ts'
import { idsUnder, privilegesShape, userShape } from './shapes.ts'
import { createdAs, noContentAnswer, ok } from './success.ts'
import { WireRefusal } from './wire-error.ts'

/** `/users…`: who is unknown is said so before anything else is asked, even to nobody. */
const ofUser = {
  fetch: (deps: OnezoneDeps, { tenant, params }: Asked) => getUser(deps, tenant.id, params['id'] ?? ''),
  subject: namedInPath('user'),
}

/** `/user…`: the caller. Nobody is no user. */
const ofCaller = {
  fetch: async (deps: OnezoneDeps, { actor, tenant }: Asked) => {
    if (actor.kind === 'nobody') throw new Refused({ kind: 'not_authenticated' })
    return getUser(deps, tenant.id, actor.onezoneId)
  },
  subject: callerAs('user'),
}

/** The two paths to one user, and how operation ids and summaries name him there. */
const WHOSE = [
  { common: ofUser, prefix: '/users/{id}', name: 'user', whom: 'a user' },
  { common: ofCaller, prefix: '/user', name: 'current_user', whom: 'the caller' },
] as const

export const userRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/users',
    operationId: 'create_user',
    summary: 'Create a user',
    success: createdAs(),
    resource: 'user.null.instance:private',
    callers: [admin('oz_users_create')],
    writes: true,
    body: newUserBody,
    run: async (deps, { tenant, body }) => {
      const user = await createUser(deps, { tenantId: tenant.id, ...body })
      return created(tenant, `/users/${user.onezoneId}`)
    },
  }),
  route({
    method: 'GET',
    path: '/users',
    operationId: 'oz_users_list',
    summary: 'List all users',
    success: ok(idsUnder('users')),
    resource: 'user.null.list:private',
    callers: [admin('oz_users_list')],
    run: async (deps, { tenant }) => json(200, { users: await listUsers(deps, tenant.id) }),
  }),
  route({
    ...ofCaller,
    method: 'PATCH',
    path: '/user',
    operationId: 'modify_current_user',
    summary: 'Change the full name or the username of the caller',
    success: noContentAnswer,
    resource: 'user.{subject}.instance:private',
    callers: [self, admin('oz_users_update')],
    writes: true,
    body: profileBody,
    run: async (deps, { entity, body }) => {
      await updateProfile(deps, entity.id, body)
      return noContent
    },
  }),
  route({
    ...ofUser,
    method: 'PATCH',
    path: '/users/{id}/basic_auth',
    operationId: 'change_user_basic_auth_settings',
    summary: 'Set the password of a user, or whether he may log in with one',
    success: noContentAnswer,
    resource: 'user.{subject}.basic_auth:private',
    // Not even for himself: a stolen token would become a password.
    callers: [admin('oz_users_manage_passwords')],
    writes: true,
    body: passwordLoginBody,
    run: async (deps, { entity, body: { basicAuthEnabled, newPassword } }) => {
      await setPasswordLogin(deps, entity.id, {
        ...(basicAuthEnabled !== undefined && { isEnabled: basicAuthEnabled }),
        ...(newPassword !== undefined && { newPassword }),
      })
      return noContent
    },
  }),
  route({
    ...ofCaller,
    method: 'PATCH',
    path: '/user/password',
    operationId: 'change_user_password',
    summary: 'Change the password of the caller',
    success: noContentAnswer,
    resource: 'user.{subject}.password:private',
    callers: [self],
    writes: true,
    body: passwordChangeBody,
    run: async (deps, { entity, call, body: { oldPassword, newPassword } }) => {
      await asCredentials(
        changeOwnPassword(deps, entity.id, {
          oldPassword: oldPassword ?? undefined,
          newPassword,
          clientAddress: call.clientAddress,
        }),
      )
      return noContent
    },
  }),
  route({
    ...ofUser,
    method: 'PATCH',
    path: '/users/{id}/access_block',
    operationId: 'toggle_user_access_block',
    summary: 'Block a user, or let him in again',
    success: noContentAnswer,
    resource: 'user.{subject}.access_block:private',
    callers: [admin('oz_users_update')],
    body: accessBlockBody,
    run: async (deps, { entity, body }) => {
      await setBlocked(deps, entity.id, body.blocked)
      return noContent
    },
  }),
  ...WHOSE.flatMap(({ common, prefix, name, whom }) => [
    route({
      ...common,
      method: 'GET',
      path: prefix,
      operationId: `get_${name}`,
      summary: `Get the details of ${whom}`,
      success: ok(userShape),
      resource: 'user.{subject}.instance:protected',
      callers: [self, admin('oz_users_view')],
      run: (_, { entity }) => json(200, userJson(entity)),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: prefix,
      operationId: `remove_${name}`,
      summary: `Delete ${whom}`,
      success: noContentAnswer,
      resource: 'user.{subject}.instance:private',
      callers: [self, admin('oz_users_delete')],
      run: async (deps, { entity }) => {
        await deleteUser(deps, entity.id)
        return noContent
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${prefix}/privileges`,
      operationId: `list_${name}_admin_privileges`,
      summary: `List the admin privileges that ${whom} holds directly`,
      success: ok(privilegesShape),
      resource: 'user.{subject}.oz_privileges:private',
      callers: [self, admin('oz_view_privileges')],
      run: async (deps, { entity }) => json(200, { privileges: await listPrivileges(deps, entity.id) }),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${prefix}/effective_privileges`,
      operationId: `list_${name}_effective_admin_privileges`,
      summary: `List the admin privileges that ${whom} holds, through groups too`,
      success: ok(privilegesShape),
      resource: 'user.{subject}.eff_oz_privileges:private',
      callers: [self, admin('oz_view_privileges')],
      run: async ({ entities }, { tenant, entity }) =>
        json(200, { privileges: await entities.listEffectiveAdminPrivileges(tenant.id, entity.id) }),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: `${prefix}/privileges`,
      operationId: `update_${name}_admin_privileges`,
      summary: `Grant and revoke admin privileges of ${whom}`,
      success: noContentAnswer,
      resource: 'user.{subject}.oz_privileges:private',
      callers: [admin('oz_set_privileges')],
      body: privilegeChangeBody,
      run: async (deps, { entity, body: { grant = [], revoke = [] } }) => {
        requireRoomFor(deps, grant)
        await changePrivileges(deps, entity.id, grant, revoke)
        return noContent
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${prefix}/privileges`,
      operationId: `remove_${name}_admin_privileges`,
      summary: `Revoke all admin privileges that ${whom} holds directly`,
      success: noContentAnswer,
      resource: 'user.{subject}.oz_privileges:private',
      callers: [admin('oz_set_privileges')],
      run: async (deps, { entity }) => {
        await revokeAllPrivileges(deps, entity.id)
        return noContent
      },
    }),
  ]),
]

const CREDENTIAL_FAILURES = new Set(['bad_credentials', 'password_login_disabled'])

/** A wrong old password is an authentication that failed, although the caller is known. */
async function asCredentials(change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (!(error instanceof Refused) || !CREDENTIAL_FAILURES.has(error.failure.kind)) throw error
    throw new WireRefusal(unauthorizedBecause(wireError(error.failure)))
  }
}
