import { describe, expect, test } from 'bun:test'
import type { Condition } from '../../src/dialects/onezone/callers.ts'
import { routes } from '../../src/dialects/onezone/routes.ts'
import type { Route } from '../../src/dialects/onezone/route.ts'
import { ADMIN_PRIVILEGES } from '../../src/directory/privileges.ts'
import {
  allBut,
  asCaller,
  type Caller,
  callerWho,
  conditionsIn,
  newWorld,
  type TokenOf,
  type World,
} from './caller-world.ts'
import { INVITE, OPERATIONS, type OperationRow, OWN_TOKEN } from './operations.ts'
import { as, onEachSeededZone, type SeededZone } from './seeded-zone.ts'
import { type Answer, errorIds } from './zone.ts'

/**
 * Who may call what: every alternative that a route's table names is let through, and is not once any part of it is
 * missing. What the table should say stands in the rows of the operations.
 */

const rows = new Map(OPERATIONS.map((row) => [row.operationId, row]))

onEachSeededZone((zone) => {
  for (const route of routes) {
    const row = rows.get(route.operationId)
    describe(`${route.method} ${route.path}`, () => {
      test('is for whom the API says', () => {
        expect(row?.callers).toEqual(route.callers)
      })
      for (const tokenOf of kindsOfSubject(route)) casesOf(zone, route, tokenOf, row)
    })
  }
})

