import { timingSafeEqual } from 'node:crypto'
import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import { hashOfText } from '../authority/opaque-token.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { PasswordThrottle } from '../directory/password-throttle.ts'
import { Refused } from '../failure.ts'
import type { Client, ClientWithSecret } from './client.ts'
import { newSession, type Opening } from './new-session.ts'
import type { SettingsReads } from './operator-ports.ts'
import type { ClientReads, OperatorSessionWrites } from './session-ports.ts'
import type { SessionTerms } from './session-terms.ts'
import { newSessionText } from './session-text.ts'

export interface IssueBearerDeps {
  readonly ambient: Ambient
  readonly clients: Pick<ClientReads, 'find'>
  readonly tenantSettings: SettingsReads
  readonly passwordThrottle: PasswordThrottle
  readonly atomically: Atomically<Pick<OperatorSessionWrites, 'sessions'>>
  readonly sdwan: SessionTerms
}

export interface BearerRequest extends Opening {
  readonly clientId: string
  readonly clientSecret: string
  /** Which tenant is meant; `undefined`: the client's. */
  readonly tsgId: string | undefined
}

/** A quarter of an hour. (Prisma SD-WAN, unified authentication) */
export const BEARER_TTL_SECONDS = 900

/**
 * A bearer, which is good for nothing but its profile until that was asked for.
 * @throws {Refused} `bad_credentials`, also when the client's operator is shut out; `forbidden` for another tenant's id;
 *   `password_queue_full`
 */
export async function issueBearer(
  deps: IssueBearerDeps,
  request: BearerRequest,
): Promise<{ readonly text: string; readonly expiresInSeconds: number }> {
  const client = await checkSecret(deps, request)
  await checkTenant(deps, client, request.tsgId)
  return insertDespiteTakenIds(true, async () => {
    const made = newSessionText(deps.ambient, deps.sdwan.region)
    await deps.atomically(async ({ sessions }) => {
      const operator = await sessions.holdOperator(client.userId)
      if (operator === undefined || operator.isShutOut) throw new Refused({ kind: 'bad_credentials' })
      const expiresAtMillis = deps.ambient.nowMillis() + BEARER_TTL_SECONDS * 1000
      // Not of one address: whoever fetches it may hand it to the machines that work with it.
      const parts = {
        kind: 'bearer',
        expiresAtMillis,
        isAddressLocked: false,
        isProfileCalled: false,
      } as const
      await sessions.insert(newSession(deps.ambient, operator, request, made, parts))
    })
    return { text: made.text, expiresInSeconds: BEARER_TTL_SECONDS }
  })
}

/** @throws {Refused} `bad_credentials`, `password_queue_full` */
async function checkSecret(
  { clients, passwordThrottle }: IssueBearerDeps,
  { clientId, clientSecret, clientAddress }: BearerRequest,
): Promise<ClientWithSecret> {
  const client = await clients.find(clientId)
  // Of so many random bits: to be tried one after the other, but not to be hashed slowly.
  const isRight = await passwordThrottle.attempt(`client ${clientId}`, clientAddress, async () =>
    isSameHash(hashOfText(clientSecret), client?.secretHash ?? NO_HASH),
  )
  if (!isRight || client === undefined) throw new Refused({ kind: 'bad_credentials' })
  return client
}

const NO_HASH = hashOfText('')

function isSameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** By its own id, or by the one that it has been given beside. @throws {Refused} `forbidden` */
async function checkTenant(
  { tenantSettings }: IssueBearerDeps,
  { tenantId }: Client,
  tsgId: string | undefined,
): Promise<void> {
  if (tsgId === undefined) return
  const settings = await tenantSettings.find(tenantId)
  if (tsgId !== settings?.id && tsgId !== settings?.profile.tsg_id) throw new Refused({ kind: 'forbidden' })
}
