/**
 * One turn of the event loop, in which everybody else gets to his own. Promises alone give none: the embedded store has
 * answered before anybody could wait for it.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
