import { onEach } from '../../testing/on-each.ts'
import { DATABASES } from '../../testing/start-node.ts'
import { startZone, type Zone } from './zone.ts'

/** Runs the same cases against a zone on each database. */
export function onEachDatabase(cases: (zone: () => Zone) => void): void {
  onEach(DATABASES, startZone, (zone) => zone.stop(), cases)
}
