import { BodyRefused } from '../dialects/dialect.ts'
import type { Deadlines } from './deadlines.ts'

/** What the headers say of the body's length, in bytes; `unknown` when it comes in chunks. The runtime has refused contradictory ones. */
export type AnnouncedLength = number | 'unknown'

export function announcedLength(headers: Headers): AnnouncedLength {
  const length = headers.get('content-length')
  if (length !== null) return Number(length)
  return headers.get('transfer-encoding') === null ? 0 : 'unknown'
}

/**
 * Reads the whole body, and never more than the limit: one that announces too much is not read at all, one in chunks
 * until it has passed the limit. After a refusal nobody waits for the rest; the connection ends with the answer.
 * @throws {BodyRefused}
 */
export async function readBody(
  request: Request,
  announced: AnnouncedLength,
  maxBytes: number,
  deadlines: Deadlines,
): Promise<Uint8Array> {
  if (announced !== 'unknown' && announced > maxBytes) throw new BodyRefused('too_large')
  const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>()
  const deadline = deadlines.start(() => reject(new BodyRefused('too_slow')))
  const reading = announced === 'unknown' ? readChunks(request, maxBytes) : request.arrayBuffer()
  reading.then(resolve, (error: unknown) => {
    // Whatever the runtime itself rejects with means that the connection has ended or broken the framing.
    reject(error instanceof BodyRefused ? error : new BodyRefused('cut_off'))
  })
  try {
    return new Uint8Array(await promise)
  } finally {
    deadlines.release(deadline)
  }
}

async function readChunks(request: Request, maxBytes: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    // Leaving the loop cancels the stream.
    if (length > maxBytes) throw new BodyRefused('too_large')
    chunks.push(chunk)
  }
  return Bun.concatArrayBuffers(chunks)
}
