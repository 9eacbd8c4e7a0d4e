import { afterAll, beforeAll, describe } from 'bun:test'
import { DATABASES } from '../../testing/start-node.ts'
import { startZone, type Zone } from './zone.ts'

const START_TIMEOUT_MS = 30_000

/** Runs the same cases against a zone on each database. The zone is there once the cases run, not while they are listed. */
export function onEachDatabase(cases: (zone: () => Zone) => void): void {
  for (const database of DATABASES) {
    describe(`on ${database}`, () => {
      let zone: Zone | undefined
      beforeAll(async () => {
        zone = await startZone(database)
      }, START_TIMEOUT_MS)
      afterAll(() => zone?.stop())
      cases(() => {
        if (zone === undefined) throw new Error('the zone is there in tests only')
        return zone
      })
    })
  }
}
