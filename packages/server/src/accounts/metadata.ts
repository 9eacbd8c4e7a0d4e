import type { UnixSeconds } from '../ambient.ts'

/** What an account's entries were not made by: its system, as the API names it. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000'

export interface Label {
  readonly name: string
  readonly value: string
}

/** What is kept beside every entry of an account. Whoever made or changed it is named by his uuid. */
export interface Metadata {
  readonly labels: readonly Label[]
  readonly createdAt: UnixSeconds
  /** {@link NIL_UUID}: the system, or another API. */
  readonly createdBy: string
  /** As `createdAt` until it is changed for the first time. */
  readonly modifiedAt: UnixSeconds
  readonly modifiedBy: string | undefined
}

/** Of an entry that is made now. */
export function newMetadata(now: UnixSeconds, createdBy: string, labels: readonly Label[] = []): Metadata {
  return { labels, createdAt: now, createdBy, modifiedAt: now, modifiedBy: undefined }
}

/** Of an entry that is changed now; its labels stay unless there are others. */
export function modifiedMetadata(
  metadata: Metadata,
  now: UnixSeconds,
  modifiedBy: string,
  labels: readonly Label[] = metadata.labels,
): Metadata {
  return { ...metadata, labels, modifiedAt: now, modifiedBy }
}
