import type { Caveat } from '@jeton/token'
import type { TokenId } from '../../../src/authority/named-token.ts'
import type { VerificationReads } from '../../../src/authority/ports.ts'
import type { ParseBytes, PresentedToken } from '../../../src/authority/presented-token.ts'
import { VerificationMemory } from '../../../src/authority/verification-memory.ts'
import { type Verified, verifyToken, type VerifyDeps } from '../../../src/authority/verify.ts'
import type { ChangeListener } from '../../../src/change.ts'
import type { User } from '../../../src/directory/user.ts'
import type { SeededRandom } from '../../../testing/seeded-random.ts'
import { givenUser, lineOf, refusalOf } from '../../store/samples.ts'
import { ACCESS, PRESENTATION, type VerificationWorld } from './verification-world.ts'

type Change = Parameters<ChangeListener['apply']>[0]

const MAX_TEXTS = 60
const COMPARED_PER_STEP = 8
const RACING_PER_STEP = 3
const MEMORY_BYTES = 128 * 1024

/** How often each happens, of all steps. What is missing from 1 is steps at which nothing happens. */
const shares = {
  named: 0.12,
  temporary: 0.08,
  confine: 0.15,
  revoke: 0.05,
  undo: 0.1,
  delete: 0.03,
  deleteAll: 0.01,
  block: 0.03,
  unblock: 0.08,
  newGeneration: 0.02,
  removeUser: 0.01,
  foresee: 0.03,
  time: 0.03,
  loseLease: 0.03,
  regainLease: 0.04,
} as const

const parser: ParseBytes = (bytes, tokens) => {
  const { token, ip } = JSON.parse(new TextDecoder().decode(bytes))
  return { token: tokens.decode(token), ip }
}

/**
 * A random life of some users and their tokens, verified twice at each step: by a node with a memory, to which the
 * store answers slowly, and by a judge without one. Verifications that nobody waits for are always under way.
 */
export class RandomHistory {
  readonly #world: VerificationWorld
  readonly #random: SeededRandom
  readonly #withMemory: VerifyDeps
  readonly #memory = new VerificationMemory({ maxBytes: MEMORY_BYTES })
  readonly #lease = { isHeld: true }
  /** Changes that the node has not applied while it had no lease. */
  #backlog: Change[] = []
  readonly #users: User[] = []
  #tokens: { readonly id: TokenId }[] = []
  #texts: string[] = []
  readonly #racing: Promise<unknown>[] = []
  #asked = 0
  #read = 0

  static async open(world: VerificationWorld, random: SeededRandom): Promise<RandomHistory> {
    const history = new RandomHistory(world, random)
    for (let user = 0; user < 3; user += 1) await history.#newUser()
    return history
  }

