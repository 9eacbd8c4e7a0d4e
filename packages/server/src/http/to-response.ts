import type { Answer } from '../dialects/dialect.ts'

/**
 * @param isLast the connection is not used again: the server stops, or bytes of this request may still come
 */
export function toResponse(answer: Answer, requestId: string, isLast: boolean): Response {
  const headers = isLast ? new Headers({ ...answer.headers, connection: 'close' }) : headersOf(answer)
  headers.set('x-request-id', requestId)
  return new Response(bodyOf(answer), { status: answer.status, headers })
}

/**
 * A response copies the headers that it is given. So what all answers of one kind say is built once, and only the id
 * changes from one to the next: building it anew would cost more than the whole rest of this file.
 */
function headersOf({ headers = NO_HEADERS }: Answer): Headers {
  let built = BUILT.get(headers)
  if (built === undefined) BUILT.set(headers, (built = new Headers(headers)))
  return built
}

const NO_HEADERS: Readonly<Record<string, string>> = {}
const BUILT = new WeakMap<Readonly<Record<string, string>>, Headers>()

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
