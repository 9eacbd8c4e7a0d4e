import { iso8601 } from '@jeton/token'
import type { JsonObject } from '../../authority/named-token.ts'
import type { Operator } from '../../operators/operator.ts'
import type { CustomRole } from '../../operators/role.ts'
import { systemFields } from './render.ts'
import { customRoleJson, namedRoles, type Shown, stateJson, tenantIdJson } from './role-json.ts'

export interface ShownOperator {
  readonly operator: Operator
  /** His, as they are now. */
  readonly customRoles: readonly CustomRole[]
}

/** @param hasIam whether `email_iam` and `migration_state` are shown, as of v2.2 */
export function operatorJson(
  shown: Shown & { readonly hasIam: boolean },
  { operator, customRoles }: ShownOperator,
): JsonObject {
  const { id, email, firstName, lastName, roles, ipv4List, profile, lastLoginAtMillis } = operator
  return {
    ...KEPT,
    ...profile,
    id,
    ...tenantIdJson(shown),
    email: email === '' ? null : email,
    first_name: firstName,
    last_name: lastName === '' ? null : lastName,
    linked_accounts: [linkedAccountJson(shown, operator)],
    roles: namedRoles(roles),
    custom_roles: customRoles.map((role) => customRoleJson(shown, role)),
    ipv4_list: ipv4List.map((ipv4) => ({ ipv4 })),
    enable_session_ip_lock: operator.isSessionIpLocked,
    ...stateJson(operator),
    is_locked: operator.isLocked,
    is_system_owned: operator.isSystemOwned,
    last_login: lastLoginAtMillis === undefined ? null : iso8601(Math.floor(lastLoginAtMillis / 1000)),
    ...(shown.hasIam ? { email_iam: profile['email_iam'] ?? null, migration_state: null } : NO_IAM),
    ...systemFields(operator),
  }
}

/** Fields that are only kept, as they are until somebody sets them; and those of providers for other tenants. */
const KEPT = {
  phone_numbers: [],
  addresses: [],
  secondary_emails: [],
  settings: null,
  disable_idp_login: false,
  email_validated: false,
  from_esp: false,
  from_esp_name: null,
  from_esp_tenant_id: null,
  region: null,
}

/** `JSON.stringify` leaves out what is undefined. */
const NO_IAM = { email_iam: undefined, migration_state: undefined }

/** What he logs in with. The password itself is never shown. */
function linkedAccountJson(shown: Shown, operator: Operator): JsonObject {
  return {
    id: operator.id,
    ...tenantIdJson(shown),
    provider_key: 'password',
    provider_value: null,
    provider_value_updated_on: null,
    failed_login_attempts: operator.failedLogins,
    region: null,
    ...stateJson(operator),
    ...systemFields(operator),
  }
}
