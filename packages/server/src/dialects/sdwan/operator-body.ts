import { FAULTY, listOf, members, orNull, partial, type Value } from './body.ts'
import { authRoles, embeddedRolesWithLimits, etag, MAX_LISTED, shutMembers, tenantId } from './role-values.ts'
import { email, flag, neverTrue, oneOf, readOnly, text } from './values.ts'

/** Of telephone numbers, postal addresses, further e-mail addresses and linked accounts. */
const MAX_CONTACTS = 20
const MAX_EMAIL_CHARS = 1000
const READ_ONLY = 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS'

const anyText = orNull(text({ max: 100 }))

/** What did not come is `null` (Prisma SD-WAN, Address): clients stumble over an address that is not whole. */
export const postalAddress = whole({
  street: anyText,
  street2: anyText,
  city: anyText,
  state: anyText,
  post_code: anyText,
  country: anyText,
})

const phoneNumber = whole({
  country_code: anyText,
  number: anyText,
  local_extension: anyText,
  types: orNull(listOf(members({ value: text({ max: 100 }) }), { max: MAX_CONTACTS, code: 'BAD_REQUEST' })),
})

/** An object that has all of its members in the end: `null` in the place of those that did not come. */
function whole<T>(fields: { readonly [Key in keyof T]: Value<T[Key] | null> }): Value<Nullable<T>> {
  const form = members<{}, Nullable<T>>({}, fields)
  const empty = Object.fromEntries(Object.keys(fields).map((key) => [key, null]))
  return {
    ...form,
    parse(value, at, report) {
      const parsed = form.parse(value, at, report)
      // Every member that is not in `parsed` is in `empty`.
      return parsed === FAULTY ? FAULTY : ({ ...empty, ...parsed } as Nullable<T>)
    },
  }
}

type Nullable<T> = { [Key in keyof T]: T[Key] | null }

export const phoneNumbers = listOf(phoneNumber, {
  max: MAX_CONTACTS,
  code: 'OPERATOR_INVALID_PHONE_LIST_SIZE',
})

/** An address or a prefix. That it is one of IPv4 is told with the same code as that it could be none. */
const IPV4 =
  /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!\/|$)|(?=\/|$))){4}(?:\/(?:3[0-2]|[12]?[0-9]))?$/

export const ipv4List = listOf(
  members({
    ipv4: text({
      min: 1,
      max: 18,
      pattern: IPV4,
      said: 'must be an IPv4 address or prefix',
      code: 'INVALID_IPV4_0001',
    }),
  }),
  { max: MAX_LISTED, code: 'OPERATOR_IPV4_INVALID' },
)

const shortEmail = email('EMAIL_INVALID_0001', MAX_EMAIL_CHARS)

/** Of one that is too long another code is told. */
const secondaryEmail: Value<string> = {
  schema: shortEmail.schema,
  codes: [...shortEmail.codes, 'EMAIL_INVALID_0002'],
  parse: (value, at, report) =>
    typeof value === 'string' && value.length > MAX_EMAIL_CHARS
      ? email('EMAIL_INVALID_0002', MAX_EMAIL_CHARS).parse(value, at, report)
      : shortEmail.parse(value, at, report),
}

/** `provider_value` is the password: taken, never shown; `null` leaves it as it is. */
const linkedAccount = members(
  { provider_key: oneOf('LINKED_ACCOUNT_PROVIDER_KEY', 'password') },
  { provider_value: text({ min: 1, max: 1000 }), tenant_id: tenantId, ...shutMembers },
)

const required = {
  email: email('OPERATOR_EMAIL_INVALID'),
  first_name: text({ min: 1, max: 100, code: 'OPERATOR_FNAME_INVALID' }),
  linked_accounts: listOf(linkedAccount, {
    min: 1,
    max: MAX_CONTACTS,
    code: 'OPERATOR_INVALID_LINKED_ACCOUNTS_SIZE',
  }),
}

const optional = {
  tenant_id: tenantId,
  last_name: orNull(text({ max: 100, code: 'OPERATOR_LNAME_INVALID' })),
  roles: authRoles('OPERATOR_INVALID_ROLE_LIST_SIZE'),
  custom_roles: embeddedRolesWithLimits('OPERATOR_INVALID_CUSTOM_ROLES_LIST_SIZE'),
  ipv4_list: orNull(ipv4List),
  enable_session_ip_lock: flag(),
  phone_numbers: orNull(phoneNumbers),
  addresses: orNull(listOf(postalAddress, { max: MAX_CONTACTS, code: 'OPERATOR_INVALID_ADDRESS_LIST_SIZE' })),
  secondary_emails: orNull(
    listOf(members({ email: secondaryEmail }), {
      max: MAX_CONTACTS,
      code: 'OPERATOR_EMAIL_LIST_INVALID',
    }),
  ),
  settings: orNull(text({ max: 100_000, code: 'OPERATOR_INVALID_SETTINGS_SIZE' })),
  email_iam: orNull(email('OPERATOR_EMAIL_IAM_INVALID')),
  disable_idp_login: flag(),
  disabled: flag(),
  disabled_reason: orNull(text({ max: 5000, code: 'DISABLED_REASON_INVALID_0001' })),
  inactive_reason: orNull(text({ max: 5000, code: 'INACTIVE_REASON_INVALID_0001' })),
}

export const newOperatorBody = members(required, {
  ...optional,
  id: readOnly(READ_ONLY),
  is_system_owned: neverTrue(READ_ONLY),
  is_locked: neverTrue(READ_ONLY),
  inactive: neverTrue(READ_ONLY),
  last_login: readOnly(READ_ONLY),
})

/** What only the server sets may come back as it was shown; `is_locked: false` lets in who was locked out. */
export const operatorBody = members(required, {
  ...optional,
  id: text({ max: 100, code: READ_ONLY }),
  is_system_owned: flag({ code: READ_ONLY }),
  is_locked: flag({ code: READ_ONLY }),
  inactive: flag({ code: READ_ONLY }),
  _etag: etag,
})

export const operatorPartBody = partial(operatorBody)
