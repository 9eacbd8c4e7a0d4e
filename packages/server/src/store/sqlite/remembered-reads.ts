import type { Listing, Placed } from '../../accounts/listing.ts'
import type { AccountListings } from '../../accounts/ports.ts'
import type { UntilCommit } from '../sql-store.ts'

const MAX_READS = 256
/** What is longer is asked for once, and then the next page. */
const MAX_ITEMS = 64

/**
 * What was read from the snapshot that the reader holds: as long as nothing is committed, reading it again would give
 * the same. Most of what a short read takes is making its texts and numbers anew.
 */
export class RememberedReads {
  #reads = new Map<string, unknown>()

  /** When the snapshot is let go of. */
  forget(): void {
    if (this.#reads.size > 0) this.#reads = new Map()
  }

  /** The same listings, which give the same items again as long as nothing is committed. */
  over(listings: AccountListings): AccountListings {
    return {
      accounts: this.#remembering('accounts', listings.accounts),
      users: this.#remembering('users', listings.users),
      groups: this.#remembering('groups', listings.groups),
      roleBindings: this.#remembering('roleBindings', listings.roleBindings),
      credentials: this.#remembering('credentials', listings.credentials),
      tokens: this.#remembering('tokens', listings.tokens),
    }
  }

  /** See {@link UntilCommit}. */
  readonly untilCommit: UntilCommit =
    (name, read) =>
    (...parameters) => {
      let key = name
      for (const parameter of parameters) key += ` ${parameter}`
      return this.#recall(key, () => read(...parameters))
    }

  #remembering<Scope, Field extends string, Item>(
    name: string,
    listing: Listing<Scope, Field, Item>,
  ): Listing<Scope, Field, Item> {
    return {
      page: (scope, question) =>
        this.#recall<readonly Placed<Item>[]>(`${name} ${JSON.stringify([scope, question])}`, () =>
          listing.page(scope, question),
        ),
      count: (scope, conditions) => listing.count(scope, conditions),
      places: (scope, question) => listing.places(scope, question),
      byIds: (scope, ids) => listing.byIds(scope, ids),
    }
  }

  async #recall<Found>(key: string, read: () => Promise<Found>): Promise<Found> {
    // Safe: what stands under a key was read by that very read.
    const known = this.#reads.get(key) as Found | undefined
    if (known !== undefined) return known
    const reads = this.#reads
    const found = await read()
    // What is not there has any number of names, and would leave no room for the rest.
    const isShort = Array.isArray(found) ? found.length <= MAX_ITEMS : found !== undefined
    // Into the map of the snapshot that it was read from, which may be nobody's any more.
    if (isShort && reads.size < MAX_READS) reads.set(key, found)
    return found
  }
}
