import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import type { JsonObject } from '../authority/named-token.ts'
import { newTimedId } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { mergedFields } from './kept-fields.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { OperatorsWrites, SettingsReads } from './operator-ports.ts'
import { brokenRules } from './operator-rule.ts'
import { isUnmeetable } from './password-policy.ts'
import type { SessionWrites } from './session-ports.ts'
import type { PasswordPolicy, TenantSettings } from './tenant-settings.ts'

export interface SettingsDeps {
  readonly ambient: Ambient
  readonly tenantSettings: SettingsReads
  /** What is asked of passwords and sessions is so on every node when this answers. */
  readonly acknowledged: Acknowledged<
    Pick<OperatorsWrites, 'operators' | 'tenantSettings'> & {
      readonly sessions: Pick<SessionWrites, 'holdOperator'>
    }
  >
}

/** What is left out stays. */
export interface SettingsChange {
  readonly name?: string | undefined
  /** `null`: none, which is no change only as long as there is none. */
  readonly canonicalName?: string | null | undefined
  /** `null`: there is none any more. */
  readonly description?: string | null | undefined
  readonly passwordPolicy?: Partial<PasswordPolicy> | undefined
  /** Field by field: what is left out stays, `null` goes. */
  readonly profile?: JsonObject | undefined
}

/** @throws {Refused} `not_in_tenant` */
export async function getSettings(
  { tenantSettings }: Pick<SettingsDeps, 'tenantSettings'>,
  tenantId: TenantId,
): Promise<TenantSettings> {
  const settings = await tenantSettings.find(tenantId)
  if (settings === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return settings
}

/**
 * @param etag the version that is meant; `undefined`: whichever
 * @throws {Refused} `operator_rule`, `not_in_tenant`
 */
export async function changeSettings(
  deps: SettingsDeps,
  caller: OperatorCaller,
  change: SettingsChange,
  etag: number | undefined,
): Promise<TenantSettings> {
  const updatedUtc = newTimedId(deps.ambient)
  const nowMillis = deps.ambient.nowMillis()
  return deps.acknowledged(async (ports) => {
    const before = await ports.tenantSettings.find(caller.tenantId)
    if (before === undefined) throw new Refused({ kind: 'not_in_tenant' })
    if (etag !== undefined && etag !== before.etag) throw brokenRules('etag_mismatch')
    const after = { ...changed(before, change), etag: before.etag + 1, updatedUtc }
    const isRenamed = before.canonicalName !== undefined && after.canonicalName !== before.canonicalName
    if (isRenamed) throw brokenRules('canonical_name_changed')
    if (change.passwordPolicy !== undefined && isUnmeetable(after.passwordPolicy)) {
      throw brokenRules('password_policy_unmeetable')
    }
    if (!isSameAging(before.passwordPolicy, after.passwordPolicy)) {
      await checkNotLockedOut(ports, caller, after.passwordPolicy, nowMillis)
    }
    await ports.tenantSettings.update(after)
    return after
  })
}

type SettingsPorts = Parameters<Parameters<SettingsDeps['acknowledged']>[0]>[0]

/** Whose own password is too old by it could not turn it off again. @throws {Refused} `operator_rule` */
async function checkNotLockedOut(
  { operators, sessions }: SettingsPorts,
  { userId }: OperatorCaller,
  policy: PasswordPolicy,
  nowMillis: number,
): Promise<void> {
  const isClient = (await operators.findOf(userId))?.isSystemOwned === true
  const login = isClient ? undefined : await sessions.holdOperator(userId)
  if (login !== undefined && isOver(policy, login.passwordSetAtMillis, nowMillis)) {
    throw brokenRules('password_aging_locks_out')
  }
}

function changed(before: TenantSettings, change: SettingsChange): TenantSettings {
  const { canonicalName = before.canonicalName, description = before.description } = change
  return {
    ...before,
    name: change.name ?? before.name,
    canonicalName: canonicalName ?? undefined,
    description: description ?? undefined,
    passwordPolicy: { ...before.passwordPolicy, ...change.passwordPolicy },
    profile: mergedFields(before.profile, change.profile ?? {}),
  }
}

function isOver(policy: PasswordPolicy, setAtMillis: number, nowMillis: number): boolean {
  return policy.isAgingEnabled && nowMillis >= setAtMillis + policy.agingDays * DAY_MS
}

function isSameAging(before: PasswordPolicy, after: PasswordPolicy): boolean {
  return before.isAgingEnabled === after.isAgingEnabled && before.agingDays === after.agingDays
}

const DAY_MS = 24 * 60 * 60_000
