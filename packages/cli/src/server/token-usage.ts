import { notJeton, requestObject, type Server } from './request.ts'

/** When a token was last accepted, and how often; some seconds behind what happens. */
export interface Usage {
  /** RFC 3339; `null`: never. */
  readonly lastUsedAt: string | null
  readonly uses: number
}

/** `undefined` for a caller with a token: what tells of usage takes a password only. */
export async function findUsage(server: Server, tokenId: string): Promise<Usage | undefined> {
  if (server.credential?.kind !== 'password') return undefined
  const path = `/v1/tokens/${encodeURIComponent(tokenId)}/usage`
  const { lastUsedAt, uses } = await requestObject(server, { method: 'GET', path })
  if ((lastUsedAt !== null && typeof lastUsedAt !== 'string') || typeof uses !== 'number') {
    throw notJeton(server.url)
  }
  return { lastUsedAt, uses }
}
