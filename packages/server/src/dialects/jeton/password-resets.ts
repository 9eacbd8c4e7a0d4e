import { giveResetToken } from '../../operators/password-resets.ts'
import { operatorMaker } from './operator-grant.ts'
import { jsonAnswer } from './render.ts'
import type { UserRoute } from './route.ts'

/** How an operator who has forgotten his password gets in again: no messages are sent from here. */
const createPasswordReset: UserRoute = {
  method: 'POST',
  path: '/v1/operators/{id}/password-resets',
  operationId: 'create_password_reset',
  callers: {},
  takesBody: false,
  async run(deps, { caller, params }) {
    const operator = await operatorMaker(deps, caller)
    const { text, expiresAtMillis } = await giveResetToken(deps, operator, params['id'] ?? '')
    return jsonAnswer(201, { token: text, expiresAt: Math.floor(expiresAtMillis / 1000) })
  },
}

export const passwordResetRoutes: readonly UserRoute[] = [createPasswordReset]
