import { type KeyRing, TAG_BYTES } from '../../authority/key-ring.ts'

/** Behind which item the next page begins. It holds whatever happens to that item meanwhile. */
export interface Position {
  /** What the list is ordered by, of that item. */
  readonly key: string | number
  readonly id: string
}

export interface ContinueDeps {
  readonly keyRing: Pick<KeyRing, 'tag' | 'isTag'>
}

const PURPOSE = 'continue of astra lists'

/**
 * A position as a client carries it to the next page: opaque to him, and of use for that very list only.
 * @param list everything that says which list it is: account, collection, conditions, order
 */
export function continueToken(
  { keyRing }: ContinueDeps,
  list: readonly string[],
  position: Position,
): string {
  const payload = encoder.encode(JSON.stringify([position.key, position.id]))
  const tag = keyRing.tag(PURPOSE, bound(list, payload))
  return Buffer.concat([tag, payload]).toString('base64')
}

/** `undefined`: it is none of ours, or of another list. */
export function positionOf(
  { keyRing }: ContinueDeps,
  list: readonly string[],
  text: string,
): Position | undefined {
  const bytes = Buffer.from(text, 'base64')
  const payload = bytes.subarray(TAG_BYTES)
  const isOurs = keyRing.isTag(PURPOSE, bound(list, payload), bytes.subarray(0, TAG_BYTES))
  // Other spellings of the same bytes are refused too, so that nobody comes to rely on one.
  if (!isOurs || bytes.toString('base64') !== text) return undefined
  // Safe: only `continueToken` makes what bears this tag.
  const [key, id] = JSON.parse(payload.toString()) as [string | number, string]
  return { key, id }
}

const encoder = new TextEncoder()

/** As JSON no two lists are the same text, and none goes over into the payload. */
function bound(list: readonly string[], payload: Uint8Array): Uint8Array {
  return Buffer.concat([encoder.encode(`${JSON.stringify(list)}\n`), payload])
}
