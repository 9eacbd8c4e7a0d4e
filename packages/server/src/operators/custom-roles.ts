import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { insertDespiteTakenIds, newTimedId } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { compileGrant, covers, liftedDenials } from './coverage.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { OperatorsWrites, RoleReads } from './operator-ports.ts'
import { brokenRules, checkRules } from './operator-rule.ts'
import type { CustomPermission } from './permission.ts'
import type { CustomRole } from './role.ts'
import { isSystemRole } from './role-names.ts'
import { brokenByContent, type RoleContent } from './role-rules.ts'

/** What custom roles and permissions are changed through. */
export type RolePorts = Pick<
  OperatorsWrites,
  'operators' | 'customRoles' | 'customPermissions' | 'tenantSettings'
>

export interface CustomRoleDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<RolePorts>
  /** Whoever has the role may what it says from then on, on every node. */
  readonly acknowledged: Acknowledged<RolePorts>
}

export interface NewRole extends RoleContent {
  readonly name: string
  readonly description?: string | undefined
  readonly isDisabled?: boolean | undefined
  readonly disabledReason?: string | undefined
}

/** @throws {Refused} `not_in_tenant` */
export async function getRole(
  { customRoles }: { readonly customRoles: Pick<RoleReads, 'find'> },
  tenantId: TenantId,
  id: string,
): Promise<CustomRole> {
  const role = await customRoles.find(tenantId, id)
  if (role === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return role
}

/** @throws {Refused} `operator_rule` */
export async function createRole(
  deps: CustomRoleDeps,
  caller: OperatorCaller,
  request: NewRole,
): Promise<CustomRole> {
  return sayingNameTaken(() =>
    insertDespiteTakenIds(true, async () => {
      const id = newTimedId(deps.ambient)
      const nowMillis = deps.ambient.nowMillis()
      return deps.atomically(async (ports) => {
        await ports.operators.hold(caller.tenantId)
        const asked = await contentOf(ports, caller, request)
        const role = { ...UNTOUCHED, ...asked, tenantId: caller.tenantId, id, updatedUtc: id }
        checkWithinCaller(caller, role, nowMillis)
        await ports.customRoles.insert(role)
        return role
      })
    }),
  )
}

const UNTOUCHED = { isSystemOwned: false, isInactive: false, inactiveReason: undefined, etag: 1 }

/**
 * Whoever has it has it as it is now when this returns. All of it is another one: what is left out is not there any more.
 * @param etag the version that is meant; `undefined`: whichever
 * @throws {Refused} `not_in_tenant`, `operator_rule`
 */
export async function changeRole(
  deps: CustomRoleDeps,
  caller: OperatorCaller,
  id: string,
  request: NewRole,
  etag: number | undefined,
): Promise<CustomRole> {
  const updatedUtc = newTimedId(deps.ambient)
  const nowMillis = deps.ambient.nowMillis()
  return sayingNameTaken(() =>
    deps.acknowledged(async (ports) => {
      const before = await holdRole(ports, caller, id)
      if (etag !== undefined && etag !== before.etag) throw brokenRules('etag_mismatch')
      const asked = await contentOf(ports, caller, request)
      const after = { ...before, ...asked, etag: before.etag + 1, updatedUtc }
      checkRoleChange(caller, before, after, nowMillis)
      await ports.customRoles.update(after)
      return after
    }),
  )
}

/** @throws {Refused} `not_in_tenant`, `operator_rule` */
export async function deleteRole(
  deps: CustomRoleDeps,
  caller: OperatorCaller,
  id: string,
): Promise<CustomRole> {
  const nowMillis = deps.ambient.nowMillis()
  return deps.acknowledged(async (ports) => {
    const role = await holdRole(ports, caller, id)
    if (await ports.customRoles.isHeld(role, nowMillis)) throw brokenRules('custom_role_in_use')
    checkWithinCaller(caller, role, nowMillis)
    await ports.customRoles.remove(role)
    return role
  })
}

/**
 * Whoever changes a role gives and takes what it comes to, before and after; and what it denied before, he gives to all
 * who have it.
 * @throws {Refused} `operator_rule`
 */
export function checkRoleChange(
  caller: OperatorCaller,
  before: CustomRole,
  after: CustomRole,
  nowMillis: number,
): void {
  checkWithinCaller(caller, before, nowMillis)
  checkWithinCaller(caller, after, nowMillis)
  const lifted = liftedDenials(before, after, nowMillis)
  if (!covers(caller.rights, lifted, nowMillis)) throw brokenRules('role_exceeds_caller')
}

function checkWithinCaller({ rights }: OperatorCaller, role: CustomRole, nowMillis: number): void {
  if (!covers(rights, compileGrant([], [role]), nowMillis)) throw brokenRules('role_exceeds_caller')
}

async function holdRole(ports: RolePorts, { tenantId }: OperatorCaller, id: string): Promise<CustomRole> {
  await ports.operators.hold(tenantId)
  const role = await ports.customRoles.find(tenantId, id)
  if (role === undefined) throw new Refused({ kind: 'not_in_tenant' })
  if (role.isSystemOwned) throw brokenRules('system_role_protected')
  return role
}

type Asked = Pick<
  CustomRole,
  | 'name'
  | 'description'
  | 'roles'
  | 'permissions'
  | 'disallowPermissions'
  | 'customPermissions'
  | 'isDisabled'
  | 'disabledReason'
>

/** @throws {Refused} `operator_rule` with all that it breaks by itself */
async function contentOf(ports: RolePorts, { tenantId }: OperatorCaller, request: NewRole): Promise<Asked> {
  const tenant = await ports.tenantSettings.find(tenantId)
  const found = await permissionsOf(ports, tenantId, request.customPermissionIds)
  const isKnown = found.length === request.customPermissionIds.length
  checkRules([
    ...brokenByContent(request, tenant?.id ?? ''),
    // Where only names are shown, it would be taken for that one.
    ...(isSystemRole(request.name) ? (['role_name_taken'] as const) : []),
    ...(isKnown ? [] : (['custom_permission_ids_unknown'] as const)),
  ])
  return {
    name: request.name,
    description: request.description,
    roles: request.roles,
    permissions: request.permissions,
    disallowPermissions: request.disallowPermissions,
    customPermissions: found,
    isDisabled: request.isDisabled ?? false,
    disabledReason: request.disabledReason,
  }
}

async function permissionsOf(
  { customPermissions }: RolePorts,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<readonly CustomPermission[]> {
  const found: CustomPermission[] = []
  for (const id of ids) {
    const permission = await customPermissions.find(tenantId, id)
    if (permission !== undefined) found.push(permission)
  }
  return found
}

async function sayingNameTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refused) || error.failure.kind !== 'name_taken') throw error
    throw brokenRules('role_name_taken')
  }
}
