import { statfsSync } from 'node:fs'

/**
 * Whether the disk under a folder has less room than the floor. Below it nothing new is written, so that what has
 * been acknowledged can still be revoked, and the database never meets a full disk in the middle of a commit. Looked
 * up each time, for it takes two microseconds, and a second is long enough to write more than the floor.
 */
export function lowDiskSpace(folder: string, minFreeBytes: number): () => boolean {
  return () => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < minFreeBytes
  }
}
