import { describe } from 'bun:test'
import { storeContract } from './store-contract.ts'
import { openTestSqlite } from './test-store.ts'

describe('the store on SQLite', () => storeContract(openTestSqlite))
