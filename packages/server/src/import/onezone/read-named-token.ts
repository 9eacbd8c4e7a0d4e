import { mintToken, parseCaveat, parseTokenType, TokenError, type TokenType } from '@jeton/token'
import { INVITE_RULES } from '../../authority/invite-rules.ts'
import type { InviteTerms, TokenId } from '../../authority/named-token.ts'
import { isTokenName } from '../../authority/token-name.ts'
import { hmacSha256 } from '../../hmac.ts'
import {
  flag,
  id,
  integer,
  listOf,
  object,
  rule,
  secret,
  subject,
  time,
  usageLimit,
  words,
} from './field-kinds.ts'
import { BadRecord, Fields } from './fields.ts'
import type { NamedTokenRecord } from './record.ts'

const name = rule('a token name of 2 to 128 characters', isTokenName)
const caveats = listOf('caveats, as they stand in the token', parseCaveat)
const type = {
  allowed: 'a token type as it stands in the token: act, idn, ujs:ID: …',
  parse: (value: unknown): TokenType | undefined =>
    typeof value === 'string' ? parseTokenType(value) : undefined,
}

/** @throws {BadRecord} */
export function readNamedToken(fields: Fields): NamedTokenRecord {
  const tokenId = fields.required('id', id)
  const isRevoked = fields.optional('revoked', flag) ?? false
  const tokenType = fields.required('type', type)
  const metadata = new Fields(fields.optional('metadata', object) ?? {}, 'metadata.')
  const record: NamedTokenRecord = {
    kind: 'named_token',
    key: tokenId,
    state: isRevoked ? 1 : 0,
    // Safe as a brand: an id that is kept is where this token's id comes from.
    id: tokenId as TokenId,
    name: fields.required('name', name),
    subject: fields.required('subject', subject),
    type: tokenType,
    caveats: fields.optional('caveats', caveats) ?? [],
    secret: fields.required('secret', secret),
    customMetadata: metadata.optional('custom', object) ?? {},
    isRevoked,
    createdAt: metadata.optional('creationTime', time),
    invite: tokenType.kind === 'invite' ? readTerms(tokenType.inviteType, metadata) : undefined,
  }
  metadata.end()
  refuseWhatHasNoText(record)
  return record
}

function readTerms(
  inviteType: (TokenType & { readonly kind: 'invite' })['inviteType'],
  metadata: Fields,
): InviteTerms {
  const { carried } = INVITE_RULES[inviteType]
  const carriable = words(`privileges that ${inviteType} can carry`, carried?.allowed ?? [])
  const privileges = metadata.optional('privileges', carriable)
  return {
    privileges: carried && (privileges ?? carried.byDefault),
    usageLimit: metadata.optional('usageLimit', usageLimit) ?? 'infinity',
    usageCount: metadata.optional('usageCount', integer(0, Number.MAX_SAFE_INTEGER)) ?? 0,
  }
}

/** A record whose text nobody can be shown would be found only when somebody asks. @throws {BadRecord} */
function refuseWhatHasNoText(record: NamedTokenRecord): void {
  try {
    mintToken({ ...record, location: '', persistence: { kind: 'named' } }, hmacSha256)
  } catch (error) {
    if (error instanceof TokenError) throw new BadRecord('the token would be longer than any may be')
    if (error instanceof RangeError) throw new BadRecord('type holds what no token can carry')
    throw error
  }
}
