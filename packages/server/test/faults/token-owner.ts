import { expect } from 'bun:test'
import type { OnezoneClient } from '../../testing/onezone-client.ts'
import type { SeededRandom } from '../../testing/seeded-random.ts'

interface KnownToken {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly isRevoked: boolean
}

/** A write that was sent and not answered yet. When the server dies, its outcome is open. */
type Write =
  | { readonly kind: 'create'; readonly name: string; readonly isRevoked: boolean }
  | { readonly kind: 'set_revoked'; readonly token: KnownToken; readonly isRevoked: boolean }
  | { readonly kind: 'delete'; readonly token: KnownToken }
  | { readonly kind: 'delete_all' }
  | { readonly kind: 'create_temporary' }
  | { readonly kind: 'revoke_temporary' }
  | { readonly kind: 'set_blocked'; readonly isBlocked: boolean }

/** Few enough that looking at all of them after every restart takes no time. */
const MOST_TOKENS = 12
const MOST_REMEMBERED_DEAD = 12
const TEMPORARY_TTL_SECONDS = 20 * 86_400

/**
 * A user whose tokens are written one operation at a time, and what must be true of them from the answers alone: an
 * acknowledged write happened, and of a write without an answer either all of it happened or nothing.
 */
export class TokenOwner {
  readonly #admin: OnezoneClient
  readonly #userId: string
  #tokens = new Map<string, KnownToken>()
  #deadTexts: readonly string[] = []
  #temporary: string | undefined
  #deadTemporary: string | undefined
  #isBlocked = false
  #pending: Write | undefined
  #created = 0
  #acknowledged = 0

  constructor(admin: OnezoneClient, userId: string) {
    this.#admin = admin
    this.#userId = userId
  }

  get acknowledgedWrites(): number {
    return this.#acknowledged
  }

  /** Writes until the server does not answer any more. @throws when it answers what it should not */
  async writeUntilSilence(random: SeededRandom, onAcknowledged: () => void): Promise<void> {
    for (;;) {
      const write = this.#choose(random)
      this.#pending = write
      const answer = await this.#send(write).catch(() => undefined)
      if (answer === undefined) return
      this.#apply(write, answer)
      this.#pending = undefined
      this.#acknowledged += 1
      onAcknowledged()
    }
  }

