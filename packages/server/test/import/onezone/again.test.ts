import { describe, expect, test } from 'bun:test'
import type { TokenSubject } from '@jeton/token'
import { fieldToken, UNTIL_LATER } from './field-tokens.ts'
import {
  chunksOf,
  inEachHouse,
  namedToken,
  provider,
  temporarySecret,
  textOf,
  thrownBy,
  user,
} from './house.ts'

let subjects = 0

/** A user of each test's own, with what is said of his in one export. */
function someone(): { readonly id: string; readonly subject: TokenSubject; readonly usr: string } {
  subjects += 1
  const id = `someone-${subjects}`
  return { id, subject: { type: 'user', id }, usr: `usr-${id}` }
}

inEachHouse('an export that is imported again', (house) => {
  const verdictOf = (token: string) => house.serving(({ nobody }) => nobody.verdict(token))
  const temporary = (subject: TokenSubject, generation: number, secret?: string) =>
    fieldToken({
      id: 'x',
      subject,
      generation,
      caveats: [UNTIL_LATER],
      ...(secret !== undefined && { secret }),
    })

  test('takes nothing, and refuses nothing', async () => {
    const { id, usr } = someone()
    const records = [
      user(id),
      { record: 'group', id: `g-${id}`, name: 'group' },
      { record: 'membership', of: 'group', id: `g-${id}`, member: usr },
      temporarySecret(usr, 2),
      namedToken(`t-${id}`, usr),
    ]
    await house.import(records)
    const { counts, refused } = await house.import(records)
    expect(refused).toBe(0)
    expect(counts).toEqual({
      user: { known: 1 },
      entity: { known: 1 },
      membership: { known: 1 },
      temporary_secret: { known: 1 },
      named_token: { known: 1 },
    })
  })

  describe('brings nothing back:', () => {
    test('a token that was revoked here stays revoked', async () => {
      const { id, subject, usr } = someone()
      const records = [user(id), namedToken(`t-${id}`, usr)]
      const text = fieldToken({ id: `t-${id}`, subject })
      await house.import(records)
      await house.serving(async ({ admin, nobody }) => {
        expect(await nobody.verdict(text)).toBe('accepted')
        await admin.request('PATCH', `/tokens/named/t-${id}`, { revoked: true })
      })
      await house.import(records)
      expect(await verdictOf(text)).toBe('tokenRevoked')
    })

    test('a token that was deleted here stays deleted, also when its export has changed', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id), namedToken(`t-${id}`, usr)])
      await house.serving(({ admin }) => admin.request('DELETE', `/tokens/named/t-${id}`))
      await house.import([user(id), namedToken(`t-${id}`, usr, { name: 'another name' })])
      const { counts } = await house.import([user(id), namedToken(`t-${id}`, usr, { revoked: true })])
      expect(counts.named_token).toEqual({ known: 1 })
      expect(await verdictOf(fieldToken({ id: `t-${id}`, subject }))).toBe('tokenInvalid')
    })

    test('of a user whose tokens were all deleted here none comes, not even one that had not been taken', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id), namedToken(`t-${id}`, usr)])
      await house.serving(({ admin }) => admin.request('DELETE', `/users/${id}/tokens/named`))
      const again = await house.import([user(id), namedToken(`t-${id}`, usr), namedToken(`u-${id}`, usr)])
      expect(again.refusals).toEqual([[4, 'all tokens of its subject were deleted here']])
      for (const token of ['t', 'u']) {
        expect(await verdictOf(fieldToken({ id: `${token}-${id}`, subject }))).toBe('tokenInvalid')
      }
    })

    test('of a user whose tokens were all deleted here before the first came, none comes', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id)])
      await house.serving(({ admin }) => admin.request('DELETE', `/users/${id}/tokens/named`))
      const again = await house.import([user(id), namedToken(`t-${id}`, usr)])
      expect(again.refusals).toEqual([[3, 'all tokens of its subject were deleted here']])
      expect(await verdictOf(fieldToken({ id: `t-${id}`, subject }))).toBe('tokenInvalid')
    })

    test('a generation that was raised here stays, also when it was raised there too', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id), temporarySecret(usr, 3)])
      await house.serving(({ admin }) => admin.request('DELETE', `/users/${id}/tokens/temporary`))
      await house.import([user(id), temporarySecret(usr, 3)])
      expect(await verdictOf(temporary(subject, 3))).toBe('tokenRevoked')
      await house.import([user(id), temporarySecret(usr, 4)])
      expect(await verdictOf(temporary(subject, 3))).toBe('tokenRevoked')
      expect(await verdictOf(temporary(subject, 4))).toBe('tokenInvalid')
    })

    test('a user who was deleted here stays away, and his tokens with him', async () => {
      const { id, subject, usr } = someone()
      const records = [user(id), temporarySecret(usr, 1), namedToken(`t-${id}`, usr)]
      await house.import(records)
      await house.serving(({ admin }) => admin.request('DELETE', `/users/${id}`))
      const again = await house.import([...records, namedToken(`u-${id}`, usr)])
      expect(again.counts.user).toEqual({ known: 1 })
      expect(again.refusals).toEqual([[5, `not here, or deleted here: user ${id}`]])
      await house.serving(async ({ admin, nobody }) => {
        expect((await admin.request('GET', `/users/${id}`)).status).toBe(404)
        for (const token of ['t', 'u']) {
          expect(await nobody.verdict(fieldToken({ id: `${token}-${id}`, subject }))).toBe('tokenInvalid')
        }
        // Of nobody who is not there anything is known: neither that he had a generation.
        expect(await nobody.verdict(temporary(subject, 1))).toBe('tokenInvalid')
      })
    })

    test('a user who was blocked here stays blocked, and one who was unblocked here stays free', async () => {
      const [blocked, freed] = [someone(), someone()]
      const records = [user(blocked.id), user(freed.id, { blocked: true })]
      await house.import(records)
      await house.serving(async ({ admin }) => {
        await admin.request('PATCH', `/users/${blocked.id}/access_block`, { blocked: true })
        await admin.request('PATCH', `/users/${freed.id}/access_block`, { blocked: false })
      })
      await house.import(records)
      await house.serving(async ({ admin }) => {
        const isBlocked = async (id: string) => (await admin.request('GET', `/users/${id}`)).json?.['blocked']
        expect(await isBlocked(blocked.id)).toBe(true)
        expect(await isBlocked(freed.id)).toBe(false)
      })
    })

    test('a member who was one here before and then removed here stays out', async () => {
      const { id, usr } = someone()
      const group = `g-${id}`
      const records = [
        user(id),
        { record: 'group', id: group, name: 'group' },
        { record: 'membership', of: 'group', id: group, member: usr },
      ]
      await house.import(records.slice(0, 2))
      const place = `/groups/${group}/users/${id}`
      await house.serving(({ admin }) => admin.request('PUT', place, {}))
      expect((await house.import(records)).counts.membership).toEqual({ known: 1 })
      await house.serving(({ admin }) => admin.request('DELETE', place))
      expect((await house.import(records)).counts.membership).toEqual({ known: 1 })
      await house.serving(async ({ admin }) => {
        expect((await admin.request('GET', `/groups/${group}/users`)).json?.['users']).toEqual([])
      })
    })

    test('a privilege that was taken away here is not given again', async () => {
      const { id } = someone()
      const records = [user(id, { privileges: ['oz_users_list'] })]
      await house.import(records)
      await house.serving(({ admin }) =>
        admin.request('PATCH', `/users/${id}/privileges`, { revoke: ['oz_users_list'] }),
      )
      await house.import(records)
      await house.serving(async ({ admin }) => {
        expect((await admin.request('GET', `/users/${id}/privileges`)).json?.['privileges']).toEqual([])
      })
    })
  })

  describe('follows what has died there since:', () => {
    test('a token that was revoked', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id), namedToken(`t-${id}`, usr)])
      const { counts } = await house.import([user(id), namedToken(`t-${id}`, usr, { revoked: true })])
      expect(counts.named_token).toEqual({ followed: 1 })
      expect(await verdictOf(fieldToken({ id: `t-${id}`, subject }))).toBe('tokenRevoked')
    })

    test('but only once: what was allowed again here since stays so', async () => {
      const { id, subject, usr } = someone()
      const later = [user(id), namedToken(`t-${id}`, usr, { revoked: true })]
      await house.import([user(id), namedToken(`t-${id}`, usr)])
      await house.import(later)
      await house.serving(({ admin }) => admin.request('PATCH', `/tokens/named/t-${id}`, { revoked: false }))
      await house.import(later)
      expect(await verdictOf(fieldToken({ id: `t-${id}`, subject }))).toBe('accepted')
    })

    test('a generation that was raised: its tokens verify, and the older ones are revoked', async () => {
      const { id, subject, usr } = someone()
      const next = '7'.repeat(64)
      await house.import([user(id), temporarySecret(usr, 1)])
      const { counts } = await house.import([user(id), temporarySecret(usr, 2, next)])
      expect(counts.temporary_secret).toEqual({ followed: 1 })
      expect(await verdictOf(temporary(subject, 1))).toBe('tokenRevoked')
      expect(await verdictOf(temporary(subject, 2, next))).toBe('accepted')
    })

    test('a user who was blocked', async () => {
      const { id, subject, usr } = someone()
      await house.import([user(id), namedToken(`t-${id}`, usr)])
      await house.import([user(id, { blocked: true })])
      expect(await verdictOf(fieldToken({ id: `t-${id}`, subject }))).toBe('userBlocked')
    })
  })

  test('goes on after it was cut off, wherever that was', async () => {
    const { id, usr } = someone()
    const tokens = Array.from({ length: 1200 }, (_, index) =>
      namedToken(`t-${index}-${id}`, usr, { name: `token ${index}` }),
    )
    const records = [user(id), provider(`p-${id}`), ...tokens]
    const text = textOf(records)
    for (const share of [0.3, 0.6, 0.9]) {
      const cut = house.import([], { chunks: cutOff(text, Math.floor(text.length * share)) })
      expect(String(await thrownBy(cut))).toContain('cut off')
    }
    const { counts, refused } = await house.import(records)
    expect(refused).toBe(0)
    const { taken = 0, known = 0 } = counts.named_token ?? {}
    expect(taken).toBeGreaterThan(0)
    expect(known).toBeGreaterThan(0)
    expect(taken + known).toBe(1200)
    await house.serving(async ({ admin }) => {
      expect((await admin.listNamedTokens(id)).length).toBe(1200)
    })
  })
})

/** A file whose disk dies. */
async function* cutOff(text: string, chars: number): AsyncGenerator<Uint8Array, undefined> {
  yield* chunksOf(text.slice(0, chars))
  throw new Error('cut off')
}
