import { describe, expect, test } from 'bun:test'
import type { StoreWrites } from '../../src/store/open-store.ts'
import { givenLine, givenToken, givenUser, lineOf, refusalOf, sampleKey, sampleToken } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What is left, and what is not, when a user is removed, on whichever database. */
export function userRemovalContract(store: () => TestStore): void {
  describe('removing a user', () => {
    test('takes him, his privileges, tokens and generations away in one change, and is idempotent', async () => {
      const { tenant, user, line } = await givenLine(store())
      const token = await givenToken(store(), line)
      await store().atomically(async ({ users, tokens }) => {
        await users.changePrivileges(user.id, ['a'], [])
        await tokens.ensureGeneration(line, sampleKey())
      })
      for (let time = 0; time < 2; time++) await store().atomically(({ users }) => users.remove(user.id))
      const { reads } = store()
      expect(await reads.users.findById(user.id)).toBeUndefined()
      expect(await reads.users.findByUsername(user.username ?? '')).toBeUndefined()
      expect(await reads.users.listPrivileges(user.id)).toEqual([])
      expect(await reads.tokens.find(tenant.id, 'onezone', token.id)).toBeUndefined()
      expect(await reads.tokens.currentGeneration(line)).toBeUndefined()
      expect(await reads.verification.findNamed(tenant.id, 'onezone', token.id)).toBeUndefined()
      expect(
        await reads.verification.findGeneration(tenant.id, 'onezone', { type: 'user', id: user.onezoneId }),
      ).toBeUndefined()
      expect(await changesOf(store(), tenant)).toEqual([`privilege ${user.id}`, `subject ${user.id}`])
    })

    test('frees his names for another user', async () => {
      const { tenant, user } = await givenLine(store())
      await store().atomically(({ users }) => users.remove(user.id))
      await givenUser(store(), tenant, {
        username: user.username,
        email: user.email,
        onezoneId: user.onezoneId,
      })
    })

    test('leaves every other user’s tokens alone, after the sweep too', async () => {
      const { tenant, user, line } = await givenLine(store())
      await givenToken(store(), line)
      const neighbour = await givenUser(store(), tenant)
      const kept = await givenToken(store(), lineOf(neighbour))
      await store().atomically(({ users }) => users.remove(user.id))
      while ((await store().deadTokens.sweep(10)) > 0);
      expect(await store().reads.tokens.listAll(tenant.id, 'onezone')).toEqual([kept.id])
      const rows = await store().rows(`select id from named_tokens where tenant_id = ${tenant.id}`)
      expect(rows).toEqual([{ id: kept.id }])
    })

    const writesForNobody: [
      string,
      (tokens: StoreWrites['tokens'], line: ReturnType<typeof lineOf>) => Promise<unknown>,
    ][] = [
      ['a token', (tokens, line) => tokens.insert(sampleToken(line))],
      ['a first generation', (tokens, line) => tokens.ensureGeneration(line, sampleKey())],
      ['a next generation', (tokens, line) => tokens.raiseGeneration(line, sampleKey())],
    ]
    test.each(writesForNobody)(
      'afterwards %s for him is refused as subject_invalid',
      async (_what, write) => {
        const { user, line } = await givenLine(store())
        await store().atomically(({ users }) => users.remove(user.id))
        const late = store().atomically(({ tokens }) => write(tokens, line))
        expect(await refusalOf(late)).toBe('subject_invalid')
        expect(await store().rows(`select 1 from token_lines where subject_id = ${user.id}`)).toEqual([])
      },
    )
  })
}
