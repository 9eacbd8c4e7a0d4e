import { printSubject } from '@jeton/token'
import type { NamedToken, SubjectName } from '../../authority/named-token.ts'
import type { HeldLine, ImportPorts } from './ports.ts'
import type { NamedTokenRecord, TemporarySecretRecord } from './record.ts'
import {
  each,
  type ImportWorld,
  missing,
  nameOfRecord,
  type Outcome,
  refused,
  TAKEN,
  type Taking,
} from './taking.ts'

export const takingTemporarySecrets: Taking<'temporary_secret'> = {
  isRelating: false,

  take: each(async (world, ports, record) => {
    const held = await holdLine(world, ports, record)
    if (held === undefined) return missing(nameOfSubject(record.subject))
    // Those would be dead, and whoever holds one has done nothing wrong.
    if (held.generation > 0) return refused('temporary tokens of that subject were issued or revoked here')
    await setGeneration(world, ports, held, record)
    return TAKEN
  }),

  async follow(world, ports, record, mark) {
    const held = await holdLine(world, ports, record)
    // Raised here since: what is valid here is for this side to say.
    if (held === undefined || held.generation !== mark.state) return false
    await setGeneration(world, ports, held, record)
    return true
  },
}

async function holdLine(
  { tenantId }: ImportWorld,
  { imports }: ImportPorts,
  { subject }: TemporarySecretRecord,
): Promise<HeldLine | undefined> {
  return (await imports.holdLines(tenantId, [subject])).get(printSubject(subject))
}

async function setGeneration(
  { keyRing }: ImportWorld,
  { imports }: ImportPorts,
  held: HeldLine,
  { generation: number, secret }: TemporarySecretRecord,
): Promise<void> {
  const key = keyRing.referenceToTemporary(held.line, number, secret)
  await imports.setGeneration(held, { number, key })
}

export const takingNamedTokens: Taking<'named_token'> = {
  isRelating: false,

  async take(world, ports, records) {
    const { tenantId } = world
    const lines = await ports.imports.holdLines(
      tenantId,
      records.map(({ subject }) => subject),
    )
    const tokens: NamedToken[] = []
    const outcomes = records.map((record): Outcome => {
      const held = lines.get(printSubject(record.subject))
      if (held === undefined) return missing(nameOfSubject(record.subject))
      // Nothing says that this one was not meant.
      if (held.epoch > FIRST_EPOCH) return refused('all tokens of its subject were deleted here')
      tokens.push(tokenOf(world, held, record))
      return TAKEN
    })
    if (tokens.length > 0) await ports.imports.insertTokens(tokens)
    return outcomes
  },

  follow: ({ tenantId }, { tokens }, { id }) => tokens.setRevoked(tenantId, 'onezone', id, true),
}

const FIRST_EPOCH = 1

function tokenOf(
  { keyRing, ambient }: ImportWorld,
  { line }: HeldLine,
  record: NamedTokenRecord,
): NamedToken {
  const { id, name, type, caveats, customMetadata, isRevoked, createdAt, invite, secret } = record
  return {
    line,
    id,
    name,
    type,
    caveats,
    customMetadata,
    isRevoked,
    createdAt: createdAt ?? ambient.now(),
    key: keyRing.referenceToNamed(line.tenantId, line.audience, id, secret),
    ...(invite !== undefined && { invite }),
  }
}

function nameOfSubject({ type, id }: SubjectName): string {
  return nameOfRecord(type === 'user' ? 'user' : 'provider', id)
}
