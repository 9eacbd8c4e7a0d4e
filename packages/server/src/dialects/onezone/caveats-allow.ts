import type { Operation, Resource } from '@jeton/token'
import type { Actor } from '../../authority/actor.ts'
import { unauthorizedBecause } from './catalogue-general.ts'
import { tokenCaveatUnverified } from './catalogue-tokens.ts'
import { disallowingCaveat } from './resource-key.ts'
import { WireRefusal } from './wire-error.ts'

/** @throws {WireRefusal} `unauthorized`, with the first caveat of the caller's own token that does not allow the operation */
export function requireCaveatsAllow(actor: Actor, operation: Operation, resource: () => Resource): void {
  if (actor.kind === 'nobody' || actor.caveats.length === 0) return
  const caveat = disallowingCaveat(actor.caveats, operation, resource())
  if (caveat !== undefined) throw new WireRefusal(unauthorizedBecause(tokenCaveatUnverified(caveat)))
}

/**
 * What a deprecated operation does by the one that has taken its place, the caller's token must allow there as well: no
 * `api` caveat for groups alone lets anybody make tokens.
 * @throws {WireRefusal} what {@link requireCaveatsAllow} throws
 */
export function requireOwnTokensAllowed(actor: Actor, operation: 'create' | 'get'): void {
  if (actor.kind === 'nobody') return
  const aspect = `${actor.kind}_named_${operation === 'create' ? 'token' : 'tokens'}`
  const resource = { type: 'token', id: null, aspect, aspectArg: actor.onezoneId, scope: 'private' }
  requireCaveatsAllow(actor, operation, () => resource)
}
