import type { Ambient } from '../ambient.ts'
import { lineKey, tokenKey } from '../change.ts'
import type { Trust } from '../trust.ts'
import { lineOf, type NamedGround } from './ground.ts'
import type { Audience } from './named-token.ts'
import { hashOfText, OPAQUE_TEXT } from './opaque-token.ts'
import type { OpaqueTokenReads } from './ports.ts'
import { type Dependency, RememberedFacts } from './remembered-facts.ts'
import type { VerdictWatch } from './verdict-watch.ts'

/** Some 1 KB each, beside what macaroons take. */
const MAX_REMEMBERED = 32_768

/** The grounds of opaque tokens that were accepted here, by their text. */
export class OpaqueTokenMemory extends RememberedFacts<NamedGround> {
  constructor(maxEntries = MAX_REMEMBERED) {
    super(maxEntries, {
      token: true,
      epoch: true,
      subject: true,
      generation: false,
      password: false,
      privilege: false,
      membership: false,
      support: false,
      role: false,
      tenant: false,
      session: false,
    })
  }
}

export interface VerifyOpaqueDeps {
  readonly opaqueTokens: OpaqueTokenReads
  readonly opaqueTokenMemory: OpaqueTokenMemory
  readonly trust: Trust
  readonly watch: VerdictWatch
  readonly ambient: Pick<Ambient, 'now'>
}

/**
 * Whose token that is, by what is remembered or else after one read. Whether its subject may get in is the asker's to
 * find out: APIs differ in how they tell one who may not.
 *
 * @returns `undefined` for what is not, or no longer, a token of the audience; no promise where nothing has to be waited for
 */
export function verifyOpaqueToken(
  deps: VerifyOpaqueDeps,
  audience: Audience,
  text: string,
): NamedGround | undefined | Promise<NamedGround | undefined> {
  const { opaqueTokenMemory: memory, trust, watch } = deps
  // What cannot be one costs no look-up, and is not hashed however long it is.
  if (!OPAQUE_TEXT.test(text)) return judged(deps, undefined)
  const remembered = memory.find(nameOf(audience, text))
  const isRemembered = remembered !== undefined && trust.isCurrent()
  watch.looked(isRemembered)
  return isRemembered ? judged(deps, remembered) : readAndJudge(deps, audience, text)
}

async function readAndJudge(
  deps: VerifyOpaqueDeps,
  audience: Audience,
  text: string,
): Promise<NamedGround | undefined> {
  const { opaqueTokenMemory: memory, trust } = deps
  const read = () => readGround(deps, audience, text)
  return judged(deps, await memory.fill(trust, nameOf(audience, text), read, dependenciesOf))
}

async function readGround(
  { opaqueTokens }: VerifyOpaqueDeps,
  audience: Audience,
  text: string,
): Promise<NamedGround | undefined> {
  const found = await opaqueTokens.findByHash(audience, hashOfText(text))
  if (found === undefined) return undefined
  const { tenantId, tokenId, token: record, subject } = found
  return { kind: 'named', tenantId, audience, tokenId, record, subject }
}

function judged(
  { watch, ambient }: VerifyOpaqueDeps,
  ground: NamedGround | undefined,
): NamedGround | undefined {
  const why = ground === undefined ? 'token_invalid' : ground.record.isRevoked ? 'token_revoked' : undefined
  if (why !== undefined) watch.refused(why)
  else if (ground !== undefined) watch.accepted(ground, ambient.now())
  return why === undefined ? ground : undefined
}

function dependenciesOf(ground: NamedGround): readonly Dependency[] {
  const { tenantId, audience, tokenId, subject } = ground
  return [
    { kind: 'token', tenantId, key: tokenKey(audience, tokenId) },
    { kind: 'epoch', tenantId, key: lineKey(lineOf(ground)) },
    { kind: 'subject', tenantId, key: String(subject.ref.id) },
  ]
}

function nameOf(audience: Audience, text: string): string {
  return `${audience} ${text}`
}
