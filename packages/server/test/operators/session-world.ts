import { passwordMemory } from '../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../src/directory/password-throttle.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { createAuthToken, type NewAuthToken } from '../../src/operators/auth-tokens.ts'
import { type SessionFacts, SessionMemory } from '../../src/operators/known-sessions.ts'
import { logIn, type Login } from '../../src/operators/login.ts'
import { findOperatorCaller } from '../../src/operators/operator-caller.ts'
import type { Operator } from '../../src/operators/operator.ts'
import type { OperatorGrant } from '../../src/operators/operator-grants.ts'
import type { SessionTerms } from '../../src/operators/session-terms.ts'
import type { PasswordPolicy } from '../../src/operators/tenant-settings.ts'
import { changeSettings } from '../../src/operators/settings.ts'
import { verifySession } from '../../src/operators/verify-session.ts'
import { onEachStoreIn } from '../store/on-each-store.ts'
import { failureOf } from '../store/samples.ts'
import type { TestStore } from '../store/test-store.ts'
import type { Failure } from '../../src/failure.ts'
import { OperatorWorld } from './operator-world.ts'

export const ADDRESS = '192.0.2.1'
export const ELSEWHERE = '198.51.100.7'
export const PASSWORD = 'correct horse battery'

export const TERMS: SessionTerms = {
  region: '0',
  maxActiveTokens: 10,
  defaultTokenTtlSeconds: undefined,
  maxTokenTtlSeconds: undefined,
  loginTtlSeconds: 3600,
}

/** The domain of sessions over a store, one node that remembers, and a note of what it waited for. */
export class SessionWorld extends OperatorWorld {
  readonly trust = { isHeld: true, isCurrent: (): boolean => this.trust.isHeld }
  readonly sessionMemory = new SessionMemory()
  readonly waits: number[] = []
  readonly verdicts = { accepted: 0, refused: [] as string[], remembered: 0, read: 0 }
  terms: SessionTerms = TERMS

  constructor(store: TestStore) {
    super(store)
    store.onCommitted(this.sessionMemory)
    // Elsewhere changes come by the feed, which nobody reads here: there every verdict is read from the store.
    this.trust.isHeld = store.cluster === undefined
  }

  get sessions() {
    const { verdicts } = this
    return {
      ...this.deps,
      sessionMemory: this.sessionMemory,
      trust: this.trust,
      sdwan: this.terms,
      passwordMemory: passwordMemory(this.ambient, hmacSha256),
      passwordThrottle: this.#throttle,
      watch: {
        looked: (isRemembered: boolean) => void (isRemembered ? verdicts.remembered++ : verdicts.read++),
        accepted: () => void verdicts.accepted++,
        refused: (why: string) => void verdicts.refused.push(why),
      },
    }
  }

  readonly #throttle = passwordThrottle(this.ambient, async (millis) => void this.waits.push(millis))

  /** Somebody who can log in. */
  async withPassword(tenant: Tenant, grant: OperatorGrant = { roles: ['tenant_super'] }): Promise<Operator> {
    const operator = await this.operator(tenant, grant)
    await this.setPassword(operator, PASSWORD)
    return operator
  }

  async setPassword({ userId }: Operator, password: string): Promise<void> {
    const hash = await this.deps.passwordHashing.hash(password)
    await this.store.atomically(({ users }) => users.setPasswordHash(userId, hash))
  }

  /** The caller that somebody is who has shown his password. */
  async byPassword({ userId }: Operator) {
    const caller = await findOperatorCaller(this.deps, userId)
    if (caller === undefined) throw new Error('the operator is shut out')
    return caller
  }

  async token(operator: Operator, parts: Partial<NewAuthToken> = {}) {
    return createAuthToken(this.sessions, await this.byPassword(operator), {
      ...NEW_TOKEN,
      operatorId: operator.id,
      ...parts,
    })
  }

  async logIn({ email }: Operator, parts: Partial<Login> = {}) {
    return logIn(this.sessions, { ...LOGIN, name: email, ...parts })
  }

  verify(text: string, address = ADDRESS) {
    return verifySession(this.sessions, text, address)
  }

  /** What a session is good for, or why it is not. @throws when it is good for nothing */
  async facts(text: string, address = ADDRESS): Promise<SessionFacts> {
    const verdict = await this.verify(text, address)
    if (typeof verdict === 'string') throw new Error(`the session is ${verdict}`)
    return verdict
  }

  async verdict(text: string, address = ADDRESS): Promise<string> {
    const verdict = await this.verify(text, address)
    return typeof verdict === 'string' ? verdict : 'accepted'
  }

  async setPolicy(boss: Operator, passwordPolicy: Partial<PasswordPolicy>): Promise<void> {
    const caller = await this.byPassword(boss)
    await changeSettings(this.deps, caller, { passwordPolicy }, undefined)
  }
}

export const NEW_TOKEN = { roles: [], customRoles: [], clientAddress: ADDRESS, userAgent: 'test/1' } as const

const LOGIN: Omit<Login, 'name'> = {
  password: PASSWORD,
  logoutOthers: false,
  clientAddress: ADDRESS,
  userAgent: 'test/1',
}

/** What the action is refused with, a rule by its name; `undefined` when it is not. What else it throws, it throws. */
export async function refusedWith(action: Promise<unknown>): Promise<string | undefined> {
  const failure = await failureOf(action)
  return failure && shown(failure)
}

function shown(failure: Failure): string {
  if (failure.kind === 'session_rule' || failure.kind === 'password_unfit') return failure.rule
  return failure.kind === 'operator_rule' ? failure.rules.join(' ') : failure.kind
}

/** Runs the same cases on each database. */
export function onEachStore(cases: (world: () => SessionWorld) => void): void {
  onEachStoreIn(async (open) => new SessionWorld(await open()), cases)
}
