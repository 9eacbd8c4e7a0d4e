import { describe, expect, test } from 'bun:test'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { AccountToken } from '../../src/accounts/account-token.ts'
import { chunksOf, type Condition, type Order, type Position } from '../../src/accounts/listing.ts'
import type { AccountTokenField } from '../../src/accounts/ports.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import type { User } from '../../src/directory/user.ts'
import { seededRandom } from '../../testing/seeded-random.ts'
import { BEGINNING, givenAccount, givenAccountUser, givenOpaqueToken, uuid } from './account-samples.ts'
import { refusalOf, lineOf } from './samples.ts'
import type { TestStore } from './test-store.ts'

const ORDERS: readonly Order<AccountTokenField>[] = (['id', 'name', 'createdAt'] as const).flatMap(
  (field) => [
    { field, isDescending: false },
    { field, isDescending: true },
  ],
)

/** What `Listing` promises, shown with tokens, whose names repeat and which many requests make and delete at once. */
export function listingsContract(store: () => TestStore): void {
  const listing = () => store().reads.accountListings.tokens
  const scopeOf = ({ id, tenantId }: User) => ({ tenantId, userId: id })
  const pageOf = async (
    user: User,
    order: Order<AccountTokenField>,
    limit: number,
    rest: { after?: Position; skip?: number; conditions?: readonly Condition<AccountTokenField>[] } = {},
  ) =>
    listing().page(scopeOf(user), {
      conditions: rest.conditions ?? [],
      order,
      after: rest.after,
      skip: rest.skip ?? 0,
      limit,
    })
  const all = async (
    user: User,
    order: Order<AccountTokenField>,
    conditions?: readonly Condition<AccountTokenField>[],
  ) => (await pageOf(user, order, 1000, conditions && { conditions })).map(({ item }) => item)

  const given = async (user: User, names: readonly string[]): Promise<void> => {
    for (const [index, name] of names.entries()) {
      await givenOpaqueToken(store(), user, {
        name,
        createdAt: (BEGINNING + (index % 3)) as UnixSeconds,
      })
    }
  }

  describe('lists', () => {
    test.each(ORDERS)(
      'in order of $field, descending: $isDescending, have their items in it and all of them',
      async (order) => {
        const { user } = await givenAccount(store())
        await given(user, ['b', 'a', 'ab', 'a b', 'B', 'a', '_', 'a', '~', '0', 'b'])
        const found = await all(user, order)
        expect(found.length).toBe(11)
        expect(found).toEqual(found.toSorted(comparing(order)))
      },
    )

    test.each(ORDERS)(
      'by pages of any size in order of $field, descending: $isDescending, give the same',
      async (order) => {
        const { user } = await givenAccount(store())
        await given(user, ['b', 'a', 'ab', 'a', 'a', 'c', 'b'])
        const whole = await all(user, order)
        for (const size of [1, 2, 3, 7, 8]) {
          const found: AccountToken[] = []
          for (let after: Position | undefined; ; ) {
            const page = await pageOf(user, order, size, after && { after })
            found.push(...page.map(({ item }) => item))
            after = page.at(-1)?.position
            if (page.length < size) break
          }
          expect(found).toEqual(whole)
        }
      },
    )

    test('leave out as many as are to be skipped, behind a position too', async () => {
      const { user } = await givenAccount(store())
      await given(user, ['a', 'b', 'c', 'd', 'e'])
      const order = { field: 'name', isDescending: false } as const
      const names = async (...asked: Parameters<typeof pageOf>) =>
        (await pageOf(...asked)).map(({ item }) => item.name)
      expect(await names(user, order, 2, { skip: 1 })).toEqual(['b', 'c'])
      const [, second] = await pageOf(user, order, 2)
      expect(await names(user, order, 2, { skip: 1, ...(second && { after: second.position }) })).toEqual([
        'd',
        'e',
      ])
      expect(await names(user, order, 9, { skip: 5 })).toEqual([])
    })

    const CONDITIONS: readonly [Condition<AccountTokenField>, readonly string[]][] = [
      [{ field: 'name', operator: 'eq', value: 'a' }, ['a', 'a']],
      [{ field: 'name', operator: 'eq', value: 'A' }, []],
      [{ field: 'name', operator: 'lt', value: 'ab' }, ['a', 'a']],
      [{ field: 'name', operator: 'lte', value: 'ab' }, ['a', 'a', 'ab']],
      [{ field: 'name', operator: 'gt', value: 'a' }, ['ab', 'b']],
      [{ field: 'name', operator: 'gte', value: 'ab' }, ['ab', 'b']],
      [{ field: 'name', operator: 'in', value: 'b' }, ['ab', 'b']],
      [{ field: 'name', operator: 'in', value: '%' }, []],
      [{ field: 'name', operator: 'in', value: '' }, ['a', 'a', 'ab', 'b']],
      [{ field: 'name', operator: 'eq', value: "' or 1=1 --" }, []],
      [{ field: 'name', operator: 'eq', value: 'a\u0000' }, []],
      [{ field: 'createdAt', operator: 'eq', value: BEGINNING }, ['a', 'b']],
      [{ field: 'createdAt', operator: 'eq', value: BEGINNING + 0.5 }, []],
      [{ field: 'createdAt', operator: 'gt', value: BEGINNING + 0.5 }, ['a', 'ab']],
      [{ field: 'createdAt', operator: 'gte', value: BEGINNING + 1 }, ['a', 'ab']],
      [{ field: 'createdAt', operator: 'lt', value: BEGINNING + 0.5 }, ['a', 'b']],
      [{ field: 'createdAt', operator: 'lte', value: BEGINNING + 0.5 }, ['a', 'b']],
      [{ field: 'createdAt', operator: 'lt', value: 1e300 }, ['a', 'a', 'ab', 'b']],
      [{ field: 'createdAt', operator: 'gt', value: Number.NaN }, []],
      [{ field: 'createdAt', operator: 'in', value: 1 }, []],
    ]
    test.each(CONDITIONS)('that meet %p hold and count %p', async (condition, names) => {
      const { user } = await givenAccount(store())
      // With the times 0, 1, 2 and 0 after the beginning.
      await given(user, ['a', 'ab', 'a', 'b'])
      const order = { field: 'name', isDescending: false } as const
      expect((await all(user, order, [condition])).map(({ name }) => name)).toEqual([...names])
      expect(await listing().count(scopeOf(user), [condition])).toBe(names.length)
    })

    test('hold what meets all conditions', async () => {
      const { user } = await givenAccount(store())
      await given(user, ['a', 'ab', 'a', 'b'])
      const found = await all(user, { field: 'id', isDescending: false }, [
        { field: 'name', operator: 'eq', value: 'a' },
        { field: 'createdAt', operator: 'gt', value: BEGINNING },
      ])
      expect(found.map(({ name }) => name)).toEqual(['a'])
    })

    test('and counts know nothing of other users, other tenants, other audiences and dead epochs', async () => {
      const { tenant, user } = await givenAccount(store())
      const neighbour = await givenAccountUser(store(), tenant)
      await given(neighbour, ['a'])
      await given((await givenAccount(store())).user, ['a'])
      const order = { field: 'name', isDescending: false } as const
      expect(await all(user, order)).toEqual([])
      await given(user, ['dead'])
      await store().atomically(({ tokens }) => tokens.raiseEpoch(lineOf(user, 'astra')))
      await given(user, ['alive'])
      expect((await all(user, order)).map(({ name }) => name)).toEqual(['alive'])
      expect(await listing().count(scopeOf(user), [])).toBe(1)
      const foreign = { tenantId: neighbour.tenantId, userId: (await givenAccount(store())).user.id }
      expect(await listing().count(foreign, [])).toBe(0)
    })

    test('tell the places of all by any field, so many at a time in order of their ids', async () => {
      const { user } = await givenAccount(store())
      await given(user, ['b', 'a', 'ab', 'a', 'c'])
      const whole = (await all(user, { field: 'id', isDescending: false })).map(({ id, name }) => ({
        id,
        key: name,
      }))
      const placesOf = (
        limit: number,
        afterId?: string,
        conditions: readonly Condition<AccountTokenField>[] = [],
      ) => listing().places(scopeOf(user), { conditions, field: 'name', afterId, limit })
      expect(await placesOf(9)).toEqual(whole)
      const first = await placesOf(3)
      expect(first).toEqual(whole.slice(0, 3))
      expect(await placesOf(3, first.at(-1)?.id)).toEqual(whole.slice(3))
      const named: Condition<AccountTokenField> = { field: 'name', operator: 'eq', value: 'a' }
      expect(await placesOf(9, undefined, [named])).toEqual(whole.filter(({ key }) => key === 'a'))
    })

    test('give the items of some ids that are there and theirs, however many are asked for', async () => {
      const { user } = await givenAccount(store())
      await given(
        user,
        Array.from({ length: 120 }, (_, index) => `t${index}`),
      )
      const { user: other } = await givenAccount(store())
      await given(other, ['not his'])
      const ids = (await all(user, { field: 'id', isDescending: false })).map(({ id }) => id)
      const [foreign] = await all(other, { field: 'id', isDescending: false })
      const found = await listing().byIds(scopeOf(user), [...ids, foreign?.id ?? '', uuid(), ''])
      expect(found.map(({ item }) => item.id).toSorted()).toEqual(ids)
      expect(await listing().byIds(scopeOf(user), [])).toEqual([])
      expect((await listing().byIds(scopeOf(user), ids.slice(0, 1))).length).toBe(1)
    })

    test('read in chunks, with what only the asker can answer, skip and limit what meets that', async () => {
      const { user } = await givenAccount(store())
      await given(user, ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4'])
      const wanted = {
        conditions: [],
        order: { field: 'name', isDescending: false } as const,
        after: undefined,
        skip: 1,
        limit: 2,
        meets: ({ name }: AccountToken) => name.startsWith('a'),
      }
      const names = async (
        asked: Parameters<typeof chunksOf<ReturnType<typeof scopeOf>, AccountTokenField, AccountToken>>[2],
      ) => {
        const found: string[] = []
        for await (const chunk of chunksOf(listing(), scopeOf(user), asked)) {
          found.push(...chunk.map(({ item }) => item.name))
        }
        return found
      }
      expect(await names(wanted)).toEqual(['a2', 'a3'])
      expect(await names({ ...wanted, limit: undefined })).toEqual(['a2', 'a3', 'a4'])
      expect(await names({ ...wanted, meets: undefined })).toEqual(['a2', 'a3'])
      expect(await names({ ...wanted, meets: undefined, skip: 0, limit: undefined })).toEqual([
        'a1',
        'a2',
        'a3',
        'a4',
        'b1',
        'b2',
        'b3',
      ])
    })

    test('one page is one statement, and so is a count', async () => {
      const { user } = await givenAccount(store())
      await given(user, ['a'])
      expect(await store().statementsOf(() => all(user, { field: 'name', isDescending: true }))).toHaveLength(
        1,
      )
      expect(await store().statementsOf(() => listing().count(scopeOf(user), []))).toHaveLength(1)
    })

    const SEEDS = [1, 2, 3]
    test.each(SEEDS)(
      'while others make, rename and delete: nothing twice, and nothing missed that was there unchanged (seed %d)',
      async (seed) => {
        const random = seededRandom(seed)
        const { user } = await givenAccount(store())
        const make = async () => {
          const name = random.pick(['a', 'b', 'c', 'd'])
          const createdAt = (BEGINNING + random.below(4)) as UnixSeconds
          return (await givenOpaqueToken(store(), user, { name, createdAt })).token.id
        }
        const ids: TokenId[] = []
        for (let count = 0; count < 30; count += 1) ids.push(await make())
        for (const order of ORDERS) {
          const atFirst = new Set(ids)
          const touched = new Set<TokenId>()
          const seen: TokenId[] = []
          for (let after: Position | undefined; ; ) {
            const size = 1 + random.below(6)
            const page = await pageOf(user, order, size, after && { after })
            seen.push(...page.map(({ item }) => item.id))
            after = page.at(-1)?.position
            if (page.length < size) break
            await disturb(user, ids, touched, random, make)
          }
          const unchanged = [...atFirst].filter((id) => !touched.has(id))
          const counted = seen.filter((id) => !touched.has(id))
          expect(new Set(counted).size).toBe(counted.length)
          expect(unchanged.filter((id) => !seen.includes(id))).toEqual([])
        }
      },
    )

    const disturb = async (
      user: User,
      ids: TokenId[],
      touched: Set<TokenId>,
      random: ReturnType<typeof seededRandom>,
      make: () => Promise<TokenId>,
    ): Promise<void> => {
      const { tenantId } = user
      if (random.chance(0.5)) ids.push(await make())
      if (random.chance(0.4) && ids.length > 10) {
        const [id] = ids.splice(random.below(ids.length), 1)
        if (id === undefined) return
        touched.add(id)
        await store().atomically(({ tokens }) => tokens.remove(tenantId, 'astra', id))
      }
      if (random.chance(0.4)) {
        const id = ids[random.below(ids.length)]
        if (id === undefined) return
        touched.add(id)
        await store().atomically(({ tokens }) =>
          tokens.rename(tenantId, 'astra', id, random.pick(['a', 'd'])),
        )
      }
    }

    test('several tokens of a user may have one name, but not one text or one id', async () => {
      const { user } = await givenAccount(store())
      const { token } = await givenOpaqueToken(store(), user, { name: 'same' })
      await givenOpaqueToken(store(), user, { name: 'same' })
      expect(await listing().count(scopeOf(user), [])).toBe(2)
      expect(await refusalOf(givenOpaqueToken(store(), user, { id: token.id }))).toBe('id_taken')
      const textHash = token.textHash ?? ''
      expect(await refusalOf(givenOpaqueToken(store(), user, { id: uuid() as TokenId, textHash }))).toBe(
        'id_taken',
      )
    })
  })
}

function comparing({ field, isDescending }: Order<AccountTokenField>) {
  const keyOf = (token: AccountToken) => (field === 'createdAt' ? token.metadata.createdAt : token[field])
  const compare = (a: AccountToken, b: AccountToken): number => {
    const [left, right] = [keyOf(a), keyOf(b)]
    if (left !== right) return left < right ? -1 : 1
    return a.id < b.id ? -1 : 1
  }
  return (a: AccountToken, b: AccountToken) => (isDescending ? compare(b, a) : compare(a, b))
}
