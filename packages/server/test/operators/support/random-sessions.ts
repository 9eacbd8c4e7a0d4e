import type { TokenId } from '../../../src/authority/named-token.ts'
import type { ChangeListener } from '../../../src/change.ts'
import type { Tenant } from '../../../src/directory/tenant.ts'
import { hashOfText } from '../../../src/authority/opaque-token.ts'
import { isPermitted } from '../../../src/operators/evaluation.ts'
import { type SessionFacts, SessionMemory } from '../../../src/operators/known-sessions.ts'
import type { Operator } from '../../../src/operators/operator.ts'
import type { SystemRole } from '../../../src/operators/role-names.ts'
import type { CustomRole } from '../../../src/operators/role.ts'
import type { SessionVerificationReads } from '../../../src/operators/session-ports.ts'
import type { SessionKind, SessionRecord } from '../../../src/operators/session.ts'
import {
  noteProfileCalled,
  type SessionRefusal,
  verifySession,
  type VerifySessionDeps,
} from '../../../src/operators/verify-session.ts'
import type { StoreWrites } from '../../../src/store/open-store.ts'
import type { SeededRandom } from '../../../testing/seeded-random.ts'
import { randomHex } from '../../store/samples.ts'
import { givenSession } from '../../store/session-samples.ts'
import { sampleRole } from '../role-samples.ts'
import { ADDRESS, ELSEWHERE, type SessionWorld } from '../session-world.ts'

type Change = Parameters<ChangeListener['apply']>[0]

const MAX_SESSIONS = 20
const COMPARED_PER_STEP = 8
const RACING_PER_STEP = 3
/** So few that what is remembered is pushed out now and then. */
const MAX_REMEMBERED = 24
const ROLES = 'GET+/api/tenants/[tenant_id]/roles'

const SOME_ROLES: readonly [readonly SystemRole[], ...(readonly SystemRole[])[]] = [
  [],
  ['tenant_viewonly'],
  ['tenant_super'],
]

/** How often each happens, of all steps. What is missing from 1 is steps at which nothing happens. */
const shares = {
  open: 0.25,
  profile: 0.05,
  end: 0.05,
  endLogins: 0.01,
  deleteToken: 0.04,
  deleteAll: 0.01,
  password: 0.02,
  shutOut: 0.04,
  letIn: 0.08,
  roles: 0.05,
  customRole: 0.04,
  addressLock: 0.03,
  tenantLock: 0.01,
  removeUser: 0.01,
  time: 0.03,
  sweep: 0.02,
  loseLease: 0.02,
  regainLease: 0.06,
} as const

/** What a verdict comes to, for the one who asks. */
export type Outcome = SessionRefusal | { readonly sessionId: string; readonly mayReadRoles: boolean }

/**
 * A random life of some operators and their sessions, judged twice at each step: by a node with a memory, to which the
 * store answers slowly, and by one that believes nothing. Verdicts that nobody waits for are always under way.
 */
export class RandomSessions {
  readonly #world: SessionWorld
  readonly #random: SeededRandom
  readonly #tenant: Tenant
  readonly #memory = new SessionMemory(MAX_REMEMBERED)
  readonly #lease = { isHeld: true }
  readonly #withMemory: VerifySessionDeps
  /** Changes that the node has not applied while it had no lease. */
  #backlog: Change[] = []
  readonly #operators: Operator[] = []
  #role: CustomRole
  #sessions: (SessionRecord & { readonly text: string })[] = []
  readonly #racing: Promise<unknown>[] = []
  #asked = 0
  #read = 0

  static async open(world: SessionWorld, random: SeededRandom): Promise<RandomSessions> {
    const { tenant } = await world.tenant()
    const role = sampleRole({ tenantId: tenant.id, name: `role_${randomHex(4)}`, permissions: [ROLES] })
    await world.store.atomically(({ customRoles }) => customRoles.insert(role))
    const history = new RandomSessions(world, random, tenant, role)
    for (let count = 0; count < 3; count += 1) await history.#newOperator()
    return history
  }

