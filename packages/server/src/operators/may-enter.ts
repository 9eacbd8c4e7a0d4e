import { isInIpv4List } from './ipv4-list.ts'
import type { LoginState } from './session-ports.ts'

const MILLIS_PER_DAY = 86_400_000

/** Whether an operator who has shown his password gets in with it: from there, and now. */
export function mayEnter(operator: LoginState, clientAddress: string, nowMillis: number): boolean {
  return (
    !operator.isShutOut &&
    !operator.isLocked &&
    isInIpv4List(operator.ipv4List, clientAddress) &&
    !isAged(operator, nowMillis)
  )
}

function isAged({ passwordPolicy, passwordSetAtMillis }: LoginState, nowMillis: number): boolean {
  const { isAgingEnabled, agingDays } = passwordPolicy
  return isAgingEnabled && nowMillis >= passwordSetAtMillis + agingDays * MILLIS_PER_DAY
}
