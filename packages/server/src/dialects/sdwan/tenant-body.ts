import { members, orNull, partial } from './body.ts'
import { ipv4List, phoneNumbers, postalAddress } from './operator-body.ts'
import { etag, tenantId } from './role-values.ts'
import { flag, integer, text } from './values.ts'

const CANONICAL_NAME = /^[0-9a-zA-Z.\-_]+$/
const DIGITS = /^[0-9]*$/
/** Days, attempts, characters: more than anybody means. */
const MAX_COUNT = 1_000_000

const count = integer({ min: 0, max: MAX_COUNT })

/** Each rule by itself; what is left out stays as it is. */
const passwordPolicy = members(
  {},
  {
    enable_failed_login_attempts: flag(),
    enable_failed_login_time_delay: flag(),
    enable_maximum_password_length: flag(),
    enable_minimum_password_length: flag(),
    enable_password_aging: flag(),
    enable_password_identity_difference: flag(),
    enable_password_no_reuse_count: flag(),
    enable_session_ip_lock: flag(),
    enable_two_lower_case_letters: flag(),
    enable_two_upper_case_letters: flag(),
    enable_two_numbers: flag(),
    enable_two_special_characters: flag(),
    failed_login_attempts: count,
    maximum_password_length: count,
    minimum_password_length: count,
    password_aging_days: count,
    password_aging_notification: count,
    password_no_reuse_count: count,
  },
)

/** What can be changed of a tenant. Whatever else is sent back of it is the server's to set, and left aside. */
export const tenantBody = members(
  { name: text({ min: 1, max: 512, code: 'TENANT_INVALID_NAME' }) },
  {
    tenant_id: tenantId,
    canonical_name: text({
      min: 1,
      max: 128,
      pattern: CANONICAL_NAME,
      said: 'may hold letters, digits, dots, dashes and underscores',
      code: 'TENANT_INVALID_CANONICAL_NAME',
    }),
    description: orNull(text({ max: 1024, code: 'TENANT_INVALID_DESCRIPTION' })),
    address: orNull(postalAddress),
    phone_numbers: orNull(phoneNumbers),
    ipv4_list: orNull(ipv4List),
    tsg_id: orNull(
      text({ max: 32, pattern: DIGITS, said: 'must be decimal digits', code: 'TENANT_INVALID_TSG_ID' }),
    ),
    password_policy: passwordPolicy,
    _etag: etag,
  },
)

export const tenantPartBody = partial(tenantBody)
