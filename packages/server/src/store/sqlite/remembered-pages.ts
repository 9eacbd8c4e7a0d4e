import type { Listing, Placed } from '../../accounts/listing.ts'
import type { AccountListings } from '../../accounts/ports.ts'

const MAX_PAGES = 256
/** What is longer is asked for once, and then the next page. */
const MAX_ITEMS = 64

/**
 * Pages as they were read from the snapshot that the reader holds: as long as nothing is committed, reading them again
 * would give the same. Most of what reading a short page takes is making its texts and numbers anew.
 */
export class RememberedPages {
  #pages = new Map<string, readonly unknown[]>()

  /** When the snapshot is let go of. */
  forget(): void {
    if (this.#pages.size > 0) this.#pages = new Map()
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

  #remembering<Scope, Field extends string, Item>(
    name: string,
    listing: Listing<Scope, Field, Item>,
  ): Listing<Scope, Field, Item> {
    return {
      page: async (scope, question) => {
        const key = `${name} ${JSON.stringify([scope, question])}`
        // Safe: what stands under a listing's name was read from that very listing.
        const known = this.#pages.get(key) as readonly Placed<Item>[] | undefined
        if (known !== undefined) return known
        const pages = this.#pages
        const page = await listing.page(scope, question)
        // Into the map of the snapshot that it was read from, which may be nobody's any more.
        if (page.length <= MAX_ITEMS && pages.size < MAX_PAGES) pages.set(key, page)
        return page
      },
      count: (scope, conditions) => listing.count(scope, conditions),
    }
  }
}
