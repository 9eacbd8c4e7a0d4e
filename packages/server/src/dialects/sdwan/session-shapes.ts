import { arrayOf, type JsonSchema, nullable, object, words } from '../json-schema.ts'
import { authRoleShape, customRoleShape } from './resource-shapes.ts'
import { objectShape } from './shapes.ts'

// What tokens and sessions look like in answers, for the document.

const text: JsonSchema = { type: 'string' }
const nothing: JsonSchema = { type: 'null' }
const flag: JsonSchema = { type: 'boolean' }

const tokenFields = {
  id: text,
  roles: arrayOf(authRoleShape),
  custom_roles: arrayOf(customRoleShape),
  expires_utc_ms: nullable({ type: 'integer' }),
  session_key_c: text,
}

/** What is shown of a token ever after. */
export const tokenShape = objectShape(
  'SdwanAuthToken',
  { ...tokenFields, x_auth_token: nothing },
  { is_system_owned: flag },
)

/** The one answer that holds the secret. */
export const newTokenShape = objectShape(
  'SdwanNewAuthToken',
  { ...tokenFields, x_auth_token: text },
  { is_system_owned: flag },
)

export const sessionShape = objectShape(
  'SdwanSession',
  {
    id: text,
    operator_id: text,
    client_ip: text,
    expires: nullable({ type: 'string', format: 'date-time' }),
    type: words('login', 'token', 'bearer'),
    user_agent: object({ name: text }),
    session_key_c: text,
    disabled: flag,
    disabled_reason: nothing,
    inactive: flag,
    inactive_reason: nothing,
  },
  { tenant_id: text },
)
