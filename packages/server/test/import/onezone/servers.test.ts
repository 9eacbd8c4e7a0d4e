import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { importOnezone } from '../../../src/import-onezone.ts'
import { CannotOpenStore } from '../../../src/store/cannot-open-store.ts'
import { fieldToken } from './field-tokens.ts'
import { buildHouse, chunksOf, namedToken, textOf, thrownBy, user } from './house.ts'

const RECORDS = [user('u1'), namedToken('t1', 'usr-u1'), namedToken('t2', 'usr-u1')]
const revoked = [user('u1'), namedToken('t1', 'usr-u1', { revoked: true })]
const text = (id: string) => fieldToken({ id, subject: { type: 'user', id: 'u1' } })
const REQUEST = {
  chunks: chunksOf(textOf(RECORDS)),
  tenantDomain: undefined,
  isDryRun: false,
  isStrict: false,
  onRefused: () => undefined,
  onProgress: () => undefined,
}

test('servers that share a database go on while an import runs, and believe its summary at once', async () => {
  const house = await buildHouse('PostgreSQL')
  try {
    await house.serving(() =>
      house.serving(({ nobody: second }) =>
        house.serving(async ({ nobody: first }) => {
          expect((await house.import(RECORDS)).refused).toBe(0)
          for (const node of [first, second]) {
            // Twice, so that it is remembered and not asked for.
            expect(await node.verdict(text('t1'))).toBe('accepted')
            expect(await node.verdict(text('t1'))).toBe('accepted')
          }
          await house.import(revoked)
          const verdicts = await Promise.all([first, second].map((node) => node.verdict(text('t1'))))
          expect(verdicts).toEqual(['tokenRevoked', 'tokenRevoked'])
          expect(await first.verdict(text('t2'))).toBe('accepted')
        }),
      ),
    )
  } finally {
    await house.remove()
  }
}, 60_000)

test('a data folder whose server runs is left alone', async () => {
  const house = await buildHouse('SQLite')
  try {
    await house.serving(async ({ nobody }) => {
      expect(await thrownBy(house.import(RECORDS))).toBeInstanceOf(CannotOpenStore)
      expect(await nobody.verdict(text('t1'))).toBe('tokenInvalid')
    })
  } finally {
    await house.remove()
  }
}, 60_000)

test('a folder in which no server has ever been started is left as it is', async () => {
  const house = await buildHouse('SQLite')
  try {
    const configuration = { ...house.configuration, dataFolder: `${house.configuration.dataFolder}/none` }
    expect(String(await thrownBy(importOnezone(configuration, REQUEST)))).toContain(
      'There is no installation there',
    )
    expect(existsSync(configuration.dataFolder)).toBe(false)
  } finally {
    await house.remove()
  }
})
