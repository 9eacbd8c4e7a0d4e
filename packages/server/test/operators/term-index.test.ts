import { describe, expect, test } from 'bun:test'
import { array, assert, boolean, constantFrom, property, record } from 'fast-check'
import type { ApiPermission } from '../../src/operators/base-permissions.ts'
import { compileGrant, covers } from '../../src/operators/coverage.ts'
import { compileRights, isPermitted, type Rights, type Term } from '../../src/operators/evaluation.ts'
import { TermIndex } from '../../src/operators/term-index.ts'
import { samplePermission, sampleRole } from './role-samples.ts'

const API: ApiPermission = 'DELETE+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens/[authtoken_id]'
/** Of these few come all the windows, so that they often begin or end together. */
const TIMES = [0, 1, 2, 3, 4]
const IDS = ['1', '2']
const REGIONS = ['us', 'eu']

const named = record({
  method: constantFrom('', 'DELETE+', 'GET+'),
  operator: constantFrom('[operator_id]', ...IDS),
  token: constantFrom('[authtoken_id]', ...IDS),
})
const permission = record({
  value: named.map(
    ({ method, operator, token }) =>
      `${method}/api/tenants/[tenant_id]/operators/${operator}/authtokens/${token}`,
  ),
  allowedAfterMs: constantFrom(undefined, ...TIMES),
  allowedBeforeMs: constantFrom(undefined, ...TIMES),
  region: constantFrom(undefined, ...REGIONS),
  isDisallowed: boolean(),
})
const roles = array(permission, { maxLength: 8 }).map((permissions) => [
  sampleRole({ customPermissions: permissions.map((each) => samplePermission(each)) }),
])
const terms = roles.map((held): readonly Term[] => {
  const { allowed, denied } = compileRights([], held)
  return [...allowed, ...denied]
})

describe('what an index says of terms is what looking at each of them says', () => {
  test('whether one says all that another does', () => {
    assert(
      property(terms, terms, (indexed, asked) => {
        const index = new TermIndex(indexed, API)
        const says = asked.map((term) => index.includes(term))
        expect(says).toEqual(asked.map((term) => indexed.some((one) => isWithin(term, one))))
      }),
    )
  })

  test('whether one and another are about the same call', () => {
    assert(
      property(terms, terms, (indexed, asked) => {
        const index = new TermIndex(indexed, API)
        const says = asked.map((term) => index.meets(term))
        expect(says).toEqual(asked.map((term) => indexed.some((one) => areMeeting(term, one))))
      }),
    )
  })
})

test('who is given what is covered may nothing, at any time, that its giver may not', () => {
  assert(
    property(roles, roles, (heldRoles, givenRoles) => {
      const held = compileRights([], heldRoles)
      if (!covers(held, compileGrant([], givenRoles), 0)) return
      const given = compileRights([], givenRoles)
      expect(callsOf(given).filter((call) => !callsOf(held).includes(call))).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('four thousand permissions are compared with as many before anybody waits for it', () => {
  const roles = Array.from({ length: 20 }, (_, role) =>
    sampleRole({
      permissions: valuesOf(role, 'a'),
      disallowPermissions: valuesOf(role, 'd'),
    }),
  )
  // Each with each would be sixteen million comparisons for every call that there is, and takes minutes.
  expect(covers(compileRights([], roles), compileGrant([], roles), 0)).toBe(true)
})

function valuesOf(role: number, word: string): readonly string[] {
  return Array.from({ length: 100 }, (_, at) => `/api/tenants/[tenant_id]/operators/${word}${role}-${at}`)
}

/** Every call that is permitted at some time, with the time. */
function callsOf(rights: Rights): readonly string[] {
  const found: string[] = []
  for (const now of [...TIMES, 99])
    for (const region of REGIONS)
      for (const operator_id of [...IDS, '3'])
        for (const authtoken_id of [...IDS, '3']) {
          const call = { permission: API, params: { operator_id, authtoken_id } }
          if (isPermitted(rights, call, now, region)) found.push(JSON.stringify([now, region, call.params]))
        }
  return found
}

function isWithin(term: Term, other: Term): boolean {
  return (
    other.names.has(API) &&
    other.afterMs <= term.afterMs &&
    other.beforeMs >= term.beforeMs &&
    partsOf(other).every((part, at) => part === undefined || part === partsOf(term)[at])
  )
}

function areMeeting(term: Term, other: Term): boolean {
  return (
    other.names.has(API) &&
    other.afterMs < term.beforeMs &&
    term.afterMs < other.beforeMs &&
    partsOf(other).every((part, at) => {
      const otherPart = partsOf(term)[at]
      return part === undefined || otherPart === undefined || part === otherPart
    })
  )
}

function partsOf({ pattern, region }: Term): readonly (string | undefined)[] {
  const ids = [4, 6].map((at) => pattern.segments[at])
  return [region, ...ids.map((id) => (id?.startsWith('[') ? undefined : id))]
}
