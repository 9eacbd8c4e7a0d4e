import type { NewOperator, OperatorChange } from '../../operators/operators.ts'
import type { newOperatorBody, operatorPartBody } from './operator-body.ts'
import type { ParsedBy } from './body.ts'
import { keptFields, withoutUndefined } from './present-fields.ts'
import type { Version } from './route.ts'

type NewBody = ParsedBy<typeof newOperatorBody>
type PartBody = ParsedBy<typeof operatorPartBody>

/** What a new operator's body asks for. */
export function newOperatorOf(body: NewBody, version: Version): NewOperator {
  return {
    email: body.email,
    firstName: body.first_name,
    lastName: body.last_name ?? '',
    roles: rolesOf(body) ?? [],
    customRoles: body.custom_roles ?? [],
    ipv4List: addressesOf(body) ?? [],
    isSessionIpLocked: body.enable_session_ip_lock ?? true,
    isDisabled: body.disabled ?? false,
    disabledReason: body.disabled_reason ?? undefined,
    profile: keptFields(body, keptBy(version), false),
    password: passwordOf(body),
  }
}

/**
 * What is to become of an operator. Read and sent back whole, he stays as he is: `null` is the empty value of what may be
 * empty, and says nothing elsewhere.
 * @param isWhole whether what is not there has its empty value, as with PUT; otherwise it stays
 */
export function operatorChangeOf(body: PartBody, version: Version, isWhole: boolean): OperatorChange {
  const orEmpty = <T>(value: T | null | undefined, empty: T): T | undefined =>
    value ?? (value === null || isWhole ? empty : undefined)
  return withoutUndefined({
    email: body.email,
    firstName: body.first_name,
    lastName: orEmpty(body.last_name, ''),
    roles: orEmpty(rolesOf(body), []),
    customRoles: orEmpty(body.custom_roles, []),
    ipv4List: orEmpty(addressesOf(body), []),
    isSessionIpLocked: orEmpty(body.enable_session_ip_lock, true),
    isDisabled: orEmpty(body.disabled, false),
    disabledReason: body.disabled_reason ?? (isWhole ? null : body.disabled_reason),
    // Only the system locks.
    isLocked: body.is_locked === false ? (false as const) : undefined,
    profile: keptFields(body, keptBy(version), isWhole),
    password: passwordOf(body),
  })
}

function rolesOf({ roles }: Pick<PartBody, 'roles'>) {
  return roles?.map(({ name }) => name)
}

function addressesOf({ ipv4_list: list }: Pick<PartBody, 'ipv4_list'>): readonly string[] | null | undefined {
  return list === null || list === undefined ? list : list.map(({ ipv4 }) => ipv4)
}

/** All accounts are the one that he has. */
function passwordOf({
  linked_accounts: accounts = [],
}: Pick<PartBody, 'linked_accounts'>): string | undefined {
  return accounts.find((account) => account.provider_value !== undefined)?.provider_value
}

const KEPT_FIELDS = [
  'phone_numbers',
  'addresses',
  'secondary_emails',
  'settings',
  'disable_idp_login',
] as const satisfies readonly (keyof PartBody)[]

function keptBy(version: Version) {
  return version === 'v2.2' ? ([...KEPT_FIELDS, 'email_iam'] as const) : KEPT_FIELDS
}
