import { OnezoneClient, verdictOf } from '../packages/server/testing/onezone-client.ts'
import { SEEDED_PEER_IP } from '../packages/server/testing/seeds.ts'
import { ADMINISTRATOR, type ServerProcess } from '../packages/server/testing/server-process.ts'
import type { Cores } from './cores.ts'
import { measure, type RoundResult, type Workload } from './http-rounds.ts'
import { jsonRequest } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'
import { type Place, postgresPlace, sqlitePlace } from './places.ts'
import { median } from './table.ts'
import { VERIFY_PATH } from './verifications.ts'

/** All named tokens of a subject in one request. */
export interface DeletionRow {
  readonly database: 'SQLite' | 'PostgreSQL'
  readonly tokens: number
  /** Until the answer: the median of {@link SUBJECTS}. */
  readonly millis: number
  /** The same for a subject with one token. */
  readonly oneTokenMillis: number
  /** Verifications of another's tokens before that, and while the rows of the deleted ones are removed; one result a round. */
  readonly before: readonly RoundResult[]
  readonly beside: readonly RoundResult[]
}

export const SUBJECTS = 3
const VERIFIED_TOKENS = 100
const CONNECTIONS = 16

export async function measureDeletions(
  database: DeletionRow['database'],
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<DeletionRow> {
  const plan = { tokens: SUBJECTS * options.deletedTokens, users: SUBJECTS, tenants: 1 }
  const place = await (database === 'SQLite' ? sqlitePlace : postgresPlace)(plan, onProgress)
  const server = await place.serve(cores.serving)
  onProgress(`deleting all of a subject's tokens, ${database}`)
  try {
    const admin = await speaker(server)
    const verification = await verificationOf(server, admin)
    const oneTokenMillis = await deleteSmall(admin)
    const verify = async (): Promise<readonly RoundResult[]> => {
      const results: RoundResult[] = []
      for (let round = 0; round < options.rounds; round += 1)
        results.push(await measure(verification, cores, options))
      return results
    }
    // A server that has just been started is slower, and would make what follows look good.
    await measure({ ...verification, warmsUpLong: true }, cores, options)
    const before = await verify()
    const millis = await deleteLarge(admin, place)
    const beside = await verify()
    return { database, tokens: options.deletedTokens, millis, oneTokenMillis, before, beside }
  } finally {
    await server.stop()
    await place.remove()
  }
}

/** By token, so that nobody waits for a password. */
async function speaker({ url }: ServerProcess): Promise<OnezoneClient> {
  const admin = new OnezoneClient(url, { kind: 'password', ...ADMINISTRATOR }, () => undefined)
  const { token } = await admin.createNamedToken('self', { name: 'speaks for the benchmark' })
  return new OnezoneClient(url, { kind: 'token', token }, () => undefined)
}

async function verificationOf(server: ServerProcess, admin: OnezoneClient): Promise<Workload> {
  const requests: string[] = []
  for (let index = 0; index < VERIFIED_TOKENS; index += 1) {
    const { token } = await admin.createNamedToken('self', { name: `verified ${index}` })
    requests.push(jsonRequest('POST', VERIFY_PATH, { token }))
  }
  return {
    name: 'verification beside the removal of rows',
    servers: [server],
    connections: CONNECTIONS,
    status: 200,
    requests: () => requests,
  }
}

async function deleteSmall(admin: OnezoneClient): Promise<number> {
  const millis: number[] = []
  for (let subject = 0; subject < SUBJECTS; subject += 1) {
    const user = await admin.createUser({})
    const { token } = await admin.createNamedToken(user, { name: 'the only one' })
    millis.push(await deleteAll(admin, user, token))
  }
  return median(millis)
}

async function deleteLarge(admin: OnezoneClient, { seeds }: Place): Promise<number> {
  const millis: number[] = []
  // The first tokens belong to the subjects in turn.
  for (let subject = 0; subject < SUBJECTS; subject += 1) {
    millis.push(await deleteAll(admin, seeds.subjectOf(subject), seeds.textOf(subject)))
  }
  return median(millis)
}

/** @returns milliseconds @throws when a token of his is accepted or listed after the answer */
async function deleteAll(admin: OnezoneClient, user: string, token: string): Promise<number> {
  const verify = async (): Promise<string> =>
    verdictOf(await admin.request('POST', '/tokens/verify_access_token', { token, peerIp: SEEDED_PEER_IP }))
  const verdictBefore = await verify()
  const startedAt = performance.now()
  const { status, text } = await admin.request('DELETE', `/users/${user}/tokens/named`)
  const millis = performance.now() - startedAt
  if (status !== 204) throw new Error(`deleting all tokens was answered ${status}: ${text}`)
  const [verdict, listed] = [await verify(), await admin.listNamedTokens(user)]
  if (verdictBefore !== 'accepted' || verdict === 'accepted' || listed.length > 0) {
    throw new Error(`a token was ${verdictBefore}, then ${verdict}, and ${listed.length} were listed`)
  }
  return millis
}
