import { describe, expect, test } from 'bun:test'
import type { Generation, TokenLine } from '../../src/authority/named-token.ts'
import { storedRows } from './sweeping-contract.ts'
import { givenLine, givenToken, givenUser, lineOf, refusalOf, sampleKey, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What the ports promise of epochs and generations, on whichever database. */
export function linesContract(store: () => TestStore): void {
  const raiseEpoch = (line: TokenLine) => store().atomically(({ tokens }) => tokens.raiseEpoch(line))
  const ensure = (line: TokenLine) =>
    store().atomically(({ tokens }) => tokens.ensureGeneration(line, sampleKey()))
  const raise = (line: TokenLine) =>
    store().atomically(({ tokens }) => tokens.raiseGeneration(line, sampleKey()))

  describe('raising an epoch', () => {
    test('makes all tokens of the line absent at once, in one change, and leaves the others', async () => {
      const { tenant, user, line } = await givenLine(store())
      const dead = [await givenToken(store(), line), await givenToken(store(), line)]
      const neighbour = await givenUser(store(), tenant)
      const living = [
        await givenToken(store(), lineOf(neighbour)),
        await givenToken(store(), lineOf(user, 'astra')),
      ]
      await raiseEpoch(line)
      const { tokens, verification } = store().reads
      for (const { id, name } of dead) {
        expect(await tokens.find(tenant.id, 'onezone', id)).toBeUndefined()
        expect(await tokens.findByName(line, name)).toBeUndefined()
        expect(await verification.findNamed(tenant.id, 'onezone', id)).toBeUndefined()
      }
      expect(await tokens.list(line)).toEqual([])
      expect(await tokens.listAll(tenant.id, 'onezone')).toEqual([living[0]?.id as never])
      for (const each of living)
        expect(await tokens.find(tenant.id, each.line.audience, each.id)).toEqual(each)
      expect(await changesOf(store(), tenant)).toEqual([`epoch onezone/user/${user.id}`])
    })

    test('frees the names, and what is issued afterwards lives', async () => {
      const { tenant, line } = await givenLine(store())
      const { name } = await givenToken(store(), line)
      await raiseEpoch(line)
      const next = await givenToken(store(), line, { name })
      expect(await store().reads.tokens.findByName(line, name)).toEqual(next)
      expect(await store().reads.verification.findNamed(tenant.id, 'onezone', next.id)).toBeDefined()
    })

    test('keeps a dead token’s id taken until it is swept', async () => {
      const { line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      await raiseEpoch(line)
      expect(await refusalOf(givenToken(store(), line, { id }))).toBe('id_taken')
      while ((await store().deadTokens.sweep(100)) > 0);
      await givenToken(store(), line, { id })
    })

    test('leaves the generation as it is', async () => {
      const { line } = await givenLine(store())
      const generation = await store().atomically(({ tokens }) => tokens.ensureGeneration(line, sampleKey()))
      await raiseEpoch(line)
      expect(await store().reads.tokens.currentGeneration(line)).toEqual(generation)
    })

    test('takes as many statements for a thousand tokens as for one', async () => {
      const counts: number[] = []
      for (const tokens of [1, 1000]) {
        const { line } = await givenLine(store())
        await store().atomically(async (ports) => {
          for (let count = 0; count < tokens; count++) await ports.tokens.insert(sampleToken(line))
        })
        counts.push((await store().statementsOf(() => raiseEpoch(line))).length)
      }
      expect(counts[0]).toBe(counts[1] ?? 0)
    })

    test('is no change on a line that never had a token', async () => {
      const { tenant, line } = await givenLine(store())
      await raiseEpoch(line)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('among tokens being issued kills those that came before, and no other', async () => {
      const { line } = await givenLine(store())
      await givenToken(store(), line)
      const issues = Array.from({ length: 20 }, async (_, index) => {
        if (index % 5 === 2) await raiseEpoch(line)
        else await givenToken(store(), line)
      })
      await Promise.all(issues)
      const [row] = await store().rows<{ epoch: number | bigint }>(
        `select epoch from token_lines where subject_id = ${line.subject.id}`,
      )
      expect(Number(row?.epoch)).toBe(5)
      const last = await givenToken(store(), line)
      expect(await store().reads.tokens.list(line)).toContain(last.id)
      const alive = (await store().reads.tokens.list(line)).length
      while ((await store().deadTokens.sweep(3)) > 0);
      expect(await storedRows(store(), line)).toBe(alive)
    })
  })

  describe('generations', () => {
    test('there is none until one is needed, whether it is asked for or not', async () => {
      const { line } = await givenLine(store())
      expect(await store().reads.tokens.currentGeneration(line)).toBeUndefined()
      await givenToken(store(), line)
      expect(await store().reads.tokens.currentGeneration(line)).toBeUndefined()
    })

    test('the first is number 1 with the key it was given; asking again gives the same, without a change', async () => {
      const { tenant, line } = await givenLine(store())
      const key = sampleKey()
      const first = await store().atomically(({ tokens }) => tokens.ensureGeneration(line, key))
      expect(first).toEqual({ number: 1, key })
      expect(await ensure(line)).toEqual(first)
      expect(await store().reads.tokens.currentGeneration(line)).toEqual(first)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('raising gives the next number with its own key, one change each', async () => {
      const { tenant, user, line } = await givenLine(store())
      const raised: Generation[] = [await raise(line), await raise(line)]
      expect(raised.map(({ number }) => number)).toEqual([1, 2])
      expect(await store().reads.tokens.currentGeneration(line)).toEqual(raised[1])
      expect(await changesOf(store(), tenant)).toEqual(Array(2).fill(`generation onezone/user/${user.id}`))
    })

    test('raised by many at once, no number is given twice', async () => {
      const { line } = await givenLine(store())
      const raised = await Promise.all(Array.from({ length: 12 }, () => raise(line)))
      const numbers = raised.map(({ number }) => number).toSorted((a, b) => a - b)
      expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    })

    test('wanted by many at once, the first is made once', async () => {
      const { line } = await givenLine(store())
      const made = await Promise.all(Array.from({ length: 12 }, () => ensure(line)))
      for (const each of made) expect(each).toEqual(made[0] as Generation)
    })

    test('one line’s is not another’s', async () => {
      const { tenant, user, line } = await givenLine(store())
      await raise(line)
      for (const other of [lineOf(user, 'jeton'), lineOf(await givenUser(store(), tenant))]) {
        expect(await store().reads.tokens.currentGeneration(other)).toBeUndefined()
      }
    })

    test('a token and a generation share a line without disturbing each other', async () => {
      const { tenant, line } = await givenLine(store())
      const token = sampleToken(line)
      const generation = await store().atomically(async ({ tokens }) => {
        await tokens.insert(token)
        return tokens.ensureGeneration(line, sampleKey())
      })
      expect(await store().reads.tokens.find(tenant.id, 'onezone', token.id)).toEqual(token)
      expect(await store().reads.tokens.currentGeneration(line)).toEqual(generation)
    })
  })
}
