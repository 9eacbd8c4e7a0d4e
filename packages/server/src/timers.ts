/** Waiting: handed in, so that a test need not. */
export interface Timers {
  /** Runs `task` once, so many milliseconds from now. @returns how to call it off */
  after(millis: number, task: () => void): () => void
}

export const systemTimers: Timers = {
  after(millis, task) {
    const timer = setTimeout(task, millis)
    return () => clearTimeout(timer)
  },
}

/** The store has not answered in time. Whether it has done what it was asked to is unknown, and it may yet. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/**
 * Waits for an answer, but not forever: a connection that has stalled never fails by itself. An answer that comes
 * later is dropped.
 * @throws {NoAnswer}
 */
export async function answerWithin<T>(timers: Timers, millis: number, answer: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const callOff = timers.after(millis, () => reject(new NoAnswer(`no answer within ${millis} ms`)))
  try {
    return await Promise.race([answer, tooLate])
  } finally {
    callOff()
  }
}
