import { describe, expect, test } from 'bun:test'
import type { Caveat } from '@jeton/token'
import type { Audience, NamedToken, TokenId } from '../../src/authority/named-token.ts'
import type { StoreWrites } from '../../src/store/open-store.ts'
import {
  givenLine,
  givenTenant,
  givenToken,
  givenUser,
  lineOf,
  randomHex,
  refusalOf,
  sampleToken,
} from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

const audiences: Audience[] = ['onezone', 'astra', 'sdwan', 'jeton']

/** What `TokenReads` and `TokenWrites` promise of named tokens, on whichever database. */
export function namedTokensContract(store: () => TestStore): void {
  describe('named tokens', () => {
    test('a token is found by id and by name, as it was inserted, and that is no change', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line, {
        type: { kind: 'access', sessionId: 'abc' },
        caveats: [{ type: 'time', validUntil: 1_800_000_000 }] satisfies Caveat[],
        customMetadata: { text: 'naïve 🦊 \u0000', list: [1, 2.5, null, { deep: true }] },
        isRevoked: true,
      })
      expect(await store().reads.tokens.find(tenant.id, 'onezone', token.id)).toEqual(token)
      expect(await store().reads.tokens.findByName(line, token.name)).toEqual(token)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test.each(audiences)('the line of a token for %s is read back', async (audience) => {
      const { tenant, user } = await givenLine(store())
      const token = await givenToken(store(), lineOf(user, audience))
      expect(await store().reads.tokens.find(tenant.id, audience, token.id)).toEqual(token)
    })

    test('a token is not there for another tenant, another audience or another subject', async () => {
      const { tenant, line, user } = await givenLine(store())
      const token = await givenToken(store(), line)
      const stranger = await givenUser(store(), tenant)
      const foreign = await givenTenant(store())
      const { tokens } = store().reads
      expect(await tokens.find(foreign.id, 'onezone', token.id)).toBeUndefined()
      expect(await tokens.find(tenant.id, 'astra', token.id)).toBeUndefined()
      expect(await tokens.findByName(lineOf(stranger), token.name)).toBeUndefined()
      expect(await tokens.findByName(lineOf(user, 'astra'), token.name)).toBeUndefined()
      expect(await tokens.list(lineOf(stranger))).toEqual([])
      expect(await tokens.listAll(foreign.id, 'onezone')).toEqual([])
      expect(await tokens.listAll(tenant.id, 'jeton')).toEqual([])
    })

    test('the same id may stand for another token in another tenant and another audience', async () => {
      const { user, line } = await givenLine(store())
      const first = await givenToken(store(), line)
      const other = await givenLine(store())
      const second = await givenToken(store(), other.line, { id: first.id })
      await givenToken(store(), lineOf(user, 'jeton'), { id: first.id })
      expect(await store().reads.tokens.find(other.tenant.id, 'onezone', first.id)).toEqual(second)
    })

    test('a second token with the same id is refused as id_taken', async () => {
      const { line } = await givenLine(store())
      const { id } = await givenToken(store(), line)
      expect(await refusalOf(givenToken(store(), line, { id }))).toBe('id_taken')
    })

    test('a second token of the same name is refused, on the same line only', async () => {
      const { tenant, user, line } = await givenLine(store())
      const { name } = await givenToken(store(), line)
      expect(await refusalOf(givenToken(store(), line, { name }))).toBe('name_taken')
      await givenToken(store(), lineOf(user, 'astra'), { name })
      await givenToken(store(), lineOf(await givenUser(store(), tenant)), { name })
    })

    test('of many that want the same name at once, exactly one gets it', async () => {
      const { line } = await givenLine(store())
      const tries = Array.from({ length: 12 }, () => givenToken(store(), line, { name: 'wanted' }))
      const outcomes = await Promise.allSettled(tries)
      const refused = outcomes.filter(({ status }) => status === 'rejected')
      expect(refused.length).toBe(11)
      for (const each of refused) expect(each).toMatchObject({ reason: { failure: { kind: 'name_taken' } } })
      expect((await store().reads.tokens.list(line)).length).toBe(1)
    })

    test('a line’s tokens are listed by name, byte by byte; a tenant’s, subject by subject', async () => {
      const { tenant, user, line } = await givenLine(store())
      const neighbour = await givenUser(store(), tenant)
      const ids = new Map<string, TokenId>()
      for (const owner of [user, neighbour]) {
        for (const name of ['b', 'a-', 'B', 'a', 'ä', '_']) {
          const { id } = await givenToken(store(), lineOf(owner), { name })
          ids.set(`${owner.id} ${name}`, id)
        }
      }
      const inOrder = (id: number) =>
        ['B', '_', 'a', 'a-', 'b', 'ä'].map((name) => ids.get(`${id} ${name}`) as TokenId)
      expect(await store().reads.tokens.list(line)).toEqual(inOrder(user.id))
      const owners = [user.id, neighbour.id].toSorted((a, b) => a - b)
      expect(await store().reads.tokens.listAll(tenant.id, 'onezone')).toEqual(owners.flatMap(inOrder))
    })

    test('revoking and its undoing are one change each, and none when repeated', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      for (const isRevoked of [true, true, false, false]) {
        const isThere = await store().atomically(({ tokens }) =>
          tokens.setRevoked(tenant.id, 'onezone', token.id, isRevoked),
        )
        expect(isThere).toBe(true)
        expect(await store().reads.tokens.find(tenant.id, 'onezone', token.id)).toEqual({
          ...token,
          isRevoked,
        })
      }
      expect(await changesOf(store(), tenant)).toEqual(Array(2).fill(`token onezone/${token.id}`))
    })

    test('a new name is found, the old one is free, and it is no change', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      const rename = (name: string) =>
        store().atomically(({ tokens }) => tokens.rename(tenant.id, 'onezone', token.id, name))
      expect(await rename('renamed')).toBe(true)
      expect(await rename('renamed')).toBe(true)
      expect(await store().reads.tokens.findByName(line, 'renamed')).toEqual({ ...token, name: 'renamed' })
      const { name } = await givenToken(store(), line, { name: token.name })
      expect(await refusalOf(rename(name))).toBe('name_taken')
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('custom metadata is replaced, and it is no change', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line, { customMetadata: { old: 1 } })
      const customMetadata = { new: ['ü', { __proto__: null }] }
      const isThere = await store().atomically(({ tokens }) =>
        tokens.setCustomMetadata(tenant.id, 'onezone', token.id, customMetadata),
      )
      expect(isThere).toBe(true)
      const found = await store().reads.tokens.find(tenant.id, 'onezone', token.id)
      expect(found?.customMetadata).toEqual({ new: ['ü', {}] })
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('a removed token is gone in one change; removing it again is none', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      const remove = () => store().atomically(({ tokens }) => tokens.remove(tenant.id, 'onezone', token.id))
      expect(await remove()).toBe(true)
      expect(await remove()).toBe(false)
      expect(await store().reads.tokens.find(tenant.id, 'onezone', token.id)).toBeUndefined()
      expect(await changesOf(store(), tenant)).toEqual([`token onezone/${token.id}`])
      await givenToken(store(), line, { name: token.name, id: token.id })
    })

    const writes: [string, (tokens: StoreWrites['tokens'], token: NamedToken) => Promise<boolean>][] = [
      ['setRevoked', (tokens, { line, id }) => tokens.setRevoked(line.tenantId, line.audience, id, true)],
      ['rename', (tokens, { line, id }) => tokens.rename(line.tenantId, line.audience, id, randomHex(4))],
      [
        'setCustomMetadata',
        (tokens, { line, id }) => tokens.setCustomMetadata(line.tenantId, line.audience, id, {}),
      ],
      ['remove', (tokens, { line, id }) => tokens.remove(line.tenantId, line.audience, id)],
    ]
    test.each(writes)(
      '%s says false for a token that is unknown, foreign or dead, and changes nothing',
      async (_name, write) => {
        const { tenant, user, line } = await givenLine(store())
        const { id } = await givenToken(store(), line)
        const dead = await givenToken(store(), lineOf(user, 'jeton'))
        await store().atomically(({ tokens }) => tokens.raiseEpoch(dead.line))
        const foreign = await givenTenant(store())
        const tries = [
          sampleToken(line),
          sampleToken(lineOf(user, 'astra'), { id }),
          sampleToken({ ...line, tenantId: foreign.id }, { id }),
          dead,
        ]
        for (const each of tries) {
          expect(await store().atomically(({ tokens }) => write(tokens, each))).toBe(false)
        }
        expect(await changesOf(store(), tenant)).toEqual([`epoch jeton/user/${user.id}`])
        expect(await changesOf(store(), foreign)).toEqual([])
        expect((await store().reads.tokens.find(tenant.id, 'onezone', id))?.isRevoked).toBe(false)
      },
    )
  })
}
