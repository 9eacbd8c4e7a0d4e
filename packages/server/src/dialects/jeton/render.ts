import type { TokenUsage } from '../../authority/ports.ts'
import type { Tenant } from '../../directory/tenant.ts'
import type { User } from '../../directory/user.ts'
import type { Answer } from '../dialect.ts'
import type { Fault, Problem } from './problem.ts'

/** An answer may hold personal data, and every one is about now. */
const NO_STORE = { 'cache-control': 'no-store' }

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: { ...NO_STORE, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

export const noContent: Answer = { status: 204, headers: NO_STORE }

export function textAnswer(contentType: string, body: string): Answer {
  return { status: 200, headers: { ...NO_STORE, 'content-type': contentType }, body }
}

/** @param requestId `instance` points at it (RFC 9457, 3.1.5): the same id is in the log */
export function problemAnswer(problem: Problem, requestId?: string, faults: readonly Fault[] = []): Answer {
  const { status, slug, title, detail, retryAfterSeconds } = problem
  return {
    status,
    headers: {
      ...NO_STORE,
      'content-type': 'application/problem+json',
      // RFC 9110, 11.6.1: a 401 says how to authenticate.
      ...(status === 401 && { 'www-authenticate': 'Basic realm="Jeton", charset="UTF-8"' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({
      type: `urn:jeton:problem:${slug}`,
      title,
      status,
      ...(detail !== undefined && { detail }),
      ...(requestId !== undefined && { instance: `urn:uuid:${requestId}` }),
      ...(faults.length > 0 && { errors: faults }),
    }),
  }
}

/** A user's ids, one for each API that shows him. */
export function userIds(user: User): Readonly<Record<string, string>> {
  return {
    id: user.uuid,
    onezoneId: user.onezoneId,
    astraId: user.uuid,
    sdwanOperatorId: user.sdwanOperatorId,
  }
}

/** @param usage `undefined`: never used */
export function usageJson(usage: TokenUsage | undefined): unknown {
  if (usage === undefined) return { lastUsedAt: null, uses: 0 }
  return { lastUsedAt: timeText(usage.lastUsedAt), uses: usage.uses }
}

/** RFC 3339, in UTC. @param seconds since 1970 */
export function timeText(seconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString()
}

export function userJson(user: User): unknown {
  const { id, ...ids } = userIds(user)
  return { id, username: user.username ?? null, email: user.email ?? null, ...ids }
}

/** A tenant's ids, one for each API that shows it; Onezone knows it by its domain. */
export function tenantJson({ astraAccountId, onezoneDomain, sdwanTenantId }: Tenant): unknown {
  return { id: astraAccountId, onezoneDomain, astraAccountId, sdwanTenantId }
}