  private constructor(world: VerificationWorld, random: SeededRandom) {
    this.#world = world
    this.#random = random
    this.#withMemory = {
      ...world.deps,
      memory: this.#memory,
      trust: { isCurrent: () => this.#lease.isHeld },
      verification: this.#slow(world.store.reads.verification),
    }
    world.store.onCommitted({ apply: (change) => this.#hear(change), flush: () => this.#memory.flush() })
  }

  /** @returns what happened */
  async step(): Promise<keyof typeof shares | 'nothing'> {
    for (let racing = 0; racing < RACING_PER_STEP; racing += 1) {
      this.#racing.push(this.#verify(this.#withMemory, this.#someText(), '10.0.0.1'))
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
  async verdicts(): Promise<readonly { readonly remembering: Verified; readonly reading: Verified }[]> {
    return Promise.all(
      Array.from({ length: COMPARED_PER_STEP }, async () => {
        const [text, ip] = [this.#someText(), this.#random.pick(['10.0.0.1', '192.0.2.1'])]
        const reading = {
          ...this.#world.deps,
          memory: new VerificationMemory({ maxBytes: 0 }),
          trust: { isCurrent: () => false },
        }
        return {
          remembering: await this.#verify(this.#withMemory, text, ip),
          reading: await this.#verify(reading, text, ip),
        }
      }),
    )
  }

  /** Nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#racing)
  }

  /** Of the verifications with the memory, which share needed no read. */
  get shareFromMemory(): number {
    return 1 - this.#read / this.#asked
  }

  readonly #does: Readonly<Record<keyof typeof shares, () => Promise<unknown>>> = {
    named: () =>
      this.#unlessBlocked(async () => {
        const token = await this.#world.named(this.#someUser(), this.#someCaveats())
        this.#tokens.push(token)
        return token.text
      }),
    temporary: () => this.#unlessBlocked(() => this.#world.temporary(this.#someUser(), this.#someCaveats())),
    confine: async () => {
      const text = this.#someText()
      if (text !== '') this.#texts.push(this.#world.confined(text, this.#someCaveats()))
    },
    revoke: () => this.#setRevoked(true),
    undo: () => this.#setRevoked(false),
    delete: () => this.#write(({ tokens }) => tokens.remove(this.#tenantId, 'onezone', this.#someId())),
    deleteAll: () => this.#write(({ tokens }) => tokens.raiseEpoch(lineOf(this.#someUser()))),
    block: () => this.#write(({ users }) => users.setBlocked(this.#someUser().id, true)),
    unblock: async () => {
      for (const { id } of this.#users) await this.#write(({ users }) => users.setBlocked(id, false))
    },
    newGeneration: () => {
      const key = this.#world.deps.keyRing.newReference()
      return this.#write(({ tokens }) => tokens.raiseGeneration(lineOf(this.#someUser()), key))
    },
    removeUser: async () => {
      const { id } = this.#users.splice(this.#random.below(this.#users.length), 1)[0] ?? this.#world.user
      await this.#write(({ users }) => users.remove(id))
      await this.#newUser()
    },
    foresee: async () => {
      this.#racing.push(this.#foresee())
    },
    time: async () => this.#world.ambient.advanceSeconds(this.#random.below(60)),
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

  /** A blocked user gets no tokens. */
  async #unlessBlocked(create: () => Promise<string>): Promise<void> {
    const refusal = await refusalOf(create().then((text) => this.#texts.push(text)))
    if (refusal !== undefined && refusal !== 'user_blocked') throw new Error(refusal)
  }

  #hear(change: Change): void {
    if (!this.#lease.isHeld) this.#backlog.push(change)
    else this.#memory.apply(this.#random.chance(0.02) ? { ...change, kind: 'of another version' } : change)
  }

  /** As a route does it: with what is remembered of the body, or with the token that stands in it. */
  async #verify(deps: VerifyDeps, text: string, ip: string): Promise<Verified> {
    const { memory } = deps
    if (memory === this.#memory) this.#asked += 1
    const bytes = new TextEncoder().encode(JSON.stringify({ token: text, ip }))
    const body = memory.bodyBefore(parser, bytes) ?? { token: memory.decode(text), ip }
    if (this.#random.chance(0.3)) Reflect.set(body, 'token', memory.decode(text))
    // Safe: either has one, made by the memory.
    const presented = Reflect.get(body, 'token') as PresentedToken
    // What comes between: a body's other token, a look-up of the tenant.
    await this.#pause()
    const shown = { ...PRESENTATION, ip }
    const verified = await verifyToken(deps, this.#tenantId, 'onezone', presented, ACCESS, shown)
    memory.noteBody(parser, bytes, body)
    // What is made only when it is asked for is asked for here.
    return { ...verified }
  }

  /** What a start does, at any time. */
  async #foresee(): Promise<void> {
    const { position } = this.#memory
    await this.#pause()
    const found = await this.#world.store.reads.grounds.list(0, Number.MAX_SAFE_INTEGER)
    await this.#pause()
    if (this.#lease.isHeld) for (const ground of found) this.#memory.foresee(position, ground)
  }

  #slow(reads: VerificationReads): VerificationReads {
    const slowly = async <T>(read: () => Promise<T>): Promise<T> => {
      this.#read += 1
      await this.#pause()
      const found = await read()
      await this.#pause()
      return found
    }
    return {
      findNamed: (...asked) => slowly(() => reads.findNamed(...asked)),
      findGeneration: (...asked) => slowly(() => reads.findGeneration(...asked)),
    }
  }

  async #pause(): Promise<void> {
    for (let turns = this.#random.below(4); turns > 0; turns -= 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  get #tenantId() {
    return this.#world.tenant.id
  }

  #write(work: Parameters<VerificationWorld['store']['atomically']>[0]): Promise<unknown> {
    return this.#world.store.atomically(work)
  }

  #setRevoked(isRevoked: boolean): Promise<unknown> {
    return this.#write(({ tokens }) =>
      tokens.setRevoked(this.#tenantId, 'onezone', this.#someId(), isRevoked),
    )
  }

  async #newUser(): Promise<void> {
    const user = await givenUser(this.#world.store, this.#world.tenant)
    this.#users.push(user)
    this.#texts.push((await this.#world.named(user)).text)
  }

  #someUser(): User {
    return this.#users[this.#random.below(this.#users.length)] ?? this.#world.user
  }

  #someId(): TokenId {
    // The last ones are more likely to be alive.
    this.#tokens = this.#tokens.slice(-MAX_TEXTS / 4)
    return this.#tokens[this.#random.below(this.#tokens.length)]?.id ?? ('nobody' as TokenId)
  }

  #someText(): string {
    this.#texts = this.#texts.slice(-MAX_TEXTS)
    return this.#texts[this.#random.below(this.#texts.length)] ?? ''
  }

  #someCaveats(): readonly Caveat[] {
    const caveats: Caveat[] = []
    if (this.#random.chance(0.2)) {
      caveats.push({ type: 'time', validUntil: this.#world.ambient.now() + this.#random.below(600) })
    }
    if (this.#random.chance(0.2)) caveats.push({ type: 'ip', whitelist: ['10.0.0.0/8'] })
    return caveats
  }
}
