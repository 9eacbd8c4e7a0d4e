import type { Ambient } from '../ambient.ts'
import { hashOfText } from '../authority/opaque-token.ts'
import { newTimedId } from '../directory/new-ids.ts'
import type { OperatorState } from './session-ports.ts'
import type { SessionText } from './session-text.ts'
import type { SessionRecord } from './session.ts'

/** Whence and with what a session is opened. */
export interface Opening {
  readonly clientAddress: string
  readonly userAgent: string
}

/** It is shown, and decides nothing. */
const MAX_USER_AGENT_CHARS = 500

/** What is the same of every new session; {@link parts} says what is not as with most. */
export function newSession(
  ambient: Ambient,
  { tenantId, userId, operatorId }: OperatorState,
  { clientAddress, userAgent }: Opening,
  { text, key }: SessionText,
  parts: Pick<SessionRecord, 'kind' | 'expiresAtMillis'> & Partial<SessionRecord>,
): SessionRecord {
  return {
    id: newTimedId(ambient),
    tenantId,
    userId,
    operatorId,
    key,
    clientAddress,
    userAgent: userAgent.slice(0, MAX_USER_AGENT_CHARS),
    isSystemOwned: false,
    textHash: hashOfText(text),
    grant: { roles: [], customRoleIds: [] },
    isAddressLocked: true,
    isProfileCalled: true,
    isOwn: false,
    passwordVersion: undefined,
    ...parts,
  }
}
