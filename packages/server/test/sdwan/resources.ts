import type { SdwanCode } from '../../src/dialects/sdwan/codes.ts'
import type { Version } from '../../src/dialects/sdwan/route.ts'
import type { SdwanAnswer, SdwanBody } from '../../testing/sdwan-client.ts'
import { unique } from '../../testing/v1-client.ts'
import type { Person, World } from './world.ts'

/** Everybody whom the cases need, and where they ask. */
export interface Given {
  readonly world: World
  /** May do everything. */
  readonly admin: Person
  /** May administer operators and roles. */
  readonly iam: Person
  readonly viewer: Person
  /** May do everything in another tenant. */
  readonly other: Person
}

export async function givenPeople(world: World): Promise<Given> {
  const { admin } = world
  const [iam, viewer, other] = [
    await world.person('tenant_iam_admin'),
    await world.person('tenant_viewonly'),
    await world.otherTenant(),
  ]
  return { world, admin, iam, viewer, other }
}

/** What makes an operation refuse with the code. */
export type Provoke = (given: Given, version: Version) => Promise<SdwanAnswer>

export function legacy({ tenant }: Pick<Person, 'tenant'>, version: Version, path: string): string {
  return `/${version}/api/tenants/${tenant}${path}`
}

export function unified(version: Version, path: string): string {
  return `/sdwan/${version}/api${path}`
}

/** Of nothing, and of the right form. */
export const NO_ID = '17321000123450017'

export function newOperator(fields: object = {}): object {
  return {
    email: `${unique('op')}@example.org`,
    first_name: 'Ops',
    linked_accounts: [{ provider_key: 'password' }],
    ...fields,
  }
}

/** Letters and underscores only: digits are none of a role's name. */
export function roleName(): string {
  return unique('role').replaceAll(/[0-9-]/g, (digit) => `_${'abcdefghij'[Number(digit)] ?? ''}`)
}

export function newRole(fields: object = {}): object {
  return { name: roleName(), ...fields }
}

export const READ_ROLES = 'GET+/api/tenants/[tenant_id]/roles'
export const READ_OPERATORS = 'GET+/api/tenants/[tenant_id]/operators'

/** One that denies, which is enough to be one. */
export function newPermission(fields: object = {}): object {
  return { value: READ_ROLES, disallow_permission: true, ...fields }
}

/** Makes something, and takes no refusal. */
export async function made(
  who: Person,
  path: '/operators' | '/roles' | '/permissions',
  body: object,
): Promise<SdwanBody> {
  const version = path === '/permissions' ? 'v2.0' : 'v2.1'
  const answer = await who.ask('POST', legacy(who, version, path), { body })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json
}

/** Each rule of a body, and what breaks it. `undefined` takes the field away. */
export type FieldFault = readonly [field: string, what: string, value: unknown, code: SdwanCode]

export function times<T>(count: number, element: T): readonly T[] {
  return Array.from({ length: count }, () => element)
}