  private constructor(world: SessionWorld, random: SeededRandom, tenant: Tenant, role: CustomRole) {
    this.#world = world
    this.#random = random
    this.#tenant = tenant
    this.#role = role
    this.#withMemory = {
      ...world.sessions,
      sessionMemory: this.#memory,
      trust: { isCurrent: () => this.#lease.isHeld },
      sessionVerification: this.#slow(world.store.reads.sessionVerification),
    }
    world.store.onCommitted({ apply: (change) => this.#hear(change), flush: () => this.#memory.flush() })
  }

  /** @returns what happened */
  async step(): Promise<keyof typeof shares | 'nothing'> {
    for (let racing = 0; racing < RACING_PER_STEP; racing += 1) {
      this.#racing.push(this.#judge(this.#withMemory, this.#someText(), ADDRESS))
    }
    let left = this.#random.next()
    // Safe: these are the keys of that very object.
    for (const what of Object.keys(shares) as (keyof typeof shares)[]) {
      left -= shares[what]
      if (left >= 0) continue
      await this.#does[what]()
      return what
    }
    return 'nothing'
  }

  /** Some verdicts, each reached with and without the memory. */
  verdicts(): Promise<readonly { readonly remembering: Outcome; readonly reading: Outcome }[]> {
    const reading = {
      ...this.#world.sessions,
      sessionMemory: new SessionMemory(),
      trust: { isCurrent: () => false },
    }
    return Promise.all(
      Array.from({ length: COMPARED_PER_STEP }, async () => {
        const [text, address] = [this.#someText(), this.#random.pick([ADDRESS, ADDRESS, ELSEWHERE])]
        return {
          remembering: await this.#judge(this.#withMemory, text, address),
          reading: await this.#judge(reading, text, address),
        }
      }),
    )
  }

  /** Nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#racing)
  }

  /** Of the verdicts with the memory, which share needed no read. */
  get shareFromMemory(): number {
    return 1 - this.#read / this.#asked
  }

  readonly #does: Readonly<Record<keyof typeof shares, () => Promise<unknown>>> = {
    open: () => this.#open(this.#someOperator()),
    profile: () =>
      noteProfileCalled(this.#world.deps, { sessionId: this.#some().id, isProfileCalled: false }),
    end: () => this.#write(({ sessions }) => sessions.end(this.#some('login', 'bearer'))),
    endLogins: () =>
      this.#write(({ sessions }) => sessions.endLogins(this.#tenant.id, this.#someOperator().userId)),
    deleteToken: () =>
      // Safe as a brand: the session of a token has the token's id.
      this.#write(({ tokens }) => tokens.remove(this.#tenant.id, 'sdwan', this.#some('token').id as TokenId)),
    deleteAll: () => {
      const subject = { kind: 'user', id: this.#someOperator().userId } as const
      return this.#write(({ tokens }) =>
        tokens.raiseEpoch({ tenantId: this.#tenant.id, audience: 'sdwan', subject }),
      )
    },
    password: () => this.#write(({ users }) => users.setPasswordHash(this.#someOperator().userId, 'another')),
    shutOut: () =>
      this.#random.chance(0.5)
        ? this.#write(({ users }) => users.setBlocked(this.#someOperator().userId, true))
        : this.#change({ isInactive: true }),
    letIn: async () => {
      for (const { userId } of this.#operators) {
        await this.#write(({ users }) => users.setBlocked(userId, false))
      }
      await this.#change({ isInactive: false })
    },
    roles: () => this.#change({ roles: this.#random.pick(SOME_ROLES) }),
    customRole: async () => {
      const permissions = this.#random.chance(0.5) ? [ROLES] : []
      this.#role = {
        ...this.#role,
        permissions,
        isDisabled: this.#random.chance(0.3),
        etag: this.#role.etag + 1,
      }
      await this.#write(({ customRoles }) => customRoles.update(this.#role))
    },
    addressLock: () => this.#change({ isSessionIpLocked: this.#random.chance(0.5) }),
    tenantLock: () =>
      this.#write(async ({ tenantSettings }) => {
        const settings = await tenantSettings.find(this.#tenant.id)
        if (settings === undefined) throw new Error('the tenant is gone')
        const isSessionIpLockEnabled = this.#random.chance(0.5)
        const passwordPolicy = { ...settings.passwordPolicy, isSessionIpLockEnabled }
        await tenantSettings.update({ ...settings, passwordPolicy })
      }),
    removeUser: async () => {
      const [gone] = this.#operators.splice(this.#random.below(this.#operators.length), 1)
      if (gone !== undefined) await this.#write(({ users }) => users.remove(gone.userId))
      await this.#newOperator()
    },
    time: async () => this.#world.ambient.advanceSeconds(this.#random.below(60)),
    sweep: async () => {
      await this.#world.store.expiredSessions.sweep(100)
      await this.#world.store.deadTokens.sweep(100)
    },
    loseLease: async () => {
      this.#lease.isHeld = false
    },
    regainLease: async () => {
      // A feed that was trimmed meanwhile cannot tell what changed.
      if (this.#random.chance(0.3)) this.#memory.flush()
      else for (const change of this.#backlog) this.#memory.apply(change)
      this.#backlog = []
      this.#lease.isHeld = true
    },
  }

  #hear(change: Change): void {
    if (!this.#lease.isHeld) this.#backlog.push(change)
    else this.#memory.apply(this.#random.chance(0.02) ? { ...change, kind: 'of another version' } : change)
  }

  async #judge(deps: VerifySessionDeps, text: string, address: string): Promise<Outcome> {
    if (deps.sessionMemory === this.#memory) this.#asked += 1
    const verdict = await verifySession(deps, text, address)
    return typeof verdict === 'string' ? verdict : this.#outcomeOf(verdict)
  }

  #outcomeOf({ sessionId, rights }: SessionFacts): Outcome {
    const now = this.#world.ambient.nowMillis()
    return { sessionId, mayReadRoles: isPermitted(rights, { permission: ROLES, params: {} }, now, '0') }
  }

  #slow(reads: SessionVerificationReads): Pick<SessionVerificationReads, 'findByHash'> {
    return {
      findByHash: async (hash) => {
        this.#read += 1
        await this.#pause()
        const found = await reads.findByHash(hash)
        await this.#pause()
        return found
      },
    }
  }

  async #pause(): Promise<void> {
    for (let turns = this.#random.below(4); turns > 0; turns -= 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #write<T>(work: (ports: StoreWrites) => Promise<T>): Promise<T> {
    return this.#world.store.atomically(work)
  }

  async #change(parts: Partial<Operator>): Promise<void> {
    const { userId } = this.#someOperator()
    await this.#write(async ({ operators }) => {
      const operator = await operators.findOf(userId)
      if (operator !== undefined) await operators.update({ ...operator, ...parts })
    })
  }

