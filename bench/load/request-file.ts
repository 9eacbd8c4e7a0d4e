import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'

/** Requests as they go over the wire, one after another, ready to be sent. */
export interface RequestFile {
  readonly length: number
  at(index: number): Uint8Array
}

const LENGTH_BYTES = 4
const CHUNK_CHARS = 1 << 20

/** @param requests ASCII text: what HTTP/1.1 and a token's body consist of */
export async function writeRequestFile(path: string, requests: Iterable<string>): Promise<void> {
  const file = createWriteStream(path)
  let chunk: string[] = []
  let chars = 0
  for (const request of requests) {
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32LE(request.length)
    chunk.push(length.toString('latin1'), request)
    chars += request.length
    if (chars < CHUNK_CHARS) continue
    if (!file.write(chunk.join(''), 'latin1')) await once(file, 'drain')
    chunk = []
    chars = 0
  }
  file.end(chunk.join(''), 'latin1')
  await once(file, 'close')
}

export async function readRequestFile(path: string): Promise<RequestFile> {
  const bytes = await readFile(path)
  const starts: number[] = []
  for (let at = 0; at < bytes.length; at += LENGTH_BYTES + bytes.readUInt32LE(at)) starts.push(at)
  return {
    length: starts.length,
    at(index) {
      const start = starts[index]
      if (start === undefined) throw new RangeError(`there are ${starts.length} requests, not ${index}`)
      const from = start + LENGTH_BYTES
      return bytes.subarray(from, from + bytes.readUInt32LE(start))
    },
  }
}

/** One request on a connection that stays open. @param headers `Host` among them instead of the usual one @param body ASCII */
export function httpRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : [`Content-Length: ${body.length}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** One request with a JSON body. */
export function jsonRequest(
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): string {
  return httpRequest(method, path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body))
}
