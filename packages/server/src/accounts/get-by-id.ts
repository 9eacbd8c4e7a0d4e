import { Refused } from '../failure.ts'
import type { Listing } from './listing.ts'

/** The one of that id, if the scope has it. @throws {Refused} `not_in_account` */
export async function getById<Scope, Item>(
  listing: Pick<Listing<Scope, 'id', Item>, 'page'>,
  scope: Scope,
  id: string,
): Promise<Item> {
  const [found] = await listing.page(scope, {
    conditions: [{ field: 'id', operator: 'eq', value: id }],
    order: { field: 'id', isDescending: false },
    after: undefined,
    skip: 0,
    limit: 1,
  })
  if (found === undefined) throw new Refused({ kind: 'not_in_account' })
  return found.item
}
