import { describe, expect, test } from 'bun:test'
import {
  givenLine,
  givenTenant,
  givenToken,
  givenUser,
  lineOf,
  refusalOf,
  sampleTenant,
  sampleToken,
} from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What `Atomically` and the change feed promise, on whichever database. */
export function transactionsContract(store: () => TestStore): void {
  describe('a transaction', () => {
    test('gives back what its work returns', async () => {
      expect(await store().atomically(async () => 'result')).toBe('result')
      expect(await store().atomically(async () => undefined)).toBeUndefined()
    })

    test('leaves nothing behind when its work throws, no change row either, and throws the same', async () => {
      const { tenant, user, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      const reason = new Error('thought better of it')
      const work = store().atomically(async ({ tokens, users }) => {
        await tokens.setRevoked(tenant.id, 'onezone', token.id, true)
        await users.setBlocked(user.id, true)
        throw reason
      })
      expect(await work.catch((error: unknown) => error)).toBe(reason)
      expect(await store().reads.tokens.find(tenant.id, 'onezone', token.id)).toEqual(token)
      expect((await store().reads.users.findById(user.id))?.isBlocked).toBe(false)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('with a refused statement is undone although its work caught the refusal', async () => {
      const { line } = await givenLine(store())
      const first = await givenToken(store(), line)
      const work = store().atomically(async ({ tokens }) => {
        await tokens.insert(sampleToken(line, { name: 'before' }))
        await tokens.insert(sampleToken(line, { name: first.name })).catch(() => {})
      })
      expect(await refusalOf(work)).toBe('name_taken')
      expect(await store().reads.tokens.list(line)).toEqual([first.id])
    })

    test('is not seen before it is committed', async () => {
      const tenant = sampleTenant()
      await store().atomically(async ({ tenants }) => {
        await tenants.insert(tenant)
        expect(await store().reads.tenants.findById(tenant.id)).toBeUndefined()
      })
      expect(await store().reads.tenants.findById(tenant.id)).toEqual(tenant)
    })

    test('that fails among others takes none of them with it', async () => {
      const tenants = Array.from({ length: 30 }, () => sampleTenant())
      const works = tenants.map((tenant, index) =>
        store().atomically(async (ports) => {
          await ports.tenants.insert(tenant)
          if (index % 3 === 0) throw new Error(`work ${index}`)
          return index
        }),
      )
      const outcomes = await Promise.allSettled(works)
      for (const [index, tenant] of tenants.entries()) {
        const isKept = index % 3 !== 0
        expect(outcomes[index]?.status).toBe(isKept ? 'fulfilled' : 'rejected')
        expect((await store().reads.tenants.findById(tenant.id)) !== undefined).toBe(isKept)
      }
    })

    test('may hold a thousand writes', async () => {
      const { line } = await givenLine(store())
      await store().atomically(async ({ tokens }) => {
        for (let count = 0; count < 1000; count++) await tokens.insert(sampleToken(line))
      })
      expect((await store().reads.tokens.list(line)).length).toBe(1000)
    })
  })

  describe('the change feed', () => {
    test('is numbered without gaps from 1, whatever was undone meanwhile', async () => {
      const { tenant, line } = await givenLine(store())
      const works = Array.from({ length: 24 }, async (_, index) => {
        const { id } = await givenToken(store(), line)
        await store().atomically(async ({ tokens }) => {
          await tokens.setRevoked(tenant.id, 'onezone', id, true)
          if (index % 4 === 0) throw new Error('undone')
        })
      })
      await Promise.allSettled(works)
      expect((await changesOf(store(), tenant)).length).toBe(18)
      const rows = await store().rows<{ number: number | bigint }>(
        'select number from changes order by number',
      )
      expect(rows.map(({ number }) => Number(number))).toEqual(rows.map((_, index) => index + 1))
      const [counter] = await store().rows<{ last_number: number | bigint; incarnation: string }>(
        'select last_number, incarnation from change_counter',
      )
      expect(Number(counter?.last_number)).toBe(rows.length)
      expect(counter?.incarnation).toMatch(/^[0-9a-f]{32}$/)
    })

    test('takes its number last, so that commit order is number order', async () => {
      const { tenant, user } = await givenLine(store())
      const token = await givenToken(store(), lineOf(user))
      const statements = await store().statementsOf(() =>
        store().atomically(async ({ tokens, users }) => {
          await tokens.setRevoked(tenant.id, 'onezone', token.id, true)
          await users.setBlocked(user.id, true)
        }),
      )
      const writes = statements.filter((each) => /^(insert|update|delete)/.test(each))
      const counter = writes.findIndex((each) => each.includes('change_counter'))
      expect(counter).toBe(writes.length - 2)
      expect(writes.at(-1)).toStartWith('insert into "changes"')
      const kinds = (await changesOf(store(), tenant)).map((each) => each.split(' ')[0])
      expect(kinds).toEqual(['token', 'subject'])
    })

    test('is not touched by a transaction that changes no verdict', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      const statements = await store().statementsOf(() => givenToken(store(), lineOf(user)))
      expect(statements.filter((each) => each.includes('change'))).toEqual([])
    })
  })

  test('a store in use can be read', async () => {
    await store().ping()
  })
}
