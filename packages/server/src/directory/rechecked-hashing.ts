import type { PasswordHashing } from './password-hashing.ts'

/**
 * Hashing takes so long, the queue before it included, that whoever asked for it may have lost his right meanwhile:
 * his token revoked, himself blocked. So he is asked for again before anybody uses the hash. What follows in the domain
 * is the transaction, and nothing else that takes time.
 * @param recheck throws when the caller may no longer
 */
export function recheckedHashing(hashing: PasswordHashing, recheck: () => Promise<void>): PasswordHashing {
  return {
    ...hashing,
    async hash(password) {
      const passwordHash = await hashing.hash(password)
      await recheck()
      return passwordHash
    },
  }
}
