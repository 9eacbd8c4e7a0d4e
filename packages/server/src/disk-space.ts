import { statfsSync } from 'node:fs'
import type { Ambient } from './ambient.ts'

/** Asked at most this often: a disk does not fill faster than this by what is written here. */
const CHECK_EVERY_MILLIS = 1000

/**
 * Whether the disk under a folder has less room than the floor. Below it nothing new is written, so that what has
 * been acknowledged can still be revoked, and the database never meets a full disk in the middle of a commit.
 */
export function lowDiskSpace(folder: string, minFreeBytes: number, ambient: Ambient): () => boolean {
  let isLow = false
  let checkAgainAt = Number.NEGATIVE_INFINITY
  return () => {
    const now = ambient.monotonicMillis()
    if (now >= checkAgainAt) {
      checkAgainAt = now + CHECK_EVERY_MILLIS
      const { bavail, bsize } = statfsSync(folder)
      isLow = bavail * bsize < minFreeBytes
    }
    return isLow
  }
}
