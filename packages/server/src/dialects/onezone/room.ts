import { serviceUnavailable } from './catalogue-general.ts'
import type { OnezoneDeps } from './deps.ts'
import { WireRefusal } from './wire-error.ts'

/**
 * For operations that add or take away as their body says: what only takes away needs no more room than there is always
 * kept for it.
 * @throws {WireRefusal} `serviceUnavailable` when the disk is nearly full
 */
export function requireRoomFor(
  { isStoreNearlyFull }: Pick<OnezoneDeps, 'isStoreNearlyFull'>,
  added: readonly unknown[],
): void {
  if (added.length > 0 && isStoreNearlyFull()) throw new WireRefusal(serviceUnavailable)
}
