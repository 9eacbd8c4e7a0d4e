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
import type { SessionWrites } from './session-ports.ts'
import type { PasswordPolicy, TenantSettings } from './tenant-settings.ts'

export interface SettingsDeps {
  readonly ambient: Ambient
  readonly tenantSettings: SettingsReads
  /** What is asked of passwords and sessions is so on every node when this answers. */
  readonly acknowledged: Acknowledged<
    Pick<OperatorsWrites, 'tenantSettings'> & { readonly sessions: Pick<SessionWrites, 'holdOperator'> }
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
  return deps.acknowledged(async ({ tenantSettings, sessions }) => {
    const before = await tenantSettings.find(caller.tenantId)
    if (before === undefined) throw new Refused({ kind: 'not_in_tenant' })
    if (etag !== undefined && etag !== before.etag) throw brokenRules('etag_mismatch')
    const after = { ...changed(before, change), etag: before.etag + 1, updatedUtc }
    const isRenamed = before.canonicalName !== undefined && after.canonicalName !== before.canonicalName
    if (isRenamed) throw brokenRules('canonical_name_changed')
    const own = await sessions.holdOperator(caller.userId)
    if (own !== undefined && isOver(after.passwordPolicy, own.passwordSetAtMillis, nowMillis)) {
      // Who is locked out by it himself could not turn it off again.
      if (!isSameAging(before.passwordPolicy, after.passwordPolicy))
        throw brokenRules('password_aging_locks_out')
    }
    await tenantSettings.update(after)
    return after
  })
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
