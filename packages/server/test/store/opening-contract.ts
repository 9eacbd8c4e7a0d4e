import { describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { CannotOpenStore } from '../../src/store/cannot-open-store.ts'
import { openStore, type StoreLocation } from '../../src/store/open-store.ts'

/** A place for a store with nothing in it yet, and a way past the ports. */
export interface EmptyPlace {
  readonly location: StoreLocation
  readonly execute: (sql: string) => Promise<void>
  /** Whatever stands there, so that two looks can be compared. */
  readonly contents: () => Promise<unknown>
  readonly cleanUp: () => Promise<void>
}

/** What `openStore` promises of looking, migrating and refusing, on whichever database. */
export function openingContract(makePlace: () => Promise<EmptyPlace>): void {
  const inPlace = async (use: (place: EmptyPlace) => Promise<void>): Promise<void> => {
    const place = await makePlace()
    try {
      await use(place)
    } finally {
      await place.cleanUp()
    }
  }

  describe('opening', () => {
    test('a look at an empty place says so and leaves nothing there', () =>
      inPlace(async ({ location, contents }) => {
        const before = await contents()
        const opened = await openStore(location, systemAmbient)
        expect(await opened.inspect()).toEqual({ schema: 'empty', rootKeys: [] })
        await opened.close()
        expect(await contents()).toEqual(before)
      }))

    test('a look at a store in use before shows its sealed root keys and changes nothing', () =>
      inPlace(async ({ location, contents }) => {
        const rootKey = { kid: 3, isActive: true, sealed: systemAmbient.randomBytes(60) }
        await migrated(location, (store) => store.atomically(({ rootKeys }) => rootKeys.insert(rootKey)))
        const before = await contents()
        const opened = await openStore(location, systemAmbient)
        expect(await opened.inspect()).toEqual({ schema: 'current', rootKeys: [rootKey] })
        await opened.close()
        expect(await contents()).toEqual(before)
      }))

    test('a second start keeps what the first one left, and its incarnation', () =>
      inPlace(async ({ location, contents }) => {
        await migrated(location, async () => {})
        const before = await contents()
        await migrated(location, (store) => store.ping())
        expect(await contents()).toEqual(before)
      }))

    test('a database that a newer version has migrated is refused by name and left alone', () =>
      inPlace(async ({ location, contents, execute }) => {
        await migrated(location, async () => {})
        await execute(
          "insert into kysely_migration values ('9999-from-the-future', '2099-01-01T00:00:00.000Z')",
        )
        const before = await contents()
        for (const attempt of ['inspect', 'migrate'] as const) {
          const opened = await openStore(location, systemAmbient)
          const refusal: unknown = await opened[attempt]().catch((error: unknown) => error)
          expect(refusal).toBeInstanceOf(CannotOpenStore)
          expect(String(refusal)).toContain(
            'newer than this program: it has the migrations 9999-from-the-future',
          )
          await opened.close()
        }
        expect(await contents()).toEqual(before)
      }))
  })
}

type MigratedStore = Awaited<ReturnType<Awaited<ReturnType<typeof openStore>>['migrate']>>

async function migrated(
  location: StoreLocation,
  use: (store: MigratedStore) => Promise<void>,
): Promise<void> {
  const store = await (await openStore(location, systemAmbient)).migrate()
  await use(store)
  await store.close()
}
