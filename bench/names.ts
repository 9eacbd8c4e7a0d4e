/** What stands in the tables, and by which one measurement finds another one to be compared with. */

/** What a run consists of, in its order: those that need a PostgreSQL, which is gone when the others are measured. */
export const PARTS_ON_POSTGRES = [
  'verification by nodes',
  'deletions on PostgreSQL',
  'revocations',
  'databases alone',
  'the directory',
] as const
export const PARTS_WITHOUT_IT = [
  'verification by tokens',
  'verification by tenants',
  'requests by API',
  'changes',
  'deletions on SQLite',
  'starts',
  'a token in the process',
] as const
export type Part = (typeof PARTS_ON_POSTGRES)[number] | (typeof PARTS_WITHOUT_IT)[number]

export const CONNECTIONS = 16
/** Measured beside {@link CONNECTIONS} where it matters. */
export const OTHER_CONNECTIONS = [1, 128]

export const INTROSPECTION = '`oidc-provider` introspection in memory, Node'
export const API_KEY = 'better-auth `verifyApiKey`, SQLite'

export function echoName(connections = CONNECTIONS): string {
  return `bare \`Bun.serve\` echo of the same body${connectionsNote(connections)}`
}

/** @param where `1 M tokens`, `100 tenants`, `3 nodes` */
export function verifyName(draw: 'hot' | 'cold', where: string, connections = CONNECTIONS): string {
  return `verify, ${draw}, ${where}${connectionsNote(connections)}`
}

export function examineName(connections = CONNECTIONS): string {
  return `examine${connectionsNote(connections)}`
}

/** `100`, `1 k`, `20 k`, `1 M`. */
export function amount(number: number): string {
  if (number >= 1e6) return `${number / 1e6} M`
  return number >= 1000 ? `${number / 1000} k` : String(number)
}

/** `1 node`, `3 nodes`. */
export function counted(number: number, singular: string): string {
  return `${amount(number)} ${singular}${number === 1 ? '' : 's'}`
}

function connectionsNote(connections: number): string {
  return connections === CONNECTIONS ? '' : `, c = ${connections}`
}
