import { beforeAll, describe, expect, test } from 'bun:test'
import { routes } from '../../src/dialects/astra/routes.ts'
import { type Fixture, makeFixture, newGroup } from './fixture.ts'
import { unique } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person, TOKEN, USER } from './world.ts'

const LISTS = routes.filter(({ parameters }) => parameters.length > 0)
const NAMES = ['beta', 'alpha', 'gamma', 'Alpha', 'alpha']

onEachDatabase((world) => {
  let fixture: Fixture
  let owner: Person
  let tokens: string
  beforeAll(async () => {
    fixture = await makeFixture(world())
    owner = await world().person('owner')
    tokens = `/core/v1/users/${owner.id}/tokens`
    for (const [index, name] of NAMES.entries()) {
      const labels = [{ name: 'number', value: String(index) }]
      await owner.ask('POST', tokens, { body: { ...TOKEN, name, metadata: { labels } } })
    }
  })

  const list = (query: string) => owner.ask('GET', `${tokens}?${query}`)
  const namesOf = async (query: string): Promise<readonly unknown[]> =>
    (await list(query)).json.items.map(({ name }) => name)

  describe.each(LISTS.map((route) => [route.operationId, route] as const))('%s', (_, route) => {
    const ask = (query: string) => fixture.callerOf(route).askAt('GET', `${fixture.pathOf(route)}?${query}`)

    test.each(
      ['include=id', 'limit=1', "filter=id eq 'x'", 'orderBy=id desc', 'skip=1', 'count=true'].map(
        (query) => [query] as const,
      ),
    )('takes %s, or says that it does not', async (query) => {
      const name = query.slice(0, query.indexOf('='))
      const isTaken = route.parameters.some((parameter) => parameter === name)
      const answer = await ask(query)
      expect(answer.problem).toBe(isTaken ? undefined : 6)
      if (!isTaken) expect(answer.json.invalidParams?.map((invalid) => invalid.name)).toEqual([name])
    })

    test.each([
      'include=nothing',
      'limit=0',
      "filter=id ne 'x'",
      "filter=nothing eq 'x'",
      'orderBy=id asc',
      'orderBy=nothing',
      'skip=0',
      'count=false',
      'continue=AAAA',
    ])('says what is wrong with %s', async (query) => {
      const name = query.slice(0, query.indexOf('='))
      const isTaken = route.parameters.some((parameter) => parameter === name)
      const { json, problem } = await ask(query)
      expect([problem, json.invalidParams?.map((invalid) => invalid.name)]).toEqual([isTaken ? 5 : 6, [name]])
    })
  })

  test('every field of an item can be shown, and every single value ordered and compared by', async () => {
    for (const route of LISTS) {
      const caller = fixture.callerOf(route)
      const at = fixture.pathOf(route)
      const [item] = (await caller.askAt('GET', at)).json.items
      if (item === undefined) continue
      for (const [field, value] of Object.entries(item)) {
        const shown = await caller.askAt('GET', `${at}?include=${field}&limit=1`)
        expect([route.operationId, field, shown.json.items as unknown]).toEqual([
          route.operationId,
          field,
          [[value]],
        ])
        if (typeof value !== 'string') continue
        const filter = encodeURIComponent(`${field} eq '${value}'`)
        const found = await caller.askAt('GET', `${at}?filter=${filter}`)
        if (/^[0-9a-zA-Z.,\-_:@ /=]+$/.test(value))
          expect(found.json.items.map(({ id }) => id)).toContain(item.id)
        if (!route.parameters.includes('orderBy')) continue
        for (const direction of ['', '%20desc']) {
          const ordered = (await caller.askAt('GET', `${at}?orderBy=${field}${direction}`)).json.items
          const keys = ordered.map((one) => one[field] as string)
          expect(keys).toEqual(direction === '' ? keys.toSorted() : keys.toSorted().toReversed())
        }
      }
    }
  })

  test('come as they were created, unless another order is asked for', async () => {
    const { items } = (await list('')).json
    const placed = items.map(({ id, metadata }) => `${String(metadata['creationTimestamp'])} ${id}`)
    expect(placed).toEqual(placed.toSorted())
    expect(await namesOf('orderBy=name')).toEqual(['Alpha', 'alpha', 'alpha', 'beta', 'first', 'gamma'])
    expect(await namesOf('orderBy=name+desc&limit=2')).toEqual(['gamma', 'first'])
    expect(await namesOf('orderBy=name&skip=1&limit=2')).toEqual(['alpha', 'alpha'])
  })

  test('take conditions spelled with plus signs, with %20, and one after another', async () => {
    for (const filter of ['name+eq+%27alpha%27', "name%20eq%20'alpha'", "name%2520eq%2520'alpha'"]) {
      expect(await namesOf(`filter=${filter}`)).toEqual(['alpha', 'alpha'])
    }
    expect(await namesOf("filter=name in 'a'&filter=name gt 'b'&orderBy=name")).toEqual(['beta', 'gamma'])
    expect(await namesOf("filter=metadata.labels[*].value eq '0'")).toEqual(['beta'])
    expect(await namesOf("filter=metadata.labels[*].value gte '3'&orderBy=name")).toEqual(['Alpha', 'alpha'])
    expect(await namesOf("filter=metadata.creationTimestamp lt '2000-01-01T00:00:00Z'")).toEqual([])
    expect(
      await namesOf("filter=metadata.creationTimestamp gt '2000-01-01T00:00:00Z'&limit=99999999999999999999"),
    ).toHaveLength(6)
    expect(await namesOf('skip=99999999999999999999')).toEqual([])
    // More digits than a number has room for.
    expect(await namesOf(`skip=${'9'.repeat(400)}`)).toEqual([])
    expect(await namesOf(`orderBy=name&limit=${'9'.repeat(400)}`)).toEqual(await namesOf('orderBy=name'))
  })

  test('asked for again, have as many as are asked for this time, and show what has changed', async () => {
    const { admin } = world()
    const group = await admin.ask('POST', '/core/v1/groups', { body: newGroup() })
    const path = `/core/v1/groups/${group.json.id}/users`
    const email = `${unique('again')}@example.org`
    const { id } = (await admin.ask('POST', path, { body: { ...USER, email } })).json
    await admin.ask('POST', path, { body: { ...USER, email: `second-${email}` } })
    const shown = async (query: string) => (await admin.ask('GET', `${path}?orderBy=email${query}`)).json
    const before = await shown('')
    for (let again = 0; again < 2; again += 1) {
      expect(await shown('')).toEqual(before)
      expect((await shown('&limit=1')).items).toEqual(before.items.slice(0, 1))
      expect((await shown('&limit=2')).items).toEqual(before.items)
      expect((await shown('&include=id')).items).toEqual(before.items.map((user) => [user.id]) as never)
    }
    const one = async () => (await admin.ask('GET', `${path}/${id}`)).json
    await one()
    await admin.ask('PUT', `${path}/${id}`, { body: { ...USER, firstName: 'Changed' } })
    expect((await shown('')).items.map(({ firstName }) => firstName)).toEqual(['Changed', ''])
    expect(await one()).toMatchObject({ id, firstName: 'Changed' })
  })

  test('count all that match, whatever part of it is shown', async () => {
    const count = async (query: string) => (await list(`${query}&count=true`)).json.metadata.count
    expect(await count('')).toBe(6)
    expect(await count('limit=1&skip=2')).toBe(6)
    expect(await count("filter=name eq 'alpha'&limit=1")).toBe(2)
    expect(await count("filter=metadata.labels[*].value lt '2'")).toBe(2)
  })

  test.each([
    '',
    'orderBy=name',
    'orderBy=name+desc',
    'orderBy=id',
    'orderBy=userID',
    "filter=metadata.labels[*].name eq 'number'",
  ])('come page by page as they come whole: %s', async (query) => {
    const whole = (await list(query)).json.items
    const pages: unknown[] = []
    let after: string | undefined = ''
    while (after !== undefined) {
      const more = after === '' ? '' : `&continue=${encodeURIComponent(after)}`
      const { json } = await list(`${query}&limit=2${more}`)
      pages.push(...json.items)
      after = json.metadata.continue
    }
    expect(pages).toEqual([...whole])
  })
})
