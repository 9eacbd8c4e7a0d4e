import type { Answer } from '../dialects/dialect.ts'

/** One for all requests: most have no body that could break off, and are not to pay for it. */
export type OnFailure = (error: unknown, requestId: string) => void

/**
 * @param isLast the connection is not used again: the server stops, or bytes of this request may still come
 * @param onFailure told when a body breaks off that is sent as it is made
 */
export function toResponse(
  answer: Answer,
  requestId: string,
  isLast: boolean,
  onFailure: OnFailure,
): Response {
  const headers = isLast ? new Headers({ ...answer.headers, connection: 'close' }) : headersOf(answer)
  headers.set('x-request-id', requestId)
  return new Response(bodyOf(answer, requestId, onFailure), { status: answer.status, headers })
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

function bodyOf(
  { body, headers }: Answer,
  requestId: string,
  onFailure: OnFailure,
): string | Uint8Array | ReadableStream<Uint8Array> | null {
  if (body === undefined) return null
  if (typeof body === 'object' && Symbol.asyncIterator in body)
    return streamOfTexts(body, (error) => onFailure(error, requestId))
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

/** Asks for the next text when the last one has gone: a slow reader makes nobody hold more than one. */
function streamOfTexts(
  texts: AsyncIterable<string>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const iterator = texts[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await iterator.next()
          if (next.done === true) controller.close()
          else controller.enqueue(encoder.encode(next.value))
        } catch (error) {
          onFailure(error)
          // Ends the connection without the last chunk, so that nobody takes what there is for all.
          controller.error(error)
        }
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
