import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import { checkPassword, type PasswordDeps } from '../directory/passwords.ts'
import type { PasswordThrottle } from '../directory/password-throttle.ts'
import type { User } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { SessionFacts } from './known-sessions.ts'
import { newSession, type Opening } from './new-session.ts'
import { mayEnter } from './may-enter.ts'
import type { LoginCandidate, LoginReads, LoginState, OperatorSessionWrites } from './session-ports.ts'
import type { SessionTerms } from './session-terms.ts'
import { newSessionText } from './session-text.ts'
import type { SessionRecord } from './session.ts'
import { DEFAULT_PASSWORD_POLICY } from './tenant-settings.ts'

export interface LoginDeps extends PasswordDeps {
  readonly ambient: Ambient
  readonly logins: LoginReads
  readonly atomically: Atomically<Pick<OperatorSessionWrites, 'sessions' | 'logins'>>
  readonly acknowledged: PasswordDeps['acknowledged'] &
    Acknowledged<Pick<OperatorSessionWrites, 'sessions' | 'logins'>>
  readonly sdwan: SessionTerms
}

export interface Login extends Opening {
  /** An e-mail address, or a username. */
  readonly name: string
  readonly password: string
  /** Whether his other logins end with this one. */
  readonly logoutOthers: boolean
}

export interface OpenedSession {
  readonly text: string
  readonly session: SessionRecord
}

/** A password that is remembered costs next to nothing: whoever logs in on and on must not fill the store. */
const MAX_LOGINS = 1000

/**
 * Opens a session for who knows the password.
 * @throws {Refused} `bad_credentials` for whatever keeps him out: to be told that he is locked, disabled or elsewhere
 *   would tell a guesser that the password was right. `password_queue_full`
 */
export async function logIn(deps: LoginDeps, login: Login): Promise<OpenedSession> {
  const candidate = await deps.logins.find(login.name)
  const user = await checkCandidate(deps, candidate, login)
  // The name may have gone over to another one between the two.
  if (candidate?.userId !== user.id) throw new Refused({ kind: 'bad_credentials' })
  const record = login.logoutOthers ? deps.acknowledged : deps.atomically
  return insertDespiteTakenIds(true, async () => {
    const made = newSessionText(deps.ambient, deps.sdwan.region)
    const session = await record(async ({ sessions, logins }) => {
      const operator = await sessions.holdOperator(candidate.userId)
      const now = deps.ambient.nowMillis()
      checkMayEnter(operator, candidate, login.clientAddress, now)
      if (login.logoutOthers) await sessions.endLogins(operator.tenantId, operator.userId)
      const { passwordVersion } = operator
      const expiresAtMillis = now + deps.sdwan.loginTtlSeconds * 1000
      const parts = { kind: 'login', expiresAtMillis, passwordVersion, isOwn: true } as const
      const opened = newSession(deps.ambient, operator, login, made, parts)
      await sessions.insert(opened)
      await sessions.endLoginsBefore(operator.tenantId, operator.userId, MAX_LOGINS)
      await logins.noteLogin(operator.userId, now)
      return opened
    })
    return { text: made.text, session }
  })
}

/** His tenant says whether wrong passwords make him wait, or lock him. @throws {Refused} `bad_credentials` */
async function checkCandidate(
  deps: LoginDeps,
  candidate: LoginCandidate | undefined,
  { name, password, clientAddress }: Login,
): Promise<User> {
  const policy = candidate?.passwordPolicy ?? DEFAULT_PASSWORD_POLICY
  const passwordThrottle = policy.isDelayEnabled ? deps.passwordThrottle : AT_ONCE
  const asked = {
    tenantId: undefined,
    name,
    password,
    clientAddress,
    isEmailAccepted: true,
    isStateTold: false,
  }
  try {
    return await checkPassword({ ...deps, passwordThrottle }, asked)
  } catch (problem) {
    const isWrong = problem instanceof Refused && problem.failure.kind === 'bad_credentials'
    if (isWrong && candidate !== undefined && policy.isLockoutEnabled) {
      await deps.atomically(({ logins }) => logins.noteFailure(candidate.userId, policy.failedLoginAttempts))
    }
    throw problem
  }
}

const AT_ONCE: PasswordThrottle = { attempt: (_account, _address, check) => check() }

/** As he is in the transaction that lets him in. @throws {Refused} `bad_credentials` */
function checkMayEnter(
  operator: LoginState | undefined,
  { passwordVersion }: LoginCandidate,
  clientAddress: string,
  nowMillis: number,
): asserts operator is LoginState {
  const isIn =
    operator !== undefined &&
    operator.passwordVersion === passwordVersion &&
    mayEnter(operator, clientAddress, nowMillis)
  if (!isIn) throw new Refused({ kind: 'bad_credentials' })
}

/**
 * Ends the session that the caller came with: it is dead everywhere when this returns. A static token stays: scripts that
 * run on one log out too. (Prisma SD-WAN, logout)
 */
export async function logOut(
  deps: { readonly acknowledged: Acknowledged<Pick<OperatorSessionWrites, 'sessions'>> },
  { kind, tenantId, sessionId }: SessionFacts,
): Promise<void> {
  if (kind === 'token') return
  await deps.acknowledged(({ sessions }) => sessions.end({ tenantId, id: sessionId }))
}
