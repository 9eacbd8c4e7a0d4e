import type { Answer } from '../dialects/dialect.ts'

/**
 * @param isLast the connection is not used again: the server stops, or bytes of this request may still come
 */
export function toResponse(answer: Answer, requestId: string, isLast: boolean): Response {
  const headers: Record<string, string> = { ...answer.headers, 'x-request-id': requestId }
  if (isLast) headers['connection'] = 'close'
  return new Response(bodyOf(answer), { status: answer.status, headers })
}

/** An answer of the HTTP layer itself, before any dialect has seen the request. */
export function emptyAnswer(status: number): Answer {
  return { status }
}

function bodyOf({ body, headers }: Answer): string | Uint8Array | ReadableStream<Uint8Array> | null {
  if (body === undefined) return null
  if (headers?.['content-type'] !== undefined) return body
  // The runtime gives every body a content type but a stream; Onezone's 401 has a body and none.
  return streamOf(typeof body === 'string' ? encoder.encode(body) : body)
}

const encoder = new TextEncoder()

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}