/** A path that names a token may name one of a user or one of a provider. */
function kindsOfSubject({ path }: Route): readonly TokenOf[] {
  return /named\/\{id\}|client_tokens\/\{/.test(path) ? ['user', 'provider'] : ['user']
}

function casesOf(
  zone: () => SeededZone,
  route: Route,
  tokenOf: TokenOf,
  row: OperationRow | undefined,
): void {
  const { callers } = route
  const of = /named\/\{id\}|client_tokens\/\{/.test(route.path) ? ` of a ${tokenOf}'s token` : ''
  const worldOf = () => newWorld(zone(), route, tokenOf)
  let untouched: Promise<World> | undefined
  /** For those who are nothing to it: they leave it as it is. */
  const strangeWorld = () => (untouched ??= worldOf())

  if (callers === 'anyone') {
    test('nobody may', async () => {
      const world = await worldOf()
      const owner = await asCaller(world.zone, await world.zone.user())
      expect((await ask(world, row, undefined, owner)).status).toBe(row?.success ?? 200)
    })
    return
  }

  test(`401 for nobody${of}`, async () => {
    const answer = await ask(await strangeWorld(), row, undefined)
    expect(`${answer.status} ${errorIds(answer)}`).toBe('401 unauthorized')
  })

  if (row?.entity !== undefined) {
    test('404 for an id that is not there, even to nobody', async () => {
      const world = await strangeWorld()
      const [first = ''] = Object.keys(world.params)
      const elsewhere = {
        ...world,
        params: { ...world.params, [first]: 'c0ffee00c0ffee00c0ffee00c0ffee00ch0000' },
      }
      for (const caller of [undefined, await asCaller(world.zone, await world.zone.user())]) {
        const answer = await ask(elsewhere, row, caller)
        expect(`${answer.status} ${errorIds(answer)}`).toBe('404 notFound')
      }
    })
  }

  const alternatives = callers.map(conditionsIn)
  const statusFor = (alternative: readonly Condition[]) =>
    (alternative.some(({ kind }) => kind === 'admin') ? row?.successElsewhere : undefined) ??
    row?.success ??
    route.success.status
  if (!isForEvery('user', route)) {
    test(`403 for a user who is nothing to it${of}`, async () => {
      const world = await strangeWorld()
      expectRefused(route, await ask(world, row, await asCaller(zone(), await zone().user())))
    })
  }
  if (!isForEvery('provider', route)) {
    test(`403 for a provider that is nothing to it${of}`, async () => {
      const world = await strangeWorld()
      const stranger = await zone().provider(await zone().user())
      await zone().support(await zone().entity('space', await zone().user()), stranger)
      expectRefused(route, await ask(world, row, await asCaller(zone(), stranger)))
    })
  }

  for (const alternative of alternatives) {
    const who = alternative.map(inWords).join(', ')
    if (!canBe(alternative, tokenOf, route)) continue
    test(`${statusFor(alternative)} for who ${who}${of}`, async () => {
      const world = await worldOf()
      const caller = await callerWho(world, alternative)
      if (caller === undefined) throw new Error('there is no such caller')
      const answer = await ask(world, row, caller)
      expect(answer.status).toBe(statusFor(alternative))
    })
    // On his own path a user is whom it is about, whatever else he lacks.
    const shorts = isForEvery('user', route) ? [] : shortOf(alternative, alternatives)
    for (const lacking of shorts) {
      test(`403 for who ${lacking.map(inWords).join(', ')}${of}`, async () => {
        const world = await worldOf()
        const caller = await callerWho(world, lacking)
        if (caller === undefined) throw new Error('there is no such caller')
        expectRefused(route, await ask(world, row, caller))
      })
    }
  }

  if (row === undefined) return
  const [first] = alternatives.filter((alternative) => canBe(alternative, tokenOf, route))
  if (first === undefined) return
  const { badBody } = row
  if (badBody !== undefined) {
    test(`400 by id: ${badBody[1]}`, async () => {
      const world = await worldOf()
      const answer = await ask(world, { ...row, body: badBody[0] }, await callerWho(world, first))
      expect(`${answer.status} ${errorIds(answer)}`).toBe(`400 ${badBody[1]}`)
    })
  }

  test(`an api caveat for exactly this operation lets it through${of}`, async () => {
    const world = await worldOf()
    const caller = await callerWho(world, first)
    if (caller === undefined) throw new Error('there is no such caller')
    const matchspecs = [row.resource, ...(row.besides === undefined ? [] : [row.besides])].map(
      (resource) => `ozw/${filled(resource, world, caller).replace(' ', '/')}`,
    )
    const confined = async (...allowed: readonly string[]) => ({
      ...caller,
      token: await confine(zone(), caller.token, allowed),
    })
    for (const matchspec of matchspecs) {
      const others = ['ozw/get/share.*.*:*', ...matchspecs.filter((each) => each !== matchspec)]
      const other = await ask(world, row, await confined(...others))
      expect(`${other.status} ${errorIds(other)}`).toBe('401 unauthorized tokenCaveatUnverified')
    }
    expect((await ask(world, row, await confined(...matchspecs))).status).toBe(row.success)
  })
}

function isForEvery(kind: 'user' | 'provider', { callers, path }: Route): boolean {
  if (callers === 'anyone') return true
  const isOwn = path === `/${kind}` || path.startsWith(`/${kind}/`)
  return callers.some((alternative) => {
    const conditions = conditionsIn(alternative)
    return (
      conditions.every((condition) => condition.kind === kind && condition.parameter === undefined) ||
      (isOwn && conditions.every((condition) => condition.kind === 'self'))
    )
  })
}

/**
 * A token of a user has no cluster that its subject is of, and one of a provider nobody who supports its subject.
 * What is there was created by nobody here.
 */
function canBe(alternative: readonly Condition[], tokenOf: TokenOf, route: Route): boolean {
  const isOfProvider =
    route.path.startsWith('/providers/') || (kindsOfSubject(route).length > 1 && tokenOf === 'provider')
  return alternative.every((condition) => {
    if (condition.kind === 'creator') return false
    if (condition.kind === 'supporter') return !isOfProvider
    if (condition.kind === 'self' && route.path.startsWith('/user/client_tokens/')) return !isOfProvider
    if (condition.kind !== 'member' && condition.kind !== 'privilege') return true
    return condition.entity !== 'cluster_of_subject' || isOfProvider
  })
}

/** The same alternative with one part missing, and everything of the kind that could be taken for it. */
function shortOf(
  alternative: readonly Condition[],
  all: readonly (readonly Condition[])[],
): readonly (readonly Condition[])[] {
  return alternative.flatMap((condition, index) => {
    const others = alternative.filter((_, other) => other !== index)
    return substitutesFor(condition)
      .map((substitute) => [...others, ...substitute])
      .filter((lacking) => !all.some((enough) => isWithin(enough, lacking)))
  })
}

function substitutesFor(condition: Condition): readonly (readonly Condition[])[] {
  if (condition.kind === 'admin') {
    return condition.privileges.map((privilege) => [
      { kind: 'admin', privileges: ADMIN_PRIVILEGES.filter((other) => other !== privilege) },
    ])
  }
  if (condition.kind !== 'privilege') return []
  const { entity } = condition
  return [allBut(condition.privilege).map((privilege) => ({ kind: 'privilege', entity, privilege }))]
}

/** Whether whoever the second is true of is one of the first, too. */
function isWithin(enough: readonly Condition[], given: readonly Condition[]): boolean {
  return enough.every((condition) => given.some((other) => implies(other, condition)))
}

function implies(given: Condition, wanted: Condition): boolean {
  if (given.kind === 'admin' && wanted.kind === 'admin')
    return wanted.privileges.every((privilege) => given.privileges.includes(privilege))
  if (given.kind === 'privilege' && wanted.kind === 'member')
    return JSON.stringify(given.entity) === JSON.stringify(wanted.entity)
  if (wanted.kind === 'user' && wanted.parameter === undefined) return given.kind !== 'provider'
  return JSON.stringify(given) === JSON.stringify(wanted)
}

/** Where the path is the caller's own he is looked for as what the path says, and one of the other kind is not there. */
function expectRefused({ path }: Route, answer: Answer): void {
  const outcome = `${answer.status} ${errorIds(answer)}`
  const isOwn = /^\/(user|provider)(\/|$)/.test(path)
  if (isOwn && answer.status === 404) expect(outcome).toBe('404 notFound')
  else expect(outcome).toBe('403 forbidden')
}

/** @param owner of the tokens in the body */
async function ask(
  world: World,
  row: OperationRow | undefined,
  caller: Caller | undefined,
  owner = caller,
): Promise<Answer> {
  const { zone, route } = world
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(world.params[name] ?? ''),
  )
  const body = row?.body === undefined ? undefined : withTokens(row.body, world, owner)
  const headers = caller === undefined ? {} : as(caller.token).headers
  return zone.ask(route.method, decodeURIComponent(path), { headers, ...(body !== undefined && { body }) })
}

function withTokens(body: unknown, { invite = '' }: World, caller: Caller | undefined): unknown {
  const text = JSON.stringify(body).replaceAll(INVITE, invite)
  return JSON.parse(text.replaceAll(OWN_TOKEN, caller?.token ?? ''))
}

function filled(resource: string, { params }: World, { onezoneId }: Caller): string {
  return resource
    .replaceAll('{caller}', onezoneId)
    .replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
}

async function confine(zone: SeededZone, token: string, whitelist: readonly string[]): Promise<string> {
  const caveats = [{ type: 'api', whitelist }]
  const answer = await zone.ask('POST', '/tokens/confine', { body: { token, caveats } })
  if (answer.status !== 200) throw new Error(`not confined: ${answer.text}`)
  return answer.json.token
}

function inWords(condition: Condition): string {
  if (condition.kind === 'admin') {
    const lacking = ADMIN_PRIVILEGES.filter((each) => !condition.privileges.includes(each))
    return condition.privileges.length > lacking.length
      ? `holds every admin privilege but ${lacking.join()}`
      : `holds ${condition.privileges.join(' and ')}`
  }
  if (condition.kind === 'privilege') return condition.privilege
  if (condition.kind === 'when_sent') return `${inWords(condition.condition)} (sending ${condition.key})`
  const { kind } = condition
  return 'parameter' in condition && condition.parameter !== undefined
    ? `is ${kind} ({${condition.parameter}})`
    : `is ${kind}`
}
