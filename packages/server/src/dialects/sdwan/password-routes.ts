import { changePassword } from '../../operators/password-change.ts'
import { resetPassword } from '../../operators/password-resets.ts'
import { passwordChangeBody, passwordForgottenBody, passwordResetBody } from './password-bodies.ts'
import { refusal } from './refusal.ts'
import { objectAnswer } from './render.ts'
import { operation, publicOperation, type Route } from './route.ts'
import { factsShape } from './shapes.ts'

/** Nothing but that it was done. */
const doneShape = factsShape('SdwanPasswordSet', {})

const common = { method: 'POST', versions: ['v2.0'], shape: doneShape } as const

export const passwordRoutes: readonly Route[] = [
  ...operation({
    ...common,
    path: '/tenants/{tenant_id}/accounts/password/change',
    section: 'operators',
    summary: 'Change the password of who calls',
    body: passwordChangeBody,
    foreignTenant: 'OPERATOR_INVALID_SUBJECT_TENANT_ID',
    says: {
      bad_credentials: 'ACCOUNT_INVALID_OLD_PASSWORD',
      // Of the password, which was set by somebody else meanwhile.
      etag_mismatch: 'ACCOUNT_INVALID_OLD_PASSWORD',
      password_login_disabled: 'ACCOUNT_INVALID_PASSWORD_CHANGE',
    },
    async run(deps, exchange) {
      const { body, call, caller } = exchange
      const { oldPassword, password: newPassword, repeatPassword } = body
      if (newPassword !== repeatPassword) throw refusal('ACCOUNT_INVALID_PASSWORD_CHANGE', DIFFERENT)
      await changePassword(deps, caller, { oldPassword, newPassword, clientAddress: call.clientAddress })
      return objectAnswer(exchange, {})
    },
  }),
  ...publicOperation({
    ...common,
    path: '/accounts/password/reset',
    section: 'access',
    summary: 'Set a password with a token that an administrator has made for it',
    body: passwordResetBody,
    says: {
      password_unfit: 'OPERATOR_PASSWORD_RESET_INVALID_REQUEST',
      // Of the password, which was set by somebody else meanwhile.
      etag_mismatch: 'OPERATOR_PASSWORD_RESET_INVALID_TOKEN',
    },
    async run(deps, exchange) {
      const { password, repeatPassword, token } = exchange.body
      if (password !== repeatPassword) {
        throw refusal('OPERATOR_PASSWORD_RESET_INVALID_REQUEST', DIFFERENT)
      }
      if (!(await resetPassword(deps, token, password))) {
        throw refusal('OPERATOR_PASSWORD_RESET_INVALID_TOKEN')
      }
      return objectAnswer(exchange, {})
    },
  }),
  ...publicOperation({
    ...common,
    path: '/tenants/{tenant_id}/login/password/forgot',
    section: 'access',
    summary: 'Ask for a message to set a new password: refused, for no messages are sent from here',
    body: passwordForgottenBody,
    codes: ['OPERATOR_ACCOUNT_UNVERIFIED'],
    // The same for every address, and for every tenant: it tells nobody who is here.
    run() {
      throw refusal('OPERATOR_ACCOUNT_UNVERIFIED', NO_MESSAGES)
    },
  }),
]

const DIFFERENT = 'password and repeatPassword are not the same.'
const NO_MESSAGES = 'No messages are sent from here. Ask an administrator of the tenant for a reset token.'
