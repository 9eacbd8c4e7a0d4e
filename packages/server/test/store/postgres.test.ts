import { describe } from 'bun:test'
import { storeContract } from './store-contract.ts'
import { openTestPostgres } from './test-store.ts'

describe('the store on PostgreSQL', () => storeContract(openTestPostgres))
