import { describe, expect, test } from 'bun:test'
import { onEachDatabase } from './on-each-database.ts'
import { bearer, newToken, outcomeOf } from './zone.ts'

/** Each operation, and what `api` caveats call it for a provider. */
const OPERATIONS = [
  ['POST', 'named', (id: string) => `create/token.null.provider_named_token,${id}`],
  ['GET', 'named', (id: string) => `get/token.null.provider_named_tokens,${id}`],
  ['DELETE', 'named', (id: string) => `delete/token.null.provider_named_tokens,${id}`],
  ['GET', 'named/name/some name', (id: string) => `get/token.some name.provider_named_token,${id}`],
  ['POST', 'temporary', (id: string) => `create/token.null.provider_temporary_token,${id}`],
  ['GET', 'temporary', (id: string) => `get/temporary_token_secret.${id}.provider:shared`],
  ['DELETE', 'temporary', (id: string) => `delete/token.null.provider_temporary_tokens,${id}`],
] as const

onEachDatabase((zone) => {
  describe('tokens of providers', () => {
    for (const [method, path, keyOf] of OPERATIONS) {
      const outcomeWith = async (prefix: string, id: string) => {
        const caveats = [{ type: 'api', whitelist: [`ozw/${keyOf(id)}`] }]
        const headers = bearer(await newToken(zone(), zone().adminId, { caveats }))
        return outcomeOf(await zone().ask(method, `${prefix}/tokens/${encodeURI(path)}`, { headers }))
      }
      test(`are for a token that is limited to ${method} ${path} of their provider`, async () => {
        expect(await outcomeWith('/providers/p1', 'p1')).toBe('501 notImplemented')
        expect(await outcomeWith('/providers/p1', 'p2')).toBe('401 unauthorized tokenCaveatUnverified')
      })
      test(`are the caller's own where ${method} ${path} names no provider`, async () => {
        expect(await outcomeWith('/provider', zone().adminId)).toBe('501 notImplemented')
        expect(await outcomeWith('/provider', 'p1')).toBe('401 unauthorized tokenCaveatUnverified')
        expect(await outcomeWith('/provider', '')).toBe('401 unauthorized tokenCaveatUnverified')
      })
    }
  })
})
