import { OnezoneClient, verdictOf } from '../packages/server/testing/onezone-client.ts'
import { SEEDED_PEER_IP, type Seeds } from '../packages/server/testing/seeds.ts'
import { ADMINISTRATOR, type ServerProcess } from '../packages/server/testing/server-process.ts'
import type { Cores } from './cores.ts'
import { measure, type RoundResult, type Workload } from './http-rounds.ts'
import { jsonRequest } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'
import { postgresPlace, sqlitePlace } from './places.ts'
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
  /** Verifications of another's tokens while no row waits for its removal, and while rows are removed; one result a subject. */
  readonly before: readonly RoundResult[]
  readonly beside: readonly RoundResult[]
  /** Rows removed a second beside those: the median. */
  readonly removedPerSecond: number
}

/** Each one's deletion is a round: what was before it and what was beside it lie next to each other in time. */
export const SUBJECTS = 3
const VERIFIED_TOKENS = 100
const CONNECTIONS = 16
/** Seldom, for the rows go faster while nobody asks for anything. */
const LOOK_EVERY_MILLIS = 2000
const MOST_LOOKS_IN_VAIN = 15

export async function measureDeletions(
  database: DeletionRow['database'],
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<DeletionRow> {
  const tokens = options.deletedTokens
  const plan = { tokens: SUBJECTS * tokens, users: SUBJECTS, tenants: 1 }
  const place = await (database === 'SQLite' ? sqlitePlace : postgresPlace)(plan, onProgress)
  const server = await place.serve(cores.serving)
  onProgress(`deleting all of a subject's tokens, ${database}`)
  try {
    const admin = await speaker(server)
    const leavesRoom = database === 'PostgreSQL'
    const verification = { ...(await verificationOf(server, admin)), leavesRoom }
    const oneTokenMillis = await deleteSmall(admin)
    // A server that has just been started is slower, and would make what follows look good.
    await measure({ ...verification, warmsUpLong: true }, cores, options)
    const rounds: DeletionRound[] = []
    for (let subject = 0; subject < SUBJECTS; subject += 1) {
      onProgress(`round ${subject + 1} of ${SUBJECTS}: verification beside the removal of ${tokens} rows`)
      const round = { server, admin, seeds: place.seeds, subject }
      rounds.push(await deleteLarge(round, () => measure(verification, cores, options)))
    }
    return {
      database,
      tokens,
      millis: median(rounds.map(({ millis }) => millis)),
      oneTokenMillis,
      before: rounds.map(({ before }) => before),
      beside: rounds.map(({ beside }) => beside),
      removedPerSecond: median(rounds.map(({ removedPerSecond }) => removedPerSecond)),
    }
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

interface DeletionRound {
  readonly millis: number
  readonly before: RoundResult
  readonly beside: RoundResult
  readonly removedPerSecond: number
}

/** Begins when no row of those before is left. */
async function deleteLarge(
  {
    server,
    admin,
    seeds,
    subject,
  }: {
    readonly server: ServerProcess
    readonly admin: OnezoneClient
    readonly seeds: Seeds
    readonly subject: number
  },
  verify: () => Promise<RoundResult>,
): Promise<DeletionRound> {
  // Theirs, and the only tokens of those who have one.
  await untilRemoved(server, SUBJECTS + (subject * seeds.plan.tokens) / SUBJECTS)
  const before = await verify()
  // The first tokens belong to the subjects in turn.
  const millis = await deleteAll(admin, seeds.subjectOf(subject), seeds.textOf(subject))
  const [removedBefore, startedAt] = [await removedRows(server), performance.now()]
  const beside = await verify()
  const removed = (await removedRows(server)) - removedBefore
  const removedPerSecond = (removed * 1000) / (performance.now() - startedAt)
  return { millis, before, beside, removedPerSecond }
}

/** @throws when rows stop being removed */
async function untilRemoved(server: ServerProcess, rows: number): Promise<void> {
  let [removed, looksInVain] = [await removedRows(server), 0]
  while (removed < rows) {
    await Bun.sleep(LOOK_EVERY_MILLIS)
    const now = await removedRows(server)
    looksInVain = now === removed ? looksInVain + 1 : 0
    if (looksInVain > MOST_LOOKS_IN_VAIN)
      throw new Error(`${rows - now} rows of dead tokens are never removed`)
    removed = now
  }
}

async function removedRows({ url }: ServerProcess): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text()
  return Number(/^jeton_swept_tokens_total (\d+)$/m.exec(page)?.[1])
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
