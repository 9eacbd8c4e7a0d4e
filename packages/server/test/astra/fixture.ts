import type { Route } from '../../src/dialects/astra/route.ts'
import { unique } from '../../testing/v1-client.ts'
import { CREDENTIAL, GROUP, type Person, personWith, ROLE_BINDING, TOKEN, USER, type World } from './world.ts'

/** One of each thing in an account, related so that every path of the route table leads somewhere. */
export interface Fixture {
  /** A member of {@link group}, with a role and a token. */
  readonly member: Person
  readonly group: string
  /** Of the member; of the group; of no path. */
  readonly binding: string
  readonly groupBinding: string
  readonly credential: string
  /** Of the member. */
  readonly tokenId: string
  /** Whoever may make the route's call. */
  callerOf(route: Route): Person
  /** The route's path below `/accounts`, filled in. */
  pathOf(route: Route, other?: Readonly<Record<string, string>>): string
}

const PASSWORD = 'Str0ng-enough!'

/** @param isBoundByGroupOnly no role is bound to the member himself */
export async function makeFixture(world: World, { isBoundByGroupOnly = false } = {}): Promise<Fixture> {
  const { account, admin } = world
  const group = (await admin.ask('POST', '/core/v1/groups', { body: newGroup() })).json.id
  const bind = async (body: object): Promise<string> =>
    (
      await admin.ask('POST', '/core/v1/roleBindings', {
        body: { ...ROLE_BINDING, accountID: account, ...body },
      })
    ).json.id
  const groupBinding = await bind({ groupID: group, role: 'viewer' })
  const member = await newMember(world, group, isBoundByGroupOnly)
  const [bound] = (await admin.ask('GET', `/core/v1/users/${member.id}/roleBindings`)).json.items
  const binding = bound?.id ?? ''
  const credential = (await admin.ask('POST', '/core/v1/credentials', { body: newCredential() })).json.id
  const own = await member.ask('POST', `/core/v1/users/${member.id}/tokens`, {
    body: { ...TOKEN, name: 'own' },
  })
  const ids: Readonly<Record<string, string>> = {
    account_id: account,
    user_id: member.id,
    group_id: group,
    token_id: own.json.id,
    credential_id: credential,
  }
  return {
    member,
    group,
    binding,
    groupBinding,
    credential,
    tokenId: own.json.id,
    callerOf: ({ callers }) => (callers.every((who) => who === 'self') ? member : admin),
    pathOf({ path }, other = {}) {
      const ofGroup = /groups\/\{group_id\}\/roleBindings/.test(path)
      const all = { ...ids, role_binding_id: ofGroup ? groupBinding : binding, ...other }
      return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (all as Record<string, string>)[name] ?? '')
    },
  }
}

/** A user with a password, made through the group, and with a token had by that password. */
async function newMember(
  { url, account, admin }: World,
  group: string,
  isBoundByGroupOnly: boolean,
): Promise<Person> {
  const email = `${unique('member')}@example.org`
  const { id } = (await admin.ask('POST', `/core/v1/groups/${group}/users`, { body: { ...USER, email } }))
    .json
  const binding = { ...ROLE_BINDING, accountID: account, userID: id, role: 'viewer' }
  if (!isBoundByGroupOnly) await admin.ask('POST', '/core/v1/roleBindings', { body: binding })
  await admin.ask('POST', '/core/v1/credentials', { body: passwordOf(id, PASSWORD) })
  const answer = await fetch(`${url}/v1/me/tokens`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${email}:${PASSWORD}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ audience: 'astra', name: 'first' }),
  })
  const { token } = (await answer.json()) as { readonly token: string }
  return personWith(url, account, { id, email, token })
}

export function passwordOf(userId: string, password: string): object {
  const encoded = (text: string): string => Buffer.from(text).toString('base64')
  return {
    ...CREDENTIAL,
    name: userId,
    keyType: 'passwordHash',
    keyStore: { cleartext: encoded(password), change: encoded('false') },
  }
}

export function newGroup(): object {
  return { ...GROUP, authProvider: 'ldap', authID: `cn=${unique('ops')},dc=example` }
}

export function newCredential(): object {
  return { ...CREDENTIAL, name: unique('key'), keyType: 'generic', keyStore: { word: 'YQ==' } }
}
