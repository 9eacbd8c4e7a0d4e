import { BodyRefused, type Call } from './dialect.ts'

/** A body, or why there is none; asked for last, for much comes before it in the order of checks. */
export type ArrivedBody = Uint8Array | BodyRefused

export const NO_BODY: ArrivedBody = new Uint8Array()

/** Waits for all of it. @throws {BodyRefused} for anything but its size, which is told when its turn comes */
export async function arrivedBody(call: Call): Promise<ArrivedBody> {
  try {
    return await call.readBody()
  } catch (error) {
    if (error instanceof BodyRefused && error.reason === 'too_large') return error
    throw error
  }
}

/** @throws {BodyRefused} when there is none */
export function bytesOf(body: ArrivedBody): Uint8Array {
  if (body instanceof BodyRefused) throw body
  return body
}
