import type { Gate, TokenUnderWatch } from './history.ts'

/** A user whose tokens are watched, as he is after the steps that were chosen so far. */
export interface Subject {
  readonly id: string
  readonly name: string
  isBlocked: boolean
  epoch: number
  generation: number
  named: readonly NamedToken[]
  temporary: TokenUnderWatch | undefined
}

export interface NamedToken {
  readonly id: string
  readonly underWatch: TokenUnderWatch
  isRevoked: boolean
}

/** A request that changes what some tokens' life depends on. */
export interface Step {
  readonly what: string
  readonly gate: Gate
  readonly closes: boolean
  readonly method: 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** Whose verdict it changes. */
  readonly tokens: readonly TokenUnderWatch[]
}

/** Chosen, a step is taken as done: whatever becomes of it, in the end it is what was asked for, or the user is deleted. */
export function block(subject: Subject, isBlocked: boolean): Step {
  subject.isBlocked = isBlocked
  return {
    what: isBlocked ? 'block' : 'unblock',
    gate: `${subject.name} is not blocked`,
    closes: isBlocked,
    method: 'PATCH',
    path: `/users/${subject.id}/access_block`,
    body: { blocked: isBlocked },
    tokens: [
      ...subject.named.map(({ underWatch }) => underWatch),
      ...(subject.temporary === undefined ? [] : [subject.temporary]),
    ],
  }
}

export function revoke(token: NamedToken, isRevoked: boolean): Step {
  token.isRevoked = isRevoked
  return {
    what: isRevoked ? 'revoke' : 'undo',
    gate: `${token.underWatch.name} is not revoked`,
    closes: isRevoked,
    method: 'PATCH',
    path: `/tokens/named/${token.id}`,
    body: { revoked: isRevoked },
    tokens: [token.underWatch],
  }
}

export function remove(subject: Subject, token: NamedToken): Step {
  subject.named = subject.named.filter((other) => other !== token)
  return {
    what: 'delete token',
    gate: `${token.underWatch.name} is there`,
    closes: true,
    method: 'DELETE',
    path: `/tokens/named/${token.id}`,
    tokens: [token.underWatch],
  }
}

export function removeAll(subject: Subject): Step {
  const { epoch, named } = subject
  subject.epoch += 1
  subject.named = []
  return {
    what: 'delete all tokens',
    gate: `${subject.name}, epoch ${epoch}`,
    closes: true,
    method: 'DELETE',
    path: `/users/${subject.id}/tokens/named`,
    tokens: named.map(({ underWatch }) => underWatch),
  }
}

export function raiseGeneration(subject: Subject): Step {
  const { generation, temporary } = subject
  subject.generation += 1
  subject.temporary = undefined
  return {
    what: 'raise generation',
    gate: `${subject.name}, generation ${generation}`,
    closes: true,
    method: 'DELETE',
    path: `/users/${subject.id}/tokens/temporary`,
    tokens: temporary === undefined ? [] : [temporary],
  }
}

export function removeUser(subject: Subject, tokens: readonly TokenUnderWatch[]): Step {
  return {
    what: 'delete user',
    gate: `${subject.name} is there`,
    closes: true,
    method: 'DELETE',
    path: `/users/${subject.id}`,
    tokens,
  }
}
