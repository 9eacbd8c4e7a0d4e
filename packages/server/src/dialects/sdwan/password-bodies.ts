import { MAX_RESET_TOKEN_CHARS } from '../../operators/password-resets.ts'
import { members } from './body.ts'
import type { SdwanCode } from './codes.ts'
import { email, text } from './values.ts'

const MAX_PASSWORD_CHARS = 1000
const RESET_TOKEN = /^[a-zA-Z0-9_-]+$/

function password(code: SdwanCode) {
  return text({ min: 1, max: MAX_PASSWORD_CHARS, code })
}

export const passwordChangeBody = members(
  {
    password: password('ACCOUNT_INVALID_PASSWORD_CHANGE'),
    repeatPassword: password('ACCOUNT_INVALID_PASSWORD_CHANGE'),
  },
  { oldPassword: password('ACCOUNT_INVALID_OLD_PASSWORD') },
)

export const passwordResetBody = members({
  password: password('OPERATOR_PASSWORD_RESET_INVALID_REQUEST'),
  repeatPassword: password('OPERATOR_PASSWORD_RESET_INVALID_REQUEST'),
  token: text({
    min: 1,
    max: MAX_RESET_TOKEN_CHARS,
    pattern: RESET_TOKEN,
    code: 'OPERATOR_PASSWORD_RESET_INVALID_TOKEN',
  }),
})

export const passwordForgottenBody = members({ email: email('OPERATOR_EMAIL_INVALID') })
