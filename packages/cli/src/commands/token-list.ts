import type { Command } from 'commander'
import type { UnixSeconds } from '@jeton/server/ambient'
import { caveatsOf, describeSubject, describeType, validUntil } from '../describe-token.ts'
import { formatDistance, formatInstant } from '../instant.ts'
import { isObject, type JsonObject, text } from '../server/json.ts'
import { getToken, listTokenIds, readEach } from '../server/onezone.ts'
import type { ServerOptions } from '../server/connection.ts'
import { table } from '../terminal/table.ts'
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
import { withoutSecret } from './token-show.ts'
import { resolveSubject } from './user-argument.ts'

interface Options extends ServerOptions, JsonOption, SubjectOption {
  readonly all?: boolean
  readonly idsOnly?: boolean
}

/** `jeton token list`: named tokens only, for temporary ones are recorded nowhere. */
export function addTokenList(parent: Command, terminal: Terminal): void {
  const command = parent.command('list').description('list named tokens; never shows the tokens themselves')
  addSubjectOption(command, 'the tokens')
  command
    .option('--all', 'the tokens of everybody (needs the privilege oz_tokens_manage)')
    .option('--ids-only', 'one id per line: one request, however many there are')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton token list', 'jeton token list --subject ada --json')
  command.action((options: Options) => listTokens(terminal, options))
}

async function listTokens(terminal: Terminal, options: Options): Promise<void> {
  const server = await connect(terminal, options)
  const whose = options.all === true ? 'everybody' : await resolveSubject(server, options.subject)
  const ids = await listTokenIds(server, whose)
  if (options.idsOnly === true) {
    return print(terminal, options, { tokens: ids }, () => ids.map((id) => `${id}\n`).join(''))
  }
  const tokens = (await readEach(ids, (id) => getToken(server, undefined, { id }))).map(withoutSecret)
  print(terminal, options, { tokens }, () => render(tokens, options.all === true, terminal.ambient.now()))
}

function render(tokens: readonly JsonObject[], withSubject: boolean, now: UnixSeconds): string {
  if (tokens.length === 0) return 'There are no named tokens.\n'
  const header = ['NAME', 'ID', 'TYPE', 'STATE', 'CREATED', ...(withSubject ? ['SUBJECT'] : [])]
  const rows = tokens.map((token) => [
    text(token['name']),
    text(token['id']),
    describeType(token),
    state(token, now),
    created(token['metadata']),
    ...(withSubject ? [describeSubject(token['subject'])] : []),
  ])
  return table(header, rows)
}

function state(token: JsonObject, now: UnixSeconds): string {
  if (token['revoked'] === true) return 'revoked'
  const end = validUntil(caveatsOf(token))
  if (end === undefined) return 'active'
  return end > now ? `active, expires ${formatDistance(end, now)}` : `expired ${formatDistance(end, now)}`
}

function created(metadata: unknown): string {
  const seconds = isObject(metadata) ? metadata['creationTime'] : undefined
  return typeof seconds === 'number' ? formatInstant(seconds) : ''
}
