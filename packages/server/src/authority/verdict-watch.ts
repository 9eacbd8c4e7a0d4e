import type { TokenRefusal } from '@jeton/token'
import type { UsedGround } from './noted-uses.ts'

/** Told of every verification as it goes. Nothing here waits, writes or throws: it is on the path of each request. */
export interface VerdictWatch {
  /** What the verdict will stand on was remembered, or the store has to be asked. Neither when the type alone rules it out. */
  looked(isRemembered: boolean): void
  /** @param ground `undefined`: of what is no token but a session @param at Unix seconds */
  accepted(ground: UsedGround | undefined, at: number): void
  refused(why: TokenRefusal['kind']): void
}
