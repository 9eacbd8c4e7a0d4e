import { Refused } from '../failure.ts'

/** Argon2id at its default cost takes one core for tens of milliseconds and 64 MiB: two at once, and no more. */
const MAX_AT_ONCE = 2
/** Who waits behind this many would wait longer than a client does: told 503 instead. */
const MAX_WAITING = 64

export interface PasswordHashing {
  /** Argon2id, PHC form. @throws {Refused} `password_queue_full` */
  hash(password: string): Promise<string>
  /** @throws {Refused} `password_queue_full` */
  verify(password: string, passwordHash: string): Promise<boolean>
  /** As costly as `verify`: what an unknown user costs. @throws {Refused} `password_queue_full` */
  verifyNobody(password: string): Promise<void>
  /** For the metrics page: how many are being hashed, and how many wait for it. */
  queue(): { readonly running: number; readonly waiting: number }
}

/** @param argon2 the cost; Bun's default (64 MiB, 2 passes) unless a test wants it cheap */
export function passwordHashing(argon2: { memoryCost?: number; timeCost?: number } = {}): PasswordHashing {
  const { inTurn, length } = boundedQueue()
  const hash = (password: string) => Bun.password.hash(password, { algorithm: 'argon2id', ...argon2 })
  let dummyHash: Promise<string> | undefined
  return {
    hash: (password) => inTurn(() => hash(password)),
    verify: (password, passwordHash) => inTurn(() => Bun.password.verify(password, passwordHash)),
    verifyNobody: (password) =>
      inTurn(async () => {
        dummyHash ??= hash('nobody has this password')
        await Bun.password.verify(password, await dummyHash)
      }),
    queue: length,
  }
}

interface BoundedQueue {
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  readonly length: PasswordHashing['queue']
}

function boundedQueue(): BoundedQueue {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= MAX_AT_ONCE) {
      if (waiting.length >= MAX_WAITING) throw new Refused({ kind: 'password_queue_full' })
      // The one that ends hands its place over, so `running` stays as it is.
      await new Promise<void>((proceed) => waiting.push(proceed))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return { inTurn, length: () => ({ running, waiting: waiting.length }) }
}
