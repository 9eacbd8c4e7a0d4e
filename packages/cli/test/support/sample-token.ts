import { type Caveat, mintToken } from '@jeton/token'
import { hmacSha256 } from '../../src/hmac.ts'

const secret = new TextEncoder().encode('0123456789abcdef'.repeat(4))

/** A token of nobody's server: enough for what works offline. */
export function sampleToken({
  caveats = [],
  isTemporary = false,
}: {
  caveats?: readonly Caveat[]
  isTemporary?: boolean
} = {}) {
  return mintToken(
    {
      location: 'zone.example.org',
      id: '28a45b0ce12fefe8e098e9d8c238d74fch4f69',
      persistence: isTemporary ? { kind: 'temporary', generation: 3 } : { kind: 'named' },
      subject: { type: 'user', id: '461698917aa4c176fd86a111b6e7231cchf1c0' },
      type: { kind: 'access' },
      caveats,
      secret,
    },
    hmacSha256,
  )
}
