import { describe, expect, test } from 'bun:test'
import type { KeyReference } from '../../src/authority/named-token.ts'
import { givenLine, givenToken, sampleKey, userNamed } from './samples.ts'
import type { TestStore } from './test-store.ts'

/** Secrets that were given elsewhere are kept as they were sealed, on whichever database. */
export function importedSecretsContract(store: () => TestStore): void {
  describe('a sealed secret', () => {
    const key = (): KeyReference => ({ ...sampleKey(), sealedSecret: new Uint8Array(92).fill(9) })

    test('of a named token comes back with it, for showing and for verifying', async () => {
      const { tenant, line } = await givenLine(store())
      const token = await givenToken(store(), line, { key: key() })
      expect((await store().reads.tokens.find(tenant.id, 'onezone', token.id))?.key).toEqual(token.key)
      const found = await store().reads.verification.findNamed(tenant.id, 'onezone', token.id)
      expect(found?.token.key).toEqual(token.key)
    })

    test('of a generation comes back with it, and is gone with it', async () => {
      const { tenant, user, line } = await givenLine(store())
      const find = async () =>
        (await store().reads.verification.findGeneration(tenant.id, 'onezone', userNamed(user.onezoneId)))
          ?.generation
      const imported = { number: 7, key: key() }
      await store().atomically(async ({ imports }) => {
        const held = await imports.holdLines(tenant.id, [userNamed(user.onezoneId)])
        for (const each of held.values()) await imports.setGeneration(each, imported)
      })
      expect(await find()).toEqual(imported)
      expect(await store().reads.tokens.currentGeneration(line)).toEqual(imported)
      const next = sampleKey()
      await store().atomically(({ tokens }) => tokens.raiseGeneration(line, next))
      expect(await find()).toEqual({ number: 8, key: next })
    })
  })
}