  async #newOperator(): Promise<void> {
    const operator = await this.#world.operator(this.#tenant, { roles: ['tenant_viewonly'] })
    this.#operators.push(operator)
    await this.#open(operator)
  }

  async #open({ userId }: Operator): Promise<void> {
    const { users, sessions } = this.#world.store.reads
    const account = await users.findPassword(userId)
    if (account === undefined) throw new Error('the operator is gone')
    const kind = this.#random.pick(['login', 'token', 'bearer'] as const)
    const now = this.#world.ambient.nowMillis()
    const opened = await givenSession(this.#world.store, account.user, {
      kind,
      expiresAtMillis: this.#random.chance(0.5) ? now + this.#random.below(600_000) + 1 : undefined,
      grant: { roles: [], customRoleIds: kind === 'token' ? [this.#role.id] : [] },
      isProfileCalled: kind !== 'bearer',
      isAddressLocked: kind !== 'bearer',
      passwordVersion: kind === 'login' ? account.passwordVersion : undefined,
    })
    this.#sessions = [...this.#sessions, opened].slice(-MAX_SESSIONS)
    // Or the history would prove nothing.
    if ((await sessions.find(this.#tenant.id, opened.id, now))?.textHash !== hashOfText(opened.text)) {
      throw new Error('a session that was opened is not there')
    }
  }

  #someOperator(): Operator {
    return this.#oneOf(this.#operators)
  }

  #some(...kinds: readonly SessionKind[]): SessionRecord & { readonly text: string } {
    const fitting = this.#sessions.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    return this.#oneOf(fitting.length > 0 ? fitting : this.#sessions)
  }

  #someText(): string {
    return this.#some().text
  }

  #oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[this.#random.below(choices.length)]
    if (chosen === undefined) throw new Error('there is always one')
    return chosen
  }
}
