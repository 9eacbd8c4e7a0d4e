import type { ChangeListener } from './change.ts'

/** Everything on this node that remembers something, as one that is told of changes. */
export class ChangeListeners implements ChangeListener {
  readonly #listeners: ChangeListener[] = []

  add<Listener extends ChangeListener>(listener: Listener): Listener {
    this.#listeners.push(listener)
    return listener
  }

  apply(change: Parameters<ChangeListener['apply']>[0]): void {
    for (const listener of this.#listeners) listener.apply(change)
  }

  flush(): void {
    for (const listener of this.#listeners) listener.flush()
  }
}
