import { ClientCounts } from './client-counts.ts'

/** Counts the large bodies that this node holds: from when they are known to be large to their answers. */
export class LargeBodies {
  readonly #maxBodies: number
  readonly #maxBodiesPerClient: number
  readonly #counts = new ClientCounts()

  constructor(maxBodies: number, maxBodiesPerClient: number) {
    this.#maxBodies = maxBodies
    this.#maxBodiesPerClient = maxBodiesPerClient
  }

  /** @returns whether there is room for one more of that client */
  take(client: string): boolean {
    const isFull = this.#counts.total >= this.#maxBodies
    if (isFull || this.#counts.of(client) >= this.#maxBodiesPerClient) return false
    this.#counts.add(client)
    return true
  }

  release(client: string): void {
    this.#counts.remove(client)
  }
}
