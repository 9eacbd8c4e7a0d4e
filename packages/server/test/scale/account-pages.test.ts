import { describe, expect, test } from 'bun:test'
import type { Listing, Position } from '../../src/accounts/listing.ts'
import { NIL_UUID } from '../../src/accounts/metadata.ts'
import type { NamedToken, TokenId } from '../../src/authority/named-token.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { User } from '../../src/directory/user.ts'
import { BEGINNING, givenAccount, uuid } from '../store/account-samples.ts'
import { lineOf, randomHex, sampleToken } from '../store/samples.ts'
import { openTestPostgres, openTestSqlite, type TestStore } from '../store/test-store.ts'

/** Of one account, and of one of its users. */
const TOKENS = 100_000
const TOKENS_PER_TRANSACTION = 2000
const PAGE = 1000
const ROUNDS = 9
const TIMEOUT_MS = 240_000

describe.each([
  ['SQLite', openTestSqlite],
  ['PostgreSQL', openTestPostgres],
])('an account with 100,000 tokens on %s', (database, open) => {
  test(
    'has its pages found in an index, wherever they begin',
    async () => {
      const store = await open()
      const { tenant, user } = await givenAccount(store)
      await fill(store, user)
      if (database === 'PostgreSQL') await store.rows('analyze')
      const { tokens, credentials } = store.reads.accountListings
      const ofUser = { tenantId: tenant.id, userId: user.id }
      const pages: string[] = []
      for (const field of ['createdAt', 'id', 'name'] as const) {
        for (const isDescending of [false, true]) {
          pages.push(await measure(store, 'tokens', tokens, ofUser, { field, isDescending }))
          await expectPlacesSkipped(store, tokens, ofUser, { field, isDescending })
          pages.push(
            await measure(
              store,
              'credentials',
              credentials,
              { tenantId: tenant.id },
              { field, isDescending },
            ),
          )
        }
      }
      console.log(`${database}: a page of ${PAGE} in the middle of ${TOKENS}\n${pages.join('\n')}`)
      await store.close()
    },
    TIMEOUT_MS,
  )
})

async function fill(store: TestStore, user: User): Promise<void> {
  // The first makes the line.
  await store.atomically(({ tokens }) => tokens.insert(tokenOf(user, 0)))
  for (let first = 1; first < TOKENS; first += TOKENS_PER_TRANSACTION) {
    const count = Math.min(TOKENS_PER_TRANSACTION, TOKENS - first)
    const batch = Array.from({ length: count }, (_, index) => tokenOf(user, first + index))
    await store.atomically(({ imports }) => imports.insertTokens(batch))
  }
  await store.rows(`
    insert into account_credentials (tenant_id, id, name, key_type, is_valid, valid_from, valid_until, user_id,
      user_uuid, token_id, epoch, created_at, modified_at)
    select tenant_id, id, id, 'apikey', 1, 0, 0, subject_id, '${user.uuid}', id, epoch, created_at, created_at
    from named_tokens`)
}

function tokenOf(user: User, index: number): NamedToken {
  return sampleToken(lineOf(user, 'astra'), {
    id: uuid() as TokenId,
    name: `token ${randomHex(2)}`,
    createdAt: (BEGINNING + Math.floor(index / 50)) as UnixSeconds,
    textHash: randomHex(32),
    customMetadata: { labels: [], createdBy: NIL_UUID, modifiedAt: BEGINNING },
  })
}

/** Asserts the plan, and tells the median time. */
async function measure<Scope, Item>(
  store: TestStore,
  what: string,
  listing: Listing<Scope, 'createdAt' | 'id' | 'name', Item>,
  scope: Scope,
  order: { readonly field: 'createdAt' | 'id' | 'name'; readonly isDescending: boolean },
): Promise<string> {
  const after = await middle(listing, scope, order)
  const page = () => listing.page(scope, { conditions: [], order, after, skip: 0, limit: PAGE })
  const [statement = ''] = await store.statementsOf(page)
  expect(await planProblem(store, statement)).toBeUndefined()
  const millis: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = systemAmbient.monotonicMillis()
    expect((await page()).length).toBe(PAGE)
    millis.push(systemAmbient.monotonicMillis() - startedAt)
  }
  const median = millis.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
  return `  ${what} by ${order.field}${order.isDescending ? ' desc' : ''}: ${median.toFixed(1)} ms`
}

/** What is left out is counted off in the index: nothing of it is read but where it stands. */
async function expectPlacesSkipped<Scope, Item>(
  store: TestStore,
  listing: Listing<Scope, 'createdAt' | 'id' | 'name', Item>,
  scope: Scope,
  order: { readonly field: 'createdAt' | 'id' | 'name'; readonly isDescending: boolean },
): Promise<void> {
  const question = { conditions: [], order, after: undefined, skip: TOKENS / 2, limit: 10 }
  const [skipping = '', reading = '', ...others] = await store.statementsOf(() =>
    listing.page(scope, question),
  )
  expect(others).toEqual([])
  expect([skipping, reading].map((text) => /custom_metadata|user_uuid/.test(text))).toEqual([false, true])
  expect([skipping, reading].map((text) => text.includes('offset'))).toEqual([true, false])
  for (const text of [skipping, reading]) expect(await planProblem(store, text)).toBeUndefined()
}

async function middle<Scope, Item>(
  listing: Listing<Scope, 'createdAt' | 'id' | 'name', Item>,
  scope: Scope,
  order: { readonly field: 'createdAt' | 'id' | 'name'; readonly isDescending: boolean },
): Promise<Position> {
  const skip = TOKENS / 2
  const [found] = await listing.page(scope, { conditions: [], order, after: undefined, skip, limit: 1 })
  if (found === undefined) throw new Error('the list is shorter than it was made')
  return found.position
}

/** What of the plan is not an index that the page is read from in its order; `undefined`: nothing. */
async function planProblem(store: TestStore, statement: string): Promise<string | undefined> {
  if (store.location.kind === 'sqlite') {
    const rows = await store.rows<{ detail: string }>(`explain query plan ${statement}`)
    const plan = rows.map(({ detail }) => detail).join('\n')
    return /SCAN (named_tokens|c)\b|TEMP B-TREE/.test(plan) ? plan : undefined
  }
  const rows = await store.rows<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${statement}`)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  return /Sort|Seq Scan on (named_tokens|account_credentials)/.test(plan) ? plan : undefined
}
