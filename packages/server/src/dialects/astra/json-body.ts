import { ProblemRaised } from './problem.ts'

/** More than any resource has; what is unpublished of problem 85 (Astra, §8). */
export const MAX_BODY_BYTES = 1024 * 1024

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws {ProblemRaised} 85 when there is too much of it, 7 when it is no JSON in UTF-8; nothing at all is no JSON */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BODY_BYTES) throw new ProblemRaised({ number: 85 })
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new ProblemRaised({ number: 7 })
  }
}