  /** Compares all that the server shows and judges with what was acknowledged. Settles the write that was not. */
  async check(): Promise<void> {
    await this.#settle()
    expect([...(await this.#admin.listNamedTokens(this.#userId))].toSorted()).toEqual(
      [...this.#tokens.keys()].toSorted(),
    )
    for (const token of this.#tokens.values()) {
      const shown = await this.#admin.findNamedToken(token.id)
      expect(shown).toMatchObject({ name: token.name, revoked: token.isRevoked, token: token.text })
      const whenLiving = this.#isBlocked ? 'userBlocked' : 'accepted'
      expect(await this.#admin.verdict(token.text)).toBe(token.isRevoked ? 'tokenRevoked' : whenLiving)
    }
    for (const text of this.#deadTexts) expect(await this.#admin.verdict(text)).toBe('tokenInvalid')
    if (this.#temporary !== undefined) {
      expect(await this.#admin.verdict(this.#temporary)).toBe(this.#isBlocked ? 'userBlocked' : 'accepted')
    }
    if (this.#deadTemporary !== undefined) {
      expect(await this.#admin.verdict(this.#deadTemporary)).toBe('tokenRevoked')
    }
  }

  #choose(random: SeededRandom): Write {
    const tokens = [...this.#tokens.values()]
    const [first, ...rest] = tokens
    const isFull = tokens.length >= MOST_TOKENS
    if (first === undefined || (!isFull && random.chance(0.4))) {
      // A blocked user gets no tokens.
      if (this.#isBlocked) return { kind: 'set_blocked', isBlocked: false }
      this.#created += 1
      return { kind: 'create', name: `token ${this.#created}`, isRevoked: random.chance(0.2) }
    }
    const token = random.pick([first, ...rest])
    if (random.chance(0.4)) return { kind: 'delete', token }
    if (random.chance(0.6)) return { kind: 'set_revoked', token, isRevoked: !token.isRevoked }
    if (this.#isBlocked || random.chance(0.25)) return { kind: 'set_blocked', isBlocked: !this.#isBlocked }
    if (this.#temporary === undefined) return { kind: 'create_temporary' }
    return random.chance(0.6) ? { kind: 'revoke_temporary' } : { kind: 'delete_all' }
  }

  async #send(write: Write): Promise<Sent> {
    const ofUser = `/users/${this.#userId}`
    switch (write.kind) {
      case 'create':
        return this.#admin.request('POST', `${ofUser}/tokens/named`, {
          name: write.name,
          revoked: write.isRevoked,
        })
      case 'set_revoked':
        return this.#admin.request('PATCH', `/tokens/named/${write.token.id}`, { revoked: write.isRevoked })
      case 'delete':
        return this.#admin.request('DELETE', `/tokens/named/${write.token.id}`)
      case 'delete_all':
        return this.#admin.request('DELETE', `${ofUser}/tokens/named`)
      case 'create_temporary': {
        const validUntil = Math.floor(Date.now() / 1000) + TEMPORARY_TTL_SECONDS
        const caveats = [{ type: 'time', validUntil }]
        return this.#admin.request('POST', `${ofUser}/tokens/temporary`, { caveats })
      }
      case 'revoke_temporary':
        return this.#admin.request('DELETE', `${ofUser}/tokens/temporary`)
      case 'set_blocked':
        return this.#admin.request('PATCH', `${ofUser}/access_block`, { blocked: write.isBlocked })
    }
  }

  #apply(write: Write, { status, json }: Sent): void {
    const isCreation = write.kind === 'create' || write.kind === 'create_temporary'
    expect({ write: write.kind, status }).toEqual({ write: write.kind, status: isCreation ? 201 : 204 })
    switch (write.kind) {
      case 'create':
        this.#learn({ ...write, id: String(json?.['tokenId']), text: String(json?.['token']) })
        break
      case 'set_revoked':
        this.#learn({ ...write.token, isRevoked: write.isRevoked })
        break
      case 'delete':
        this.#bury([write.token])
        break
      case 'delete_all':
        this.#bury([...this.#tokens.values()])
        break
      case 'create_temporary':
        this.#temporary = String(json?.['token'])
        break
      case 'revoke_temporary':
        this.#buryTemporary()
        break
      case 'set_blocked':
        this.#isBlocked = write.isBlocked
    }
  }

  /** Finds out whether the write without an answer happened; what {@link check} compares then shows it whole. */
  async #settle(): Promise<void> {
    const write = this.#pending
    this.#pending = undefined
    switch (write?.kind) {
      case 'create':
        return this.#settleCreation(write.name, write.isRevoked)
      case 'set_revoked': {
        const shown = await this.#admin.findNamedToken(write.token.id)
        if (shown?.['revoked'] === write.isRevoked)
          this.#learn({ ...write.token, isRevoked: write.isRevoked })
        break
      }
      case 'delete':
        if ((await this.#admin.findNamedToken(write.token.id)) === undefined) this.#bury([write.token])
        break
      case 'delete_all':
        if ((await this.#admin.listNamedTokens(this.#userId)).length === 0)
          this.#bury([...this.#tokens.values()])
        break
      case 'revoke_temporary':
        if (
          this.#temporary !== undefined &&
          (await this.#admin.verdict(this.#temporary)) === 'tokenRevoked'
        ) {
          this.#buryTemporary()
        }
        break
      case 'set_blocked': {
        const { json } = await this.#admin.request('GET', `/users/${this.#userId}`)
        if (json?.['blocked'] === write.isBlocked) this.#isBlocked = write.isBlocked
        break
      }
      case 'create_temporary':
      case undefined:
        // Nothing is recorded of a temporary token, so there is nothing that could be half there.
        break
    }
  }

  async #settleCreation(name: string, isRevoked: boolean): Promise<void> {
    const path = `/users/${this.#userId}/tokens/named/name/${encodeURIComponent(name)}`
    const { status, json } = await this.#admin.request('GET', path)
    if (status === 404) return
    expect(status).toBe(200)
    this.#learn({ id: String(json?.['id']), name, text: String(json?.['token']), isRevoked })
  }

  #learn({ id, name, text, isRevoked }: KnownToken): void {
    this.#tokens.set(id, { id, name, text, isRevoked })
  }

  #bury(tokens: readonly KnownToken[]): void {
    for (const { id } of tokens) this.#tokens.delete(id)
    this.#deadTexts = [...this.#deadTexts, ...tokens.map(({ text }) => text)].slice(-MOST_REMEMBERED_DEAD)
  }

  #buryTemporary(): void {
    this.#deadTemporary = this.#temporary
    this.#temporary = undefined
  }
}

interface Sent {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>> | undefined
}
