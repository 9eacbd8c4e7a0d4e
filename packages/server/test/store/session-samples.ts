import { systemAmbient } from '../../src/ambient-system.ts'
import { NO_KEY, type TokenId } from '../../src/authority/named-token.ts'
import { hashOfText } from '../../src/authority/opaque-token.ts'
import { newTimedId } from '../../src/directory/new-ids.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import { makeOperatorIn, type OperatorGrant } from '../../src/operators/operator-grants.ts'
import { newSessionText } from '../../src/operators/session-text.ts'
import type { SessionRecord } from '../../src/operators/session.ts'
import type { Store } from '../../src/store/open-store.ts'
import { givenTenant, givenUser, lineOf, sampleToken } from './samples.ts'

/** A user of a tenant of his own who is an operator there. */
export async function givenOperator(
  store: Store,
  grant: OperatorGrant = { roles: ['tenant_viewonly'] },
): Promise<{ tenant: Tenant; user: User }> {
  const tenant = await givenTenant(store)
  return { tenant, user: await givenOperatorOf(store, tenant, grant) }
}

export async function givenOperatorOf(
  store: Store,
  tenant: Tenant,
  grant: OperatorGrant = { roles: ['tenant_viewonly'] },
): Promise<User> {
  const user = await givenUser(store, tenant)
  await store.atomically((ports) => makeOperatorIn(ports, systemAmbient, user, grant))
  return user
}

export type SampleSession = SessionRecord & { readonly text: string }

export function sampleSession(user: User, parts: Partial<SessionRecord> = {}): SampleSession {
  const { text, key } = newSessionText(systemAmbient, '0')
  return {
    id: newTimedId(systemAmbient),
    kind: 'login',
    tenantId: user.tenantId,
    userId: user.id,
    operatorId: user.sdwanOperatorId,
    key,
    expiresAtMillis: undefined,
    clientAddress: '192.0.2.1',
    userAgent: 'sample/1',
    isSystemOwned: false,
    textHash: hashOfText(text),
    grant: { roles: [], customRoleIds: [] },
    isAddressLocked: true,
    isProfileCalled: true,
    isOwn: false,
    passwordVersion: parts.kind === undefined || parts.kind === 'login' ? 1 : undefined,
    ...parts,
    text,
  }
}

export async function givenSession(
  store: Store,
  user: User,
  parts: Partial<SessionRecord> = {},
): Promise<SampleSession> {
  const session = sampleSession(user, parts)
  const { id } = session
  await store.atomically(async ({ sessions, tokens }) => {
    if (session.kind === 'token') {
      const record = sampleToken(lineOf(user, 'sdwan'), { id: id as TokenId, name: id, key: NO_KEY })
      await tokens.insert(record)
    }
    await sessions.insert(session)
  })
  return session
}
