/** A task that somebody has to do at some time. */
interface Task {
  readonly at: number
  readonly order: number
  /** Whose instructions it is; `undefined` for what happens by itself. */
  readonly owner: Process | undefined
  readonly run: () => void
}

/**
 * A world whose time passes only when it is told to, and in which one thing happens after another: the same run is the
 * same run. Times are milliseconds of the world's own, true time, which no process can see.
 */
export class World {
  #now = 0
  #order = 0
  /** By time, then by order of arrival. */
  readonly #tasks: Task[] = []
  /** Called after each thing that has happened. */
  onStep: () => void = () => undefined

  get now(): number {
    return this.#now
  }

  at(time: number, owner: Process | undefined, run: () => void): void {
    this.#push({ at: Math.max(time, this.#now), order: this.#order++, owner, run })
  }

  /** Lets so much time pass. */
  async run(millis: number): Promise<void> {
    const until = this.#now + millis
    for (let task = this.#next(until); task !== undefined; task = this.#next(until)) await this.#step(task)
    this.#now = until
    this.onStep()
  }

  /** Lets time pass until the promise is settled. @throws when it is not within `limitMillis` */
  async until<T>(promise: Promise<T>, limitMillis = 60_000): Promise<T> {
    const limit = this.#now + limitMillis
    const state = { isSettled: false }
    const settle = (): void => {
      state.isSettled = true
    }
    promise.then(settle, settle)
    await quiet()
    while (!state.isSettled) {
      const task = this.#next(limit)
      if (task === undefined) throw new Error(`nothing came of it within ${limitMillis} ms`)
      await this.#step(task)
    }
    return promise
  }

  /** Takes the next task away, if it is due by then. */
  #next(until: number): Task | undefined {
    const [first] = this.#tasks
    return first !== undefined && first.at <= until ? this.#tasks.shift() : undefined
  }

  async #step(task: Task): Promise<void> {
    this.#now = task.at
    const { owner } = task
    if (owner?.isDead) return
    if (owner !== undefined && owner.stoppedUntil > this.#now) {
      this.at(owner.stoppedUntil, owner, task.run)
      return
    }
    // Whatever may be looked at is looked at before a process that was stopped does its first thing, too.
    this.onStep()
    task.run()
    await quiet()
    this.onStep()
  }

  #push(task: Task): void {
    const index = this.#tasks.findLastIndex((other) => !isBefore(task, other))
    this.#tasks.splice(index + 1, 0, task)
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at
}

/** Until every promise that can go on has gone on. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One operating system process: a clock of its own, which may run a little faster or slower, and stops. */
export class Process {
  readonly #world: World
  readonly #clockOffset: number
  readonly #clockRate: number
  stoppedUntil = 0
  isDead = false

  constructor(world: World, { clockOffset = 0, clockRate = 1 } = {}) {
    this.#world = world
    this.#clockOffset = clockOffset
    this.#clockRate = clockRate
  }

  get isStopped(): boolean {
    return this.stoppedUntil > this.#world.now
  }

  /** SIGSTOP, and SIGCONT later. Its clock goes on; what is on its way to it or from it arrives. */
  stop(millis: number): void {
    this.stoppedUntil = Math.max(this.stoppedUntil, this.#world.now + millis)
  }

  /** kill -9 */
  kill(): void {
    this.isDead = true
  }

  monotonicMillis(): number {
    return this.#clockOffset + this.#clockRate * this.#world.now
  }

  /** A timer that is set in the same turn in which the process was stopped is set after it went on. */
  after(millis: number, task: () => void): () => void {
    let isOff = false
    const at = Math.max(this.#world.now, this.stoppedUntil) + millis / this.#clockRate
    this.#world.at(at, this, () => {
      if (!isOff) task()
    })
    return () => {
      isOff = true
    }
  }
}
