import { SYSTEM_ROLES } from '../../operators/role-names.ts'
import { arrayOf, type JsonSchema, named, nullable, object, words } from '../json-schema.ts'
import { objectShape } from './shapes.ts'
import { ABSENT } from './tenant-json.ts'

// What tenants, operators, roles and permissions look like in answers, for the document. What a unified path leaves out
// (`tenant_id`) is optional, and so is what only newer versions show.

const text: JsonSchema = { type: 'string' }
const flag: JsonSchema = { type: 'boolean' }
const integer: JsonSchema = { type: 'integer' }
const textOrNull = nullable(text)
const integerOrNull = nullable(integer)
const nothing: JsonSchema = { type: 'null' }
const never: JsonSchema = { const: false }

const shut = { disabled: flag, disabled_reason: textOrNull, inactive: flag, inactive_reason: textOrNull }

export const authRoleShape: JsonSchema = object({ name: words(...SYSTEM_ROLES) })
const authPermissionShape = object({ value: text })

const permissionFields = {
  id: text,
  value: text,
  allowed_after_ms: integerOrNull,
  allowed_before_ms: integerOrNull,
  disallow_permission: flag,
  ...shut,
  region: textOrNull,
}

export const customPermissionShape = objectShape('SdwanCustomPermission', permissionFields, {
  tenant_id: text,
})

/** A permission that nobody made: it has no id and no version. */
export const basePermissionShape = named(
  'SdwanBasePermission',
  object({ ...permissionFields, id: nothing }, { tenant_id: text }),
)

export const customRoleShape = objectShape(
  'SdwanCustomRole',
  {
    id: text,
    name: text,
    description: textOrNull,
    roles: arrayOf(authRoleShape),
    permissions: arrayOf(authPermissionShape),
    disallow_permissions: arrayOf(authPermissionShape),
    custom_permissions: arrayOf(customPermissionShape),
    is_system_owned: flag,
    ...shut,
    region: textOrNull,
  },
  { tenant_id: text },
)

const addressShape = object({
  street: textOrNull,
  street2: textOrNull,
  city: textOrNull,
  state: textOrNull,
  post_code: textOrNull,
  country: textOrNull,
})

const phoneNumberShape = object({
  country_code: textOrNull,
  number: textOrNull,
  local_extension: textOrNull,
  types: nullable(arrayOf(object({ value: text }))),
})

const ipv4Shape = object({ ipv4: text })

const linkedAccountShape = objectShape(
  'SdwanLinkedAccount',
  {
    id: text,
    provider_key: words('password'),
    provider_value: nothing,
    provider_value_updated_on: integerOrNull,
    failed_login_attempts: integer,
    region: textOrNull,
    ...shut,
  },
  { tenant_id: text },
)

export const operatorShape = objectShape(
  'SdwanOperator',
  {
    id: text,
    email: textOrNull,
    first_name: text,
    last_name: textOrNull,
    linked_accounts: arrayOf(linkedAccountShape),
    roles: arrayOf(authRoleShape),
    custom_roles: arrayOf(customRoleShape),
    ipv4_list: arrayOf(ipv4Shape),
    enable_session_ip_lock: flag,
    phone_numbers: arrayOf(phoneNumberShape),
    addresses: arrayOf(addressShape),
    secondary_emails: arrayOf(object({ email: text })),
    settings: textOrNull,
    ...shut,
    email_validated: flag,
    disable_idp_login: flag,
    is_locked: flag,
    is_system_owned: flag,
    from_esp: flag,
    from_esp_name: textOrNull,
    from_esp_tenant_id: textOrNull,
    last_login: textOrNull,
    region: textOrNull,
  },
  { tenant_id: text, email_iam: textOrNull, migration_state: textOrNull },
)

const passwordPolicyShape = object({
  enable_failed_login_attempts: flag,
  enable_failed_login_time_delay: flag,
  enable_maximum_password_length: flag,
  enable_minimum_password_length: flag,
  enable_password_aging: flag,
  enable_password_identity_difference: flag,
  enable_password_no_reuse_count: flag,
  enable_session_ip_lock: flag,
  enable_two_lower_case_letters: flag,
  enable_two_upper_case_letters: flag,
  enable_two_numbers: flag,
  enable_two_special_characters: flag,
  failed_login_attempts: integer,
  maximum_password_length: integer,
  minimum_password_length: integer,
  password_aging_days: integer,
  password_aging_notification: integer,
  password_no_reuse_count: integer,
})

export const tenantShape = objectShape(
  'SdwanTenant',
  {
    id: text,
    tenant_id: text,
    name: text,
    canonical_name: textOrNull,
    description: textOrNull,
    address: nullable(addressShape),
    region: textOrNull,
    telemetry_region: nothing,
    is_esp: never,
    is_support: never,
    clients: arrayOf(text),
    ipv4_list: arrayOf(ipv4Shape),
    phone_numbers: arrayOf(phoneNumberShape),
    password_policy: passwordPolicyShape,
    tsg_id: textOrNull,
    disabled: text,
    inactive: text,
    disabled_reason: textOrNull,
    inactive_reason: textOrNull,
    ...Object.fromEntries(Object.keys(ABSENT).map((key) => [key, nothing])),
  },
  { is_native_prisma_enabled: nothing },
)
