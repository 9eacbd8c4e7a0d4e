import { FairQueue } from './fair-queue.ts'

/** Argon2id at its default cost takes one core for tens of milliseconds and 64 MiB: two at once, and no more. */
const MAX_AT_ONCE = 2
/** Who waits behind this many would wait longer than a client does: told 503 instead. */
const MAX_WAITING = 64
/** Those who have shown who they are wait in a line of their own. */
const AUTHENTICATED = 'authenticated'

export interface PasswordHashing {
  /** For callers who are known. Argon2id, PHC form. @throws {Refused} `password_queue_full` */
  hash(password: string): Promise<string>
  /** @param asker whose turn this takes: an address, or its block @throws {Refused} `password_queue_full` */
  verify(password: string, passwordHash: string, asker: string): Promise<boolean>
  /** As costly as `verify`, never right: what an unknown user costs. @throws {Refused} `password_queue_full` */
  verifyNobody(password: string, asker: string): Promise<false>
  /** For the metrics page: how many are being hashed, and how many wait for it. */
  queue(): { readonly running: number; readonly waiting: number }
}

/** @param argon2 the cost; Bun's default (64 MiB, 2 passes) unless a test wants it cheap */
export function passwordHashing(argon2: { memoryCost?: number; timeCost?: number } = {}): PasswordHashing {
  const queue = new FairQueue(MAX_AT_ONCE, MAX_WAITING)
  const hash = (password: string) => Bun.password.hash(password, { algorithm: 'argon2id', ...argon2 })
  let dummyHash: Promise<string> | undefined
  return {
    hash: (password) => queue.run(AUTHENTICATED, () => hash(password)),
    verify: (password, passwordHash, asker) =>
      queue.run(asker, () => Bun.password.verify(password, passwordHash)),
    verifyNobody: (password, asker) =>
      queue.run(asker, async () => {
        dummyHash ??= hash('nobody has this password')
        await Bun.password.verify(password, await dummyHash)
        return false as const
      }),
    queue: () => queue.length,
  }
}
