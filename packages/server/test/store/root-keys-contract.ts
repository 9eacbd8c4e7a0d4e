import { expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { SealedRootKey } from '../../src/authority/ports.ts'
import { randomId, refusalOf } from './samples.ts'
import type { TestStore } from './test-store.ts'

/** What `RootKeys` and `RootKeyWrites` promise, on whichever database. */
export function rootKeysContract(store: () => TestStore): void {
  const insert = (key: SealedRootKey) => store().atomically(({ rootKeys }) => rootKeys.insert(key))

  test('root keys are listed by kid as they were inserted, one of them active at most', async () => {
    const keys = [sealedKey(true), sealedKey(false), sealedKey(false)]
    for (const key of keys) await insert(key)
    expect(await refusalOf(insert(sealedKey(true)))).toBe('id_taken')
    expect(await refusalOf(insert({ ...sealedKey(false), kid: keys[1]?.kid ?? 0 }))).toBe('id_taken')
    expect(await store().reads.rootKeys.list()).toEqual(keys.toSorted((a, b) => a.kid - b.kid))
  })
}

function sealedKey(isActive: boolean): SealedRootKey {
  return { kid: randomId() % 2 ** 31, isActive, sealed: systemAmbient.randomBytes(60) }
}
