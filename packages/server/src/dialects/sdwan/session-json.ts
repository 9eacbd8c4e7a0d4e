import { iso8601 } from '@jeton/token'
import type { AuthToken, Session } from '../../operators/session.ts'
import { objectText, type Recorded } from './render.ts'
import { customRoleJson, namedRoles, type Shown, tenantIdJson } from './role-json.ts'
import type { Version } from './route.ts'

/**
 * The JSON of a token as a version shows it.
 * @param secret its text, in the answer to its creation and nowhere else
 */
export function tokenText(
  shown: Shown & { readonly version: Version },
  token: AuthToken,
  secret: string | null = null,
): string {
  const { id, roles, customRoles, expiresAtMillis, key, isSystemOwned } = token
  const fields = {
    id,
    roles: namedRoles(roles),
    custom_roles: customRoles.map((role) => customRoleJson(shown, role)),
    expires_utc_ms: expiresAtMillis ?? null,
    session_key_c: key,
    ...(shown.version !== 'v2.0' && { is_system_owned: isSystemOwned }),
    x_auth_token: secret,
  }
  return objectText(fields, unchanging(id))
}

/** The JSON of a session, whatever it was opened with. */
export function sessionText(shown: Shown, session: Session): string {
  const { id, operatorId, clientAddress, expiresAtMillis, kind, userAgent, key } = session
  const fields = {
    id,
    ...tenantIdJson(shown),
    operator_id: operatorId,
    client_ip: clientAddress,
    expires: expiresAtMillis === undefined ? null : iso8601(Math.floor(expiresAtMillis / 1000)),
    type: kind,
    user_agent: { name: userAgent },
    session_key_c: key,
    disabled: false,
    disabled_reason: null,
    inactive: false,
    inactive_reason: null,
  }
  return objectText(fields, unchanging(id))
}

/** Sessions are made and ended, and never changed: they stay at their first version. */
function unchanging(id: string): Recorded {
  return { etag: 1, createdUtc: id, updatedUtc: id }
}
