import { type Hmac, mintToken } from '@jeton/token'
import type { Tenant } from '../directory/tenant.ts'
import type { KeyRing } from './key-ring.ts'
import type { NamedToken, SubjectName } from './named-token.ts'

export interface TextDeps {
  readonly keyRing: KeyRing
  readonly hmac: Hmac
}

/**
 * The text of a named token, made anew from its record: as issued, with the tenant's present domain. The store
 * never holds it, and what a holder confined elsewhere is unknown here.
 *
 * @param subject as the audience's token texts name him
 */
export function textOfNamedToken(
  deps: TextDeps,
  tenant: Tenant,
  subject: SubjectName,
  token: NamedToken,
): string {
  return mintToken(
    {
      location: tenant.onezoneDomain,
      id: token.id,
      persistence: { kind: 'named' },
      subject,
      type: token.type,
      caveats: token.caveats,
      secret: deps.keyRing.namedSecret(tenant.id, token.line.audience, token.id, token.key),
    },
    deps.hmac,
  )
}
