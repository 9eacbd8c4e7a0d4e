import { insertDespiteTakenIds, newTimedId } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { nextTurn } from '../next-turn.ts'
import { type CustomRoleDeps, checkRoleChange, type RolePorts } from './custom-roles.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { PermissionReads } from './operator-ports.ts'
import { brokenRules, checkRules, type OperatorRule } from './operator-rule.ts'
import type { CustomPermission } from './permission.ts'
import { isOfOtherTenant, namesNothing } from './role-rules.ts'

export interface NewPermission {
  /** See `parsePermission`. */
  readonly value: string
  /** Unix milliseconds. */
  readonly allowedAfterMs?: number | undefined
  /** Unix milliseconds. */
  readonly allowedBeforeMs?: number | undefined
  readonly isDisallowed: boolean
  readonly isDisabled?: boolean | undefined
  readonly disabledReason?: string | undefined
}

/** @throws {Refused} `not_in_tenant` */
export async function getPermission(
  { customPermissions }: { readonly customPermissions: Pick<PermissionReads, 'find'> },
  tenantId: TenantId,
  id: string,
): Promise<CustomPermission> {
  const permission = await customPermissions.find(tenantId, id)
  if (permission === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return permission
}

/** It gives nobody anything before it is in a role. @throws {Refused} `operator_rule` */
export async function createPermission(
  deps: CustomRoleDeps,
  { tenantId }: OperatorCaller,
  request: NewPermission,
): Promise<CustomPermission> {
  return insertDespiteTakenIds(true, async () => {
    const id = newTimedId(deps.ambient)
    return deps.atomically(async (ports) => {
      const content = await contentOf(ports, tenantId, request)
      const permission = { ...UNTOUCHED, ...content, tenantId, id, updatedUtc: id }
      await ports.customPermissions.insert(permission)
      return permission
    })
  })
}

const UNTOUCHED = { region: undefined, isInactive: false, inactiveReason: undefined, etag: 1 }

/**
 * It is so for whoever has it when this returns. All of it is another one: what is left out is not there any more.
 * @param etag the version that is meant; `undefined`: whichever
 * @throws {Refused} `not_in_tenant`, `operator_rule`
 */
export async function changePermission(
  deps: CustomRoleDeps,
  caller: OperatorCaller,
  id: string,
  request: NewPermission,
  etag: number | undefined,
): Promise<CustomPermission> {
  const updatedUtc = newTimedId(deps.ambient)
  const nowMillis = deps.ambient.nowMillis()
  return deps.acknowledged(async (ports) => {
    const before = await holdPermission(ports, caller, id)
    if (etag !== undefined && etag !== before.etag) throw brokenRules('etag_mismatch')
    const content = await contentOf(ports, caller.tenantId, request)
    const after = { ...before, ...content, etag: before.etag + 1, updatedUtc }
    for (const role of await ports.customPermissions.listHolders(before)) {
      // Comparing one takes milliseconds, and a tenant may have any number of them.
      await nextTurn()
      const customPermissions = role.customPermissions.map((each) => (each.id === id ? after : each))
      checkRoleChange(caller, role, { ...role, customPermissions }, nowMillis)
    }
    await ports.customPermissions.update(after)
    return after
  })
}

/** @throws {Refused} `not_in_tenant`, `operator_rule` */
export async function deletePermission(
  deps: CustomRoleDeps,
  caller: OperatorCaller,
  id: string,
): Promise<CustomPermission> {
  return deps.acknowledged(async (ports) => {
    const permission = await holdPermission(ports, caller, id)
    const holders = await ports.customPermissions.listHolders(permission)
    if (holders.length > 0) throw brokenRules('custom_permission_in_use')
    await ports.customPermissions.remove(permission)
    return permission
  })
}

async function holdPermission(
  { operators, customPermissions }: RolePorts,
  { tenantId }: OperatorCaller,
  id: string,
): Promise<CustomPermission> {
  await operators.hold(tenantId)
  const permission = await customPermissions.find(tenantId, id)
  if (permission === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return permission
}

type Content = Pick<
  CustomPermission,
  'value' | 'allowedAfterMs' | 'allowedBeforeMs' | 'isDisallowed' | 'isDisabled' | 'disabledReason'
>

/** @throws {Refused} `operator_rule` with all that it breaks */
async function contentOf(
  { tenantSettings }: RolePorts,
  tenantId: TenantId,
  { value, allowedAfterMs, allowedBeforeMs, isDisallowed, isDisabled, disabledReason }: NewPermission,
): Promise<Content> {
  const tenant = await tenantSettings.find(tenantId)
  const isWindow = allowedAfterMs !== undefined || allowedBeforeMs !== undefined
  const after = allowedAfterMs ?? Number.NEGATIVE_INFINITY
  const before = allowedBeforeMs ?? Number.POSITIVE_INFINITY
  const rules: readonly (readonly [OperatorRule, boolean])[] = [
    ['permission_of_other_tenant', isOfOtherTenant(value, tenant?.id ?? '')],
    ['permission_matches_nothing', namesNothing(value)],
    ['permission_not_customized', !isWindow && !isDisallowed],
    ['permission_window_empty', after > before],
  ]
  checkRules(rules.filter(([, isBroken]) => isBroken).map(([rule]) => rule))
  return {
    value,
    allowedAfterMs,
    allowedBeforeMs,
    isDisallowed,
    isDisabled: isDisabled ?? false,
    disabledReason,
  }
}
