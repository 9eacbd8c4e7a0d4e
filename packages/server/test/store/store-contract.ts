import { afterAll, beforeAll } from 'bun:test'
import { effectiveMembersContract } from './effective-members-contract.ts'
import { entitiesContract } from './entities-contract.ts'
import { accountsContract } from './accounts-contract.ts'
import { feedContract } from './feed-contract.ts'
import { importedSecretsContract } from './imported-secrets-contract.ts'
import { groupsContract } from './groups-contract.ts'
import { invitesContract } from './invites-contract.ts'
import { listingsContract } from './listings-contract.ts'
import { linesContract } from './lines-contract.ts'
import { operatorsContract } from './operators-contract.ts'
import { privilegesContract } from './privileges-contract.ts'
import { providerTokensContract } from './provider-tokens-contract.ts'
import { relationsContract } from './relations-contract.ts'
import { rootKeysContract } from './root-keys-contract.ts'
import { sessionsContract } from './sessions-contract.ts'
import { tenantsContract } from './tenants-contract.ts'
import { sweepingContract } from './sweeping-contract.ts'
import type { OpenTestStore, TestStore } from './test-store.ts'
import { namedTokensContract } from './tokens-contract.ts'
import { transactionsContract } from './transactions-contract.ts'
import { usageContract } from './usage-contract.ts'
import { userRemovalContract } from './user-removal-contract.ts'
import { usersContract } from './users-contract.ts'
import { verificationContract } from './verification-contract.ts'

/** Everything that the ports promise, against one store that all the tests share: each has tenants of its own. */
export function storeContract(open: OpenTestStore): void {
  let opened: TestStore | undefined
  beforeAll(async () => {
    opened = await open()
  }, 30_000)
  afterAll(() => opened?.close())

  const store = (): TestStore => {
    if (opened === undefined) throw new Error('the store is not open')
    return opened
  }
  tenantsContract(store)
  usersContract(store)
  privilegesContract(store)
  userRemovalContract(store)
  namedTokensContract(store)
  linesContract(store)
  sweepingContract(store)
  verificationContract(store)
  providerTokensContract(store)
  invitesContract(store)
  importedSecretsContract(store)
  groupsContract(store)
  effectiveMembersContract(store)
  entitiesContract(store)
  relationsContract(store)
  listingsContract(store)
  accountsContract(store)
  operatorsContract(store)
  sessionsContract(store)
  transactionsContract(store)
  rootKeysContract(store)
  usageContract(store)
  feedContract(store)
}
