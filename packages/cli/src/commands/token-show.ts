import type { Command } from 'commander'
import type { UnixSeconds } from '@jeton/server/ambient'
import { caveatsOf, describeCaveat, describeSubject, describeType } from '../describe-token.ts'
import { formatDistance, formatInstant, parseInstant } from '../instant.ts'
import { findUsage, type Usage } from '../server/token-usage.ts'
import { isObject, type JsonObject, text } from '../server/json.ts'
import { getToken } from '../server/onezone.ts'
import type { ServerOptions } from '../server/connection.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  addExample,
  addJsonOption,
  addServerOptions,
  addSubjectOption,
  connect,
  type JsonOption,
  print,
  type SubjectOption,
} from './shared-options.ts'
import { HANDLE_HELP, parseHandle } from './token-argument.ts'
import { resolveSubject } from './user-argument.ts'

interface Options extends ServerOptions, JsonOption, SubjectOption {
  readonly reveal?: boolean
}

/** `jeton token show`: what the server has recorded of one named token. */
export function addTokenShow(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('show')
    .description('show what the server has recorded of a named token')
    .argument('<token>', HANDLE_HELP)
    .option('--reveal', 'show the token itself too')
  addSubjectOption(command, 'the token')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton token show laptop')
  command.action((argument: string, options: Options) => showToken(terminal, argument, options))
}

async function showToken(terminal: Terminal, argument: string, options: Options): Promise<void> {
  const handle = await parseHandle(terminal, argument)
  const server = await connect(terminal, options)
  const answer = await getToken(server, await resolveSubject(server, options.subject), handle)
  const token = options.reveal === true ? answer : withoutSecret(answer)
  const usage = await findUsage(server, text(answer['id']))
  print(terminal, options, { ...token, ...usage }, () => render(token, usage, terminal.ambient.now()))
}

/** The API answers with the token itself; a list on a screen or in a log must not. */
export function withoutSecret(answer: JsonObject): JsonObject {
  const { token: _secret, ...rest } = answer
  return rest
}

function render(token: JsonObject, usage: Usage | undefined, now: UnixSeconds): string {
  const caveats = caveatsOf(token).map((caveat) => describeCaveat(caveat, now))
  const metadata = isObject(token['metadata']) ? token['metadata'] : {}
  const created = metadata['creationTime']
  return facts([
    ['name', text(token['name'])],
    ['id', text(token['id'])],
    ['type', describeType(token)],
    ['subject', describeSubject(token['subject'])],
    ['state', token['revoked'] === true ? 'revoked' : 'not revoked'],
    ['created', typeof created === 'number' ? formatInstant(created) : 'unknown'],
    ['last used', describeUsage(usage, now)],
    ['caveats', caveats.length === 0 ? 'none' : caveats],
    ['metadata', JSON.stringify(metadata['custom'] ?? {})],
    ...(typeof token['token'] === 'string' ? ([['token', token['token']]] as const) : []),
  ])
}

function describeUsage(usage: Usage | undefined, now: UnixSeconds): string {
  if (usage === undefined) return 'told to who asks with a password'
  const { lastUsedAt, uses } = usage
  if (lastUsedAt === null) return 'never'
  const distance = formatDistance(parseInstant(lastUsedAt, 'lastUsedAt'), now)
  return `${lastUsedAt}, ${distance}; ${uses} ${uses === 1 ? 'use' : 'uses'}`
}
