import { describe, expect, test } from 'bun:test'
import {
  currentGeneration,
  getNamedToken,
  getNamedTokenByName,
  listNamedTokens,
  textOf,
} from '../../src/authority/list.ts'
import { deleteAllNamedTokens, revokeTemporaryTokens } from '../../src/authority/revoke.ts'
import { deleteProvider } from '../../src/directory/providers.ts'
import { refusalOf } from '../store/samples.ts'
import { forgedToken } from './forged-token.ts'
import { as, nameOfSubject, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

onEachSeededZone((zone) => {
  const verify = async (token: string) =>
    outcomeOf(await zone().ask('POST', '/tokens/verify_access_token', { body: { token } }))

  describe('a provider', () => {
    test('has its root token among its named tokens, by name and by text', async () => {
      const provider = await zone().provider()
      const subject = nameOfSubject(provider)
      const { deps, tenant } = zone()
      const shown = await getNamedTokenByName(deps, tenant.id, 'onezone', subject, 'root token')
      expect(shown.subject).toEqual(subject)
      expect(textOf(deps, tenant, shown)).toBe(provider.rootToken)
      expect(await listNamedTokens(deps, tenant.id, 'onezone', subject)).toEqual([shown.token.id])
      expect(await getNamedToken(deps, tenant.id, 'onezone', shown.token.id)).toEqual(shown)
    })

    test('calls as itself, and as nobody once all its named tokens are deleted', async () => {
      const provider = await zone().provider()
      const temporary = await zone().temporary(provider)
      const call = async (token: string) =>
        outcomeOf(await zone().ask('GET', '/user/tokens/named', as(token)))
      expect(await call(provider.rootToken)).toBe('403 forbidden')
      await deleteAllNamedTokens(zone().deps, zone().tenant.id, 'onezone', nameOfSubject(provider))
      expect(await call(provider.rootToken)).toBe('401 unauthorized tokenInvalid')
      expect(await call(temporary)).toBe('403 forbidden')
      expect(await verify(temporary)).toBe('accepted')
    })

    test('has temporary tokens, which die with their generation and leave the named ones alone', async () => {
      const provider = await zone().provider()
      const subject = nameOfSubject(provider)
      const { deps, tenant } = zone()
      const temporary = await zone().temporary(provider)
      expect(await verify(temporary)).toBe('accepted')
      await revokeTemporaryTokens(deps, tenant.id, 'onezone', subject)
      expect(await verify(temporary)).toBe('400 tokenRevoked')
      expect(await currentGeneration(deps, tenant.id, 'onezone', subject)).toBe(2)
      expect(await verify(await zone().temporary(provider))).toBe('accepted')
      expect(await verify(provider.rootToken)).toBe('accepted')
    })

    test('that is deleted takes every token with it, remembered or not', async () => {
      const provider = await zone().provider()
      const temporary = await zone().temporary(provider)
      for (const token of [temporary, provider.rootToken]) expect(await verify(token)).toBe('accepted')
      await deleteProvider(zone().deps, zone().tenant.id, provider.onezoneId)
      for (const token of [temporary, provider.rootToken])
        expect(await verify(token)).toBe('400 tokenInvalid')
      expect(await refusalOf(zone().token(provider))).toBe('subject_invalid')
      expect(await refusalOf(zone().temporary(provider))).toBe('subject_invalid')
      expect(
        await listNamedTokens(zone().deps, zone().tenant.id, 'onezone', nameOfSubject(provider)),
      ).toEqual([])
    })

    test('and a user do not share the names of their tokens', async () => {
      const [provider, user] = [await zone().provider(), await zone().user()]
      const headers = as(await zone().token(user)).headers
      const body = { name: 'root token' }
      expect(outcomeOf(await zone().ask('POST', '/user/tokens/named', { headers, body }))).toBe('accepted')
      expect(await verify(provider.rootToken)).toBe('accepted')
    })

    test('is bound to no session', async () => {
      const refused = zone().token(await zone().provider(), { type: { kind: 'access', sessionId: 's1' } })
      expect(await refusalOf(refused)).toBe('session_invalid')
    })
  })

  test('a token whose text names another kind of subject than its record is refused', async () => {
    const user = await zone().user()
    const { id } = await zone().named(user)
    expect(await verify(forgedToken(`2/nmd/prv-${user.onezoneId}/act/${id}`))).toBe('400 tokenSubjectInvalid')
  })
})
