import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Caveat, mintToken, type TokenSubject, type TokenType } from '@jeton/token'
import { hmacSha256 } from '../../../src/hmac.ts'
import { ZEROS } from './house.ts'

/** The text of a token as it is out in the field: made with a known secret, by no server. */
export function fieldToken(parts: {
  readonly id: string
  readonly subject: TokenSubject
  readonly generation?: number
  readonly type?: TokenType
  readonly caveats?: readonly Caveat[]
  readonly secret?: string
}): string {
  const { id, subject, generation, type = { kind: 'access' }, caveats = [], secret = ZEROS } = parts
  return mintToken(
    {
      location: 'zone.example.org',
      id,
      persistence: generation === undefined ? { kind: 'named' } : { kind: 'temporary', generation },
      subject,
      type,
      caveats,
      secret: new TextEncoder().encode(secret),
    },
    hmacSha256,
  )
}

export const UNTIL_LATER: Caveat = { type: 'time', validUntil: 4_000_000_000 }

interface Vector {
  readonly name: string
  readonly token: string
}

/** The token of that name among the vectors that every implementation replays. */
export function vectorToken(file: 'examples' | 'compatibility', name: string): string {
  const path = join(import.meta.dir, `../../../../../vectors/${file}.json`)
  const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(path, 'utf8'))
  const found = vectors.find((vector) => vector.name === name)
  if (found === undefined) throw new Error(`there is no vector ${name}`)
  return found.token
}
