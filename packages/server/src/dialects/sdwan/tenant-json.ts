import type { JsonObject } from '../../authority/named-token.ts'
import type { PasswordPolicy, TenantSettings } from '../../operators/tenant-settings.ts'
import { systemFields } from './render.ts'

/**
 * @param region of this installation
 * @param hasPrisma whether `is_native_prisma_enabled` is shown, as of v2.13
 */
export function tenantJson(settings: TenantSettings, region: string, hasPrisma: boolean): JsonObject {
  const { id, name, canonicalName, description, passwordPolicy, profile } = settings
  return {
    ...ABSENT,
    ...KEPT,
    ...profile,
    id,
    tenant_id: id,
    name,
    canonical_name: canonicalName ?? null,
    description: description ?? null,
    region,
    // Whoever sees one takes the controller's host apart, and stumbles over most.
    telemetry_region: null,
    // Clients of an MSP log in again, to each of its tenants.
    is_esp: false,
    is_support: false,
    clients: [],
    password_policy: passwordPolicyJson(passwordPolicy),
    ...NOT_SHUT,
    ...(hasPrisma && { is_native_prisma_enabled: null }),
    ...systemFields(settings),
  }
}

/** Fields that are only kept, as they are until somebody sets them. */
const KEPT = { address: null, phone_numbers: [], ipv4_list: [], tsg_id: null }

/** Of a tenant these are texts. */
const NOT_SHUT = { disabled: 'false', inactive: 'false', disabled_reason: null, inactive_reason: null }

/** Licences and links to other products: none of them is here. */
export const ABSENT = {
  provider_data: null,
  operator: null,
  tsg_instances: null,
  pan_tenant_id: null,
  pan_account_id: null,
  csp_tenant_id: null,
  prisma_access_tenant_id: null,
  sase_at: null,
  adem_enabled: null,
  app_acceleration_enabled: null,
  device_id_enabled: null,
  is_sase_edge: null,
  is_sls_enabled: null,
  is_oneapp_ready: null,
  is_branch_security_enabled: null,
  is_pa_iot_security_license: null,
} as const

function passwordPolicyJson(policy: PasswordPolicy): JsonObject {
  return Object.fromEntries(
    Object.entries(POLICY_FIELDS).map(([field, name]) => [name, policy[field as keyof PasswordPolicy]]),
  )
}

/** What the API calls each rule. */
export const POLICY_FIELDS = {
  isLockoutEnabled: 'enable_failed_login_attempts',
  failedLoginAttempts: 'failed_login_attempts',
  isDelayEnabled: 'enable_failed_login_time_delay',
  isMinimumLengthEnabled: 'enable_minimum_password_length',
  minimumLength: 'minimum_password_length',
  isMaximumLengthEnabled: 'enable_maximum_password_length',
  maximumLength: 'maximum_password_length',
  isAgingEnabled: 'enable_password_aging',
  agingDays: 'password_aging_days',
  agingNotificationDays: 'password_aging_notification',
  isIdentityDifferenceEnabled: 'enable_password_identity_difference',
  isNoReuseEnabled: 'enable_password_no_reuse_count',
  noReuseCount: 'password_no_reuse_count',
  isSessionIpLockEnabled: 'enable_session_ip_lock',
  needsTwoLowerCaseLetters: 'enable_two_lower_case_letters',
  needsTwoUpperCaseLetters: 'enable_two_upper_case_letters',
  needsTwoNumbers: 'enable_two_numbers',
  needsTwoSpecialCharacters: 'enable_two_special_characters',
} as const satisfies Readonly<Record<keyof PasswordPolicy, string>>
