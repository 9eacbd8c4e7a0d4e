import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  CAVEAT_TYPES,
  caveatToJson,
  decodeToken,
  encodeToken,
  INVITE_TYPES,
  type JsonObject,
  judge,
  parseCaveat,
  printServiceSpec,
  type Token,
  TokenError,
  tokenTypeToJson,
  type Verdict,
} from '../src/index.ts'
import { hmac } from './hmac.ts'
import { contextOf, factsOf, REFUSED, VECTOR_FILES, VECTORS } from './vectors.ts'

for (const [file, vectors] of Object.entries(VECTOR_FILES)) {
  describe(`vectors/${file}.json`, () => {
    for (const vector of vectors) {
      test(`${vector.name}: decodes to what it says`, () => {
        assert.deepEqual(readable(decodeToken(vector.token)), vector.decodes)
      })
      test(`${vector.name}: is written again as it was`, () => {
        assert.equal(encodeToken(decodeToken(vector.token)), vector.encodesTo ?? vector.token)
      })
      for (const [at, judgement] of vector.judgements.entries()) {
        test(`${vector.name}, judgement ${at + 1}: ${JSON.stringify(judgement.verdict)}`, () => {
          const token = decodeToken(vector.token)
          const verdict = judge(
            token,
            judgement.purpose,
            contextOf(judgement),
            factsOf(vector, judgement),
            hmac,
          )
          assert.deepEqual(readableVerdict(verdict), judgement.verdict)
        })
      }
    }
  })
}

describe('vectors/refused.json', () => {
  for (const { name, token, refused } of REFUSED) {
    test(`${name} is refused as ${refused}`, () => {
      assert.throws(
        () => decodeToken(token),
        (error) => error instanceof TokenError && error.code === refused,
      )
    })
  }
})

describe('the vectors as a whole', () => {
  test('hold 18 tokens of the compatibility suite, 5 examples and 29 composed ones', () => {
    const counts = Object.entries(VECTOR_FILES).map(([file, { length }]) => [file, length])
    assert.deepEqual(counts, [
      ['libmacaroons', 4],
      ['compatibility', 18],
      ['examples', 5],
      ['composed', 29],
    ])
  })
  const tokens = VECTORS.map((vector) => decodeToken(vector.token))
  const caveatTypes = new Set(tokens.flatMap((token) => token.caveats.map((text) => parseCaveat(text)?.type)))
  for (const type of CAVEAT_TYPES) {
    test(`have a caveat of type ${type}`, () => assert.ok(caveatTypes.has(type)))
  }
  const inviteTypes = new Set(tokens.flatMap(({ type }) => (type.kind === 'invite' ? [type.inviteType] : [])))
  for (const type of INVITE_TYPES) {
    test(`have an invite of type ${type}`, () => assert.ok(inviteTypes.has(type)))
  }
})

function readable(token: Token): JsonObject {
  const { version, location, id, persistence, subject, identifier, caveats, service, signature } = token
  const how = persistence.kind === 'named' ? 'named' : { temporary: persistence.generation }
  const hex = signature === undefined ? null : Buffer.from(signature).toString('hex')
  const type = tokenTypeToJson(token.type)
  const fields = {
    version,
    location,
    id,
    persistence: how,
    subject,
    type,
    identifier,
    caveats,
    signature: hex,
  }
  return service === undefined ? fields : { ...fields, service }
}

function readableVerdict(verdict: Verdict): JsonObject {
  if (verdict.ok) return { ok: true, subject: verdict.subject, validUntil: verdict.validUntil ?? null }
  const { why } = verdict
  if (why.kind === 'caveat_unverified')
    return { ok: false, why: { ...why, caveat: caveatToJson(why.caveat) } }
  if (why.kind === 'service_forbidden')
    return { ok: false, why: { ...why, service: printServiceSpec(why.service) } }
  return { ok: false, why: 'received' in why ? { ...why, received: tokenTypeToJson(why.received) } : why }
}
