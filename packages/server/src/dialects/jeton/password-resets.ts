import { giveResetToken } from '../../operators/password-resets.ts'
import { operatorMaker } from './operator-grant.ts'
import { jsonAnswer, timeText } from './render.ts'
import type { UserRoute } from './route.ts'

/** How an operator who has forgotten his password gets in again: no messages are sent from here. */
const createPasswordReset: UserRoute = {
  method: 'POST',
  path: '/v1/operators/{id}/password-resets',
  operationId: 'create_password_reset',
  callers: {},
  takesBody: false,
  async run(deps, asked) {
    const operator = await operatorMaker(deps, asked)
    const { text, expiresAtMillis } = await giveResetToken(deps, operator, asked.params['id'] ?? '')
    return jsonAnswer(201, { token: text, expiresAt: timeText(Math.floor(expiresAtMillis / 1000)) })
  },
}

export const passwordResetRoutes: readonly UserRoute[] = [createPasswordReset]
